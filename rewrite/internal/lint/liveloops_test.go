package lint

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// foundLoop is a finding about a loop, and the request that shows it.
type foundLoop struct {
	c *checker
	d *parser.Diagnostic
	w *witness
}

// foundLoops returns the loops that are found in sources.
func foundLoops(t *testing.T, sources []Source, o *Options) []foundLoop {
	t.Helper()
	var files []*checker
	for _, src := range sources {
		c, err := newChecker(src, o)
		require.NoError(t, err)
		files = append(files, c)
	}
	var all []foundLoop
	for _, c := range files {
		c.others = files
		if c.file == nil {
			continue
		}
		for _, d := range c.run() {
			if w := c.proofs[d]; w != nil {
				all = append(all, foundLoop{c, d, w})
			}
		}
	}
	return all
}

// liveCase returns the question that httpd is asked: the rules of all files, less what this
// finding is not about, and the request. why says what keeps it from being asked.
func (l *foundLoop) liveCase(t *testing.T) (c *replay.Case, why string) {
	t.Helper()
	c = &replay.Case{Name: l.d.Name + " " + l.d.Error(), Files: map[string]string{}, Modules: []string{"dir"}}
	for name, folder := range l.disk() {
		if name = strings.Trim(name, "/"); name == "" {
			continue
		}
		if folder {
			name += "/.keep"
		}
		c.Files[name] = ""
	}
	for _, f := range l.c.others {
		text := liveText(t, f)
		switch {
		case !f.src.Access:
			c.Vhost += text
		default:
			c.Files[path.Join(strings.Trim(f.scopes[0].dir, "/"), accessName)] = replay.Encode(text, "")
		}
	}
	if strings.Contains(c.Vhost, "<VirtualHost") {
		return nil, "it has virtual hosts of its own"
	}
	req := l.w.request()
	if req.RemoteAddr != "198.51.100.7" && !strings.HasPrefix(req.RemoteAddr, "127.") {
		return nil, "it needs the client " + req.RemoteAddr
	}
	q := replay.Request{Method: req.Method, Target: req.Target, Host: &req.Host, TLS: req.TLS}
	for name, values := range req.Header {
		q.Headers = append(q.Headers, [2]string{name, values[0]})
	}
	c.Requests = []replay.Request{q}
	return c, ""
}

// disk returns what has to be on disk, by URL-path; true for a folder.
func (l *foundLoop) disk() map[string]bool {
	all := map[string]bool{}
	for _, files := range []map[string]bool{l.c.site.world.files, l.w.files} {
		for name, folder := range files {
			if folder || !hasBelow(files, name) {
				all[name] = folder
			}
		}
	}
	return all
}

func hasBelow(files map[string]bool, name string) bool {
	for other := range files {
		if strings.HasPrefix(other, name+"/") {
			return true
		}
	}
	return false
}

// liveText returns the rules of a file as text, without the directives of other modules.
func liveText(t *testing.T, c *checker) string {
	t.Helper()
	tree := *c.file
	bad := trimmer{bad: errorsOf(c.known)}
	tree.Nodes = rulesOnly(bad.nodes(c.file.Nodes))
	if c.opts.Match.EngineOn || !c.engineAnywhere() {
		on, err := parser.Parse("", []byte("RewriteEngine On\n"), nil)
		require.NoError(t, err)
		tree.Nodes = append(on.Nodes, tree.Nodes...)
	}
	var b strings.Builder
	require.NoError(t, parser.Fprint(&b, &tree))
	return b.String()
}

// rulesOnly returns nodes without those that have nothing to do with rules.
func rulesOnly(nodes []parser.Node) []parser.Node {
	var out []parser.Node
	for _, n := range nodes {
		switch n := n.(type) {
		case *parser.Conditional:
			if n.Holds {
				out = append(out, rulesOnly(n.Nodes)...)
			}
		case *parser.Section:
			m := *n
			m.Nodes = rulesOnly(n.Nodes)
			out = append(out, &m)
		case *parser.RewriteEngine, *parser.RewriteBase, *parser.RewriteCond, *parser.RewriteRule, *parser.RewriteOptions, *parser.RewriteMap:
			out = append(out, n)
		case *parser.Directive:
			if isRedirect(n) || strings.EqualFold(n.Directive, "DirectoryIndex") {
				out = append(out, n)
			}
		}
	}
	return out
}

