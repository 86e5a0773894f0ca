package matcher_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// apacheRules is the same redirects in Apache's language.
func apacheRules(n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine on\n")
	for i := range n {
		fmt.Fprintf(&b, "RewriteRule ^/folder-%d/page-%d/?$ /new/%d [NC,R=301,L,QSD]\n", i%97, i, i)
	}
	return b.String()
}

// BenchmarkWebConfig measures a site of the size of the largest that is known, and the same
// rules in Apache's language to compare it with.
func BenchmarkWebConfig(b *testing.B) {
	src := manyRules(4704)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			siteOf(b, src)
		}
	})
	compareEngines(b, siteOf(b, src), compile(b, apacheRules(4704), nil), "/folder-3/page-100")
}

// compareEngines measures the same rules in two languages, where none is for the request,
// and where one is.
func compareEngines(b *testing.B, iis, apache *matcher.Engine, hit string) {
	b.Helper()
	for _, target := range []struct{ name, text string }{{"miss", "/no/such/page"}, {"hit", hit}} {
		for _, e := range []struct {
			name string
			*matcher.Engine
		}{{"iis", iis}, {"apache", apache}} {
			b.Run(target.name+"/"+e.name, func(b *testing.B) {
				q := &matcher.Request{Target: target.text, Host: "www.example.com", Header: map[string][]string{}}
				ctx := context.Background()
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.Eval(ctx, q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkLargestWebConfig does so for the largest file of the corpus.
func BenchmarkLargestWebConfig(b *testing.B) {
	names, _ := filepath.Glob(iisCorpus + "iis/078-*")
	if len(names) == 0 {
		b.Skip("SKIPPED: the corpus is not there")
	}
	src, err := os.ReadFile(names[0])
	require.NoError(b, err)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			siteOf(b, src)
		}
	})
	f, err := webconfig.Parse("web.config", src, nil)
	require.NoError(b, err)
	var rules strings.Builder
	rules.WriteString("RewriteEngine on\n")
	for _, n := range f.Scopes()[0].Rules.Nodes {
		if n, ok := n.(*webconfig.Rule); ok {
			if n.Conditions != nil {
				for _, c := range n.Conditions.Nodes {
					if c, ok := c.(*webconfig.Condition); ok {
						fmt.Fprintf(&rules, "RewriteCond %%%s \"%s\" [NC]\n", c.Input.Text, c.Pattern.Value)
					}
				}
			}
			target := strings.ReplaceAll(n.Action.URL.Text, "{HTTP_HOST}", "%{HTTP_HOST}")
			fmt.Fprintf(&rules, "RewriteRule \"^/%s\" \"%s\" [NC,R=301,L,QSD]\n", strings.TrimPrefix(n.Match.URL.Value, "^"), target)
		}
	}
	compareEngines(b, siteOf(b, src), compile(b, rules.String(), nil), "/aboutus/aboutusjobs/our-policies")
}

// TestWebConfigAllocations keeps a request that no rule is for from allocating.
func TestWebConfigAllocations(t *testing.T) {
	if raceDetector {
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
