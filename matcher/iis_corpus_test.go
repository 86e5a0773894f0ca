package matcher_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// iisCorpus is rulesets of IIS that were published. They are not part of the repository.
const iisCorpus = "../../shared/corpus/"

// corpusCounts are what is known of the corpus: how many files there are and how many of
// them run, and how many rules those have.
type corpusCounts struct{ files, run, rules int }

// corpusRule is the patterns of a rule and of its conditions.
type corpusRule struct {
	url   *pcre.Regexp
	conds []*pcre.Regexp
}

// TestIISCorpus puts requests that the rules of the corpus are for to them: no evaluation
// fails.
func TestIISCorpus(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	if _, err := os.Stat(iisCorpus); err != nil {
		t.Skipf("SKIPPED: the corpus is not there: %v", err)
	}
	for folder, want := range map[string]corpusCounts{"iis": {166, 145, 5232}, "isapi": {68, 64, 626}} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			names, err := filepath.Glob(iisCorpus + folder + "/[0-9]*")
			require.NoError(t, err)
			got := corpusCounts{files: len(names)}
			for i, name := range names {
				src, err := os.ReadFile(name)
				require.NoError(t, err)
				e, rules := corpusEngine(folder, name, src)
				if e == nil {
					continue
				}
				got.run++
				got.rules += len(rules)
				g := workload.NewRandom(uint64(i)) //nolint:gosec // an index
				for _, r := range rules {
					q := r.request(g)
					_, err := e.Eval(t.Context(), q)
					require.NoError(t, err, "%s: %s", name, q.Target)
				}
			}
			require.Equal(t, want, got)
		})
	}
}

// corpusEngine returns an engine for a file and the rules in it, nil if it has an error.
func corpusEngine(folder, name string, src []byte) (*matcher.Engine, []corpusRule) {
	opts := &matcher.Options{FS: fstest.MapFS{"site/index.php": {}}, DocumentRoot: "/site"}
	var rules []corpusRule
	if folder == "iis" {
		f, err := webconfig.Parse(name, src, nil)
		if err != nil {
			return nil, nil
		}
		opts.SiteConfig = f
		for _, sc := range f.Scopes() {
			for _, list := range []*webconfig.Rules{sc.Global, sc.Rules} {
				if list != nil {
					rules = append(rules, rulesOf(list.Nodes)...)
				}
			}
		}
	} else {
		kind := isapi.IIRF
		if bytes.Contains(bytes.ToLower(src), []byte("[isapi_rewrite]")) || strings.Contains(name, "httpd.ini") {
			kind = isapi.Rewrite2
		}
		f, err := isapi.Parse(name, src, kind, nil)
		if err != nil {
			return nil, nil
		}
		opts.ISAPI = f
		var conds []*pcre.Regexp
		for _, n := range f.Nodes {
			switch n := n.(type) {
			case *isapi.Cond:
				conds = appendParsed(conds, n.Operand)
			case *isapi.Rule:
				rules = append(rules, corpusRule{parsed(n.Pattern.Text), conds})
				conds = nil
			}
		}
	}
	e, err := matcher.Compile(nil, opts)
	if err != nil {
		return nil, nil
	}
	return e, rules
}

// rulesOf returns the rules of a web.config.
func rulesOf(nodes []webconfig.Node) (list []corpusRule) {
	for _, n := range nodes {
		n, ok := n.(*webconfig.Rule)
		if !ok || n.Match == nil {
			continue
		}
		r := corpusRule{url: parsed(n.Match.URL.Value)}
		if n.Syntax.Value != webconfig.ECMAScript {
			r.url = parsed(strings.ReplaceAll(n.Match.URL.Value, "*", ".*"))
		}
		if n.Conditions != nil {
			for _, c := range n.Conditions.Nodes {
				if c, ok := c.(*webconfig.Condition); ok {
					r.conds = appendParsed(r.conds, c.Pattern.Value)
				}
			}
		}
		list = append(list, r)
	}
	return list
}

// parsed returns a pattern, or what matches everything where it is none.
func parsed(src string) *pcre.Regexp {
	re, err := pcre.Parse(src, 0)
	if err != nil {
		re, _ = pcre.Parse(".*", 0)
	}
	return re
}

func appendParsed(list []*pcre.Regexp, src string) []*pcre.Regexp { return append(list, parsed(src)) }

// request returns a request that the rule may be for.
func (r *corpusRule) request(g *workload.Random) *matcher.Request {
	path := strings.TrimPrefix(g.Subject([]*pcre.Regexp{r.url}), "/")
	text := g.Subject(r.conds)
	var b strings.Builder
	b.WriteByte('/')
	for _, c := range []byte(path) {
		if c > ' ' && c < 0x7f && c != '%' && c != '#' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	visible := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
	return &matcher.Request{
		Target: b.String(), Host: "www.example.com",
		Header: map[string][]string{"User-Agent": {visible}, "Referer": {visible}, "Cookie": {visible}, "Accept": {visible}},
	}
}
