package parser

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// TestLoadModule asks which <IfModule> sections hold, in the order of the file.
// What httpd says of each configuration was seen there.
func TestLoadModule(t *testing.T) {
	t.Parallel()
	ask := func(names ...string) string {
		var b strings.Builder
		for _, name := range names {
			b.WriteString("<IfModule " + name + ">\n# holds\n</IfModule>\n")
		}
		return b.String()
	}
	const load = "LoadModule alias_module modules/mod_alias.so\n"
	fsys := fstest.MapFS{"mods/alias.load": {Data: []byte(load)}, "plain.conf": {Data: []byte("# nothing\n")}}
	both := ask("mod_ssl.c", "mod_alias.c")
	for _, tt := range []struct {
		name, text string
		want       string // a letter for each section: y or n
	}{
		{"no LoadModule", both, "yy"},
		{"after", load + both + ask("alias_module", "core.c", "mod_unixd.c", "mod_so.c", "event.c"), "nyyyyyn"},
		{"before", both + load + both, "nnny"},
		{"in a section that holds", both + "<IfModule core.c>\n" + load + "</IfModule>\n" + both, "nnyny"},
		{"in a section that a module taken for granted closes", "<IfModule !mod_alias.c>\n" + load + "</IfModule>\n" + both, "yny"},
		{"in a section that stays closed", both + "<IfDefine NO>\n" + load + "</IfDefine>\n" + both, "yynyy"},
		{"in a section within one", "<IfModule !mod_ssl.c>\n<IfDefine NO>\n" + load + "</IfDefine>\n</IfModule>\n" + both, "nyy"},
		{"in a file", both + "Include /mods/*.load\n" + both, "nnny"},
		{"in a file of a section", "<IfModule !mod_ssl.c>\nInclude /mods\n</IfModule>\n" + both, "yny"},
		{"no LoadModule in a file of a section", "<IfModule !mod_ssl.c>\nInclude /plain.conf\n</IfModule>\n" + both, "nyy"},
		{"a word in a comment", "<IfModule !mod_ssl.c>\n# LoadModule a b\n</IfModule>\n" + both, "nyy"},
		{"in a macro", both + "<Macro L>\n" + load + "</Macro>\nUse L\n", "nn"},
		{"LoadFile", "LoadFile /usr/lib/libxml2.so\n" + both, "yy"},
		{"by their source files", "LoadModule mpm_worker_module m/mod_mpm_worker.so\nLoadModule php_module m/libphp8.3.so\n" +
			"LoadModule ldap_module m/mod_ldap.so\n" + ask("worker.c", "mod_mpm_worker.c", "mod_php8.3.c", "util_ldap.c", "php_module"), "ynyyy"},
	} {
		text := tt.text
		if tt.name == "in a macro" {
			text = "LoadModule macro_module m/mod_macro.so\n" + text
		}
		f, err := Parse("httpd.conf", []byte(text), &Options{FS: fsys})
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.want, sections(f), tt.name)
	}
}

// sections returns y or n for each conditional section of f, those of files
// included.
func sections(f *File) string {
	var b strings.Builder
	for n := range All(f) {
		if c, ok := n.(*Conditional); ok {
			b.WriteString(map[bool]string{true: "y", false: "n"}[c.Holds])
		}
	}
	return b.String()
}

// Modules that the caller tells of are those there are, LoadModule or not, and
// access files see what the server came to.
func TestLoadModuleAround(t *testing.T) {
	t.Parallel()
	const text = "<IfModule mod_ssl.c>\n</IfModule>\nLoadModule a_module mod_a.so\n<IfModule mod_a.c>\n</IfModule>\n"
	f, err := Parse("c", []byte(text), &Options{HasModule: func(name string) bool { return name == "mod_ssl.c" }})
	require.NoError(t, err)
	require.Equal(t, "yy", sections(f))

	for conf, want := range map[string]string{"": "yyn", "LoadModule a_module mod_a.so\n": "nyy"} {
		f, err := Parse("c", []byte(conf), nil)
		require.NoError(t, err)
		const access = "<IfModule mod_ssl.c>\n</IfModule>\n<IfModule core.c>\n</IfModule>\n<IfModule mod_a.c>\n</IfModule>\n"
		g, err := Parse(".htaccess", []byte(access), f.AccessOptions())
		require.NoError(t, err)
		require.Equal(t, want, sections(g), conf)
	}
}
