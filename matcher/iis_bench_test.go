package matcher_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// manyRules is a web.config of n redirects, each for one page.
func manyRules(n int) []byte {
	var b strings.Builder
	b.WriteString("<configuration><system.webServer><rewrite><rules>\n")
	for i := range n {
		fmt.Fprintf(&b, `<rule name="Redirect %d" stopProcessing="true"><match url="^folder-%d/page-%d/?$" />`+
			`<action type="Redirect" url="/new/%d" redirectType="Permanent" appendQueryString="false" /></rule>`+"\n", i, i%97, i, i)
	}
	b.WriteString("</rules></rewrite></system.webServer></configuration>")
	return []byte(b.String())
}

func siteOf(tb testing.TB, src []byte) *matcher.Engine {
	tb.Helper()
	f, err := webconfig.Parse("web.config", src, nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(nil, &matcher.Options{SiteConfig: f})
	require.NoError(tb, err)
	return e
}

// BenchmarkWebConfig measures a site of the size of the largest that is known.
func BenchmarkWebConfig(b *testing.B) {
	src := manyRules(4704)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			siteOf(b, src)
		}
	})
	e := siteOf(b, src)
	for name, target := range map[string]string{"miss": "/no/such/page", "hit": "/folder-3/page-100"} {
		b.Run(name, func(b *testing.B) {
			q := &matcher.Request{Target: target, Host: "www.example.com", Header: map[string][]string{}}
			b.ReportAllocs()
			for b.Loop() {
				_, err := e.Eval(b.Context(), q)
				require.NoError(b, err)
			}
		})
	}
}

// TestWebConfigAllocations keeps a request that no rule is for from allocating.
func TestWebConfigAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector allocates")
	}
	e := siteOf(t, manyRules(1000))
	q := &matcher.Request{Target: "/no/such/page", Host: "www.example.com", Header: map[string][]string{"User-Agent": {"x"}}}
	ctx := t.Context()
	require.LessOrEqual(t, testing.AllocsPerRun(200, func() { _, _ = e.Eval(ctx, q) }), 0.0)
}

// TestWebConfigMemory bounds what a large site takes once it is loaded.
func TestWebConfigMemory(t *testing.T) {
	src := manyRules(4704)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e := siteOf(t, src)
	runtime.GC()
	runtime.ReadMemStats(&after)
	taken := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d bytes", taken)
	require.Less(t, taken, int64(8<<20))
	runtime.KeepAlive(e)
	runtime.KeepAlive(src)
}
