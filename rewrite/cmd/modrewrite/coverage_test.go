package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// conditionCase tests a ruleset some outcomes of which it does not show, and whose text
// would be markup in a page.
const conditionCase = `-- .htaccess --
RewriteEngine On
RewriteCond %{HTTP_HOST} ^a [OR]
RewriteCond %{HTTP_HOST} ^b
RewriteRule ^x$ y \
	[L]
RewriteCond %{QUERY_STRING} <script>alert(1)</script>
RewriteRule ^z$ - [F]
-- requests --
http://a.example/x
	rewrite /y
http://c.example/x
	pass
`

func TestCoverageOfConditions(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"one.txtar": conditionCase})
	page := filepath.Join(dir, "coverage.html")
	code, out, errOut := runTested(t, dir, "-html", page, dir)
	require.Zero(t, code, out+errOut)
	const want = `ok    DIR/cases/one.txtar (2 requests)
1 files, 2 requests, 0 files failed
1 of 2 rules matched, of 3 conditions 1 true and 2 false: coverage 50 %
    DIR/cases/one.txtar:4: never true: RewriteCond %{HTTP_HOST} ^b
    DIR/cases/one.txtar:7: never reached: RewriteCond %{QUERY_STRING} <script>alert(1)</script>
    DIR/cases/one.txtar:8: never matched: RewriteRule ^z$ - [F]
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("output mismatch (-want +got)\n%s", diff)
	}
	src, err := os.ReadFile(page)
	require.NoError(t, err)
	html := string(src)
	for _, want := range []string{
		`<li class="ok"><span class="n">3</span><span class="mark">✓</span><span class="text">RewriteCond %{HTTP_HOST} ^a [OR]</span></li>`,
		`<li class="part"><span class="n">4</span><span class="mark">~</span><span class="text">RewriteCond %{HTTP_HOST} ^b</span><span class="note">never true</span></li>`,
		`<li class="ok"><span class="n">6</span><span class="mark"></span><span class="text">`, // the rule goes on
		`<span class="note">never reached</span>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`,
		`default-src 'none'`,
	} {
		require.Contains(t, html, want)
	}
	wantSelfContained(t, html)
}

// wantSelfContained wants a page that loads nothing and runs nothing.
func wantSelfContained(t *testing.T, html string) {
	t.Helper()
	for _, bad := range []string{"<script", "src=", "href=", "url(", "@import", "onload"} {
		require.NotContains(t, html, bad)
	}
}

func TestMinCoverage(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"one.txtar": conditionCase})
	code, out, _ := runTested(t, dir, "-min-coverage", "50", dir)
	require.Zero(t, code, out)
	code, out, _ = runTested(t, dir, "-min-coverage", "50.1", dir)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "coverage is below -min-coverage 50.1 %\n")
	code, _, errOut := runTested(t, dir, "-html", filepath.Join(dir, "no", "page.html"), dir)
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "page.html")
}

// TestPercent wants no share shown as all that is not all.
func TestPercent(t *testing.T) {
	t.Parallel()
	for p, want := range map[float64]string{100: "100 %", 99.99: "99.9 %", 50: "50 %", 0: "0 %", 200.0 / 3: "66.7 %"} {
		require.Equal(t, want, casefile.Percent(p))
	}
}

// TestParallel wants the same output whatever runs at the same time.
func TestParallel(t *testing.T) {
	t.Parallel()
	cases := map[string]string{}
	for i := range 40 {
		cases[fmt.Sprintf("c%02d.txtar", i)] = []string{goodCase, wrongCase, brokenCase, conditionCase}[i%4]
	}
	dir := caseFolder(t, cases)
	code, want, _ := runTested(t, dir, "-parallel", "1", dir)
	require.Equal(t, 1, code)
	for range 3 {
		_, got, _ := runTested(t, dir, "-parallel", "8", dir)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("output mismatch (-one at a time +eight)\n%s", diff)
		}
	}
}

// BenchmarkTest runs 10,000 requests, in one case file and in many.
func BenchmarkTest(b *testing.B) {
	for _, files := range []int{1, 1_000, 10_000} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			dir := b.TempDir()
			for n := range files {
				var text strings.Builder
				text.WriteString(strings.TrimSuffix(conditionCase, "http://c.example/x\n\tpass\n"))
				for i := 1; i < 10_000/files; i++ {
					fmt.Fprintf(&text, "http://c.example/%d\n\tpass\n", i)
				}
				require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("c%d.txtar", n)), []byte(text.String()), 0o600))
			}
			for b.Loop() {
				var out strings.Builder
				if code := run(b.Context(), streams{strings.NewReader(""), &out, &out}, []string{"test", dir}); code != exitOK {
					b.Fatal(out.String())
				}
			}
		})
	}
}