// TestFoundLoopsLive asks a live httpd whether the loops go round that are found in the
// rulesets at hand: those of the mistakes and of the corpus.
func TestFoundLoopsLive(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	loops := slices.Concat(shownLoops(t), corpusLoops(t))
	h := httpdtest.Require(t)
	type asked struct {
		foundLoop
		*replay.Case

		seen map[string]bool
	}
	var open []*asked
	for _, l := range loops {
		c, why := l.liveCase(t)
		if why != "" {
			t.Logf("not asked: %v [%s]: %s", l.d, l.d.Code, why)
			continue
		}
		open = append(open, &asked{l, c, map[string]bool{}})
	}
	n, confirmed := len(open), 0
	for hop := 0; len(open) > 0 && hop < 12; hop++ {
		var cases []*replay.Case
		for _, a := range open {
			cases = append(cases, a.Case)
		}
		require.NoError(t, h.Run(t.Context(), cases))
		var left []*asked
		for _, a := range open {
			require.Empty(t, a.ConfigError, a.Name)
			res := &a.Results[0]
			require.Empty(t, res.Error, a.Name)
			if next, again := a.nextLive(t, res); again {
				key := fmt.Sprint(next.TLS, *next.Host, next.Target)
				if hop == 11 || a.seen[key] && len(res.SetCookie) == 0 {
					require.Equal(t, codeRedirectLoop, a.d.Code, a.Name)
					confirmed++
					continue
				}
				a.seen[key] = true
				a.Requests = []replay.Request{next}
				left = append(left, a)
				continue
			}
			if res.Status != 500 || a.d.Code != codeRewriteLoop && a.d.Code != codeRedirectLoop {
				t.Errorf("httpd says that it ends, with %d %s after %d redirects: %v: %s\n%s", res.Status, res.Location, hop, a.d, a.d.Code, a.Files[accessName]+a.Vhost)
				continue
			}
			confirmed++
		}
		open = left
	}
	t.Logf("%d of %d loops confirmed, of %d that are found", confirmed, n, len(loops))
	require.Positive(t, confirmed)
}

// nextLive returns the request that a browser makes for an answer, false if it is not
// redirected on the site.
func (l *foundLoop) nextLive(t *testing.T, res *replay.Result) (replay.Request, bool) {
	t.Helper()
	if res.Status < 300 || res.Status > 399 || res.Location == "" {
		return replay.Request{}, false
	}
	u, err := url.Parse(replay.Decode(res.Location, "/srv/www"))
	require.NoError(t, err)
	var result matcher.Result
	result.Location, result.SetCookies = u.String(), res.SetCookie
	w, ok := l.c.site.next(l.w, &result)
	if !ok {
		return replay.Request{}, false
	}
	l.w = w
	req := w.request()
	q := replay.Request{Target: req.Target, Host: &req.Host, TLS: req.TLS}
	for name, values := range req.Header {
		q.Headers = append(q.Headers, [2]string{name, values[0]})
	}
	return q, true
}

// shownLoops returns the loops in the rulesets with mistakes.
func shownLoops(t *testing.T) []foundLoop {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, "lint/shown.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED, no mistakes to find: %v", err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	var all []foundLoop
	for in.Scan() {
		var c shownCase
		require.NoError(t, json.Unmarshal(in.Bytes(), &c))
		sources, o := c.sources()
		all = append(all, foundLoops(t, sources, o)...)
	}
	require.NoError(t, in.Err())
	return all
}

// corpusLoops returns the loops in the access files of the corpus.
func corpusLoops(t *testing.T) []foundLoop {
	t.Helper()
	var all []foundLoop
	for _, src := range corpusFiles(t) {
		all = append(all, foundLoops(t, []Source{src}, &Options{})...)
	}
	return all
}

// corpusFiles returns the files of the corpus, as the kind of file that they are where
// they come from.
func corpusFiles(t *testing.T) []Source {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, "corpus/MANIFEST.tsv"))
	if err != nil {
		t.Skipf("SKIPPED, no corpus to look at: %v", err)
	}
	defer func() { _ = f.Close() }()
	in := csv.NewReader(f)
	in.Comma, in.LazyQuotes = '\t', true
	rows, err := in.ReadAll()
	require.NoError(t, err)
	var all []Source
	for _, row := range rows {
		if !strings.HasPrefix(row[0], "apache/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(shared, "corpus", row[0]))
		require.NoError(t, err)
		access := IsAccessFile(row[2])
		name := path.Base(row[0])
		all = append(all, Source{Name: name, Text: text, Access: access})
	}
	require.Greater(t, len(all), 300)
	return all
}
