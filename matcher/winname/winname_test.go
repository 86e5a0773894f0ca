package winname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIs has names that lead to a file, and others.
func TestIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ file, names, others string }{
		{
			"web.config",
			"web.config WEB.CONFIG web.config. web.config... web.config:x web.config::$DATA we\u200bb.config " +
				"WEB~1.CON web~2.con web~12.con w~123456.con WE1234~1.CON weabcd~1.con WEFFFF~12.CON",
			"web.conf web.config.txt notweb.config web my~1.con web~.con ~1.con web~1 web~1.txt web~1.con.x web~x.con WE12345~1.CON weabcg~1.con wx1234~1.con we123~1.con",
		},
		{"app_code", "App_Code APP_CO~1 app_co~1. ap12ab~1 AP12AB~1::$DATA", "app_co~1.x app_code.x bp12ab~1 app"},
		{"a.config", "a~1.con A1F2E~1.CON", "b1f2e~1.con a1f2~1.con"},
		{".htaccess", ".HTACCESS HTACCE~1 ht1234~1", "htaccess htacce~1.x"},
		{"admin area", "ADMINA~1 admi~1", "admin adminb~1"},
		{"größe.x", "GRÖßE~1.X gr__e~1.x", "grx~1.x"},
		{"az.x", "AZ.X aZ.x Az.x", "b.x"},
		{"a~bcdefgh.txt", "a~bcde~1.txt", "a~1x.txt"},
		{"my.own.file", "myown~1.fil MYOWN~1.FIL", "my~1own.fil"},
	} {
		for name := range strings.FieldsSeq(test.names) {
			require.True(t, Is(Plain(name), test.file), "%s: %s", test.file, name)
		}
		for name := range strings.FieldsSeq(test.others) {
			require.False(t, Is(Plain(name), test.file), "%s: %s", test.file, name)
		}
	}
}

// TestHasExtension has extensions as short names cut them.
func TestHasExtension(t *testing.T) {
	t.Parallel()
	require.True(t, HasExtension("a", ""))
	require.False(t, HasExtension("a", "x"))
	require.True(t, HasExtension("a.b.resx", "resx"))
	require.True(t, HasExtension("abcdef~1.res", "resx"))
	require.True(t, HasExtension("abcdef~1.res", "res"))
	require.False(t, HasExtension("abcdefg.res", "resx"))
	require.False(t, HasExtension("abcdef~1.re", "resx"))
}

// FuzzIs checks that a name leads to itself, however it is written, and that plain names
// stay as they are.
func FuzzIs(f *testing.F) {
	for _, name := range []string{"web.config", "WE1234~1.CON", ".", "~1", "a~1.", "ſ\u212a\u200b", "\xff~1.\xff"} {
		f.Add(name, name)
	}
	f.Fuzz(func(t *testing.T, name, file string) {
		plain := Plain(name)
		require.Equal(t, plain, Plain(plain+". "), "a name that is plain")
		require.True(t, Is(plain, plain))
		if Is(plain, Plain(file)) && !IsShort(plain) {
			require.Equal(t, Plain(file), plain)
		}
	})
}
