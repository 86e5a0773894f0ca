package expr

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// answer is a case of testdata with what httpd said to it: see
// testdata/README.md.
type answer struct {
	Name        string            `json:"name"`
	Vhost       string            `json:"vhost"`
	Files       map[string]string `json:"files"`
	Requests    []request         `json:"requests"`
	ConfigError string            `json:"config_error"`
	Results     []struct {
		Status   int    `json:"status"`
		Location string `json:"location"`
		Vary     string `json:"vary"`
		Error    string `json:"error"`
		Final    struct {
			Env map[string]string `json:"env"`
		} `json:"final"`
	} `json:"results"`
}

// kind returns what the case asks for, and the expression.
func (a *answer) kind() (kind, src string) {
	kind, src, _ = strings.Cut(a.Name, " ")
	if kind == "val" {
		src += " =~ m#^(.*)$#"
	}
	return kind, latin1(src)
}

// refused reports whether httpd did not accept the expression.
func (a *answer) refused(kind string) bool {
	if kind[0] == 'h' {
		return a.Results[0].Status == 500
	}
	return a.ConfigError != ""
}

// latin1 returns the bytes that are written as one code point each.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r)) //nolint:gosec // there are no others
	}
	return string(b)
}

// answers reads the cases of a file in testdata.
func answers(t *testing.T, name string) []answer {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	z, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<20)
	var all []answer
	for sc.Scan() {
		var a answer
		require.NoError(t, json.Unmarshal(sc.Bytes(), &a))
		all = append(all, a)
	}
	require.NoError(t, sc.Err())
	require.NotEmpty(t, all)
	return all
}

// compileSource parses and compiles src.
func compileSource(src string, isString, restricted bool) (*syntax.Expr, *Program, error) {
	parse := syntax.Parse
	if isString {
		parse = syntax.ParseString
	}
	start := parser.Pos{Line: 1, Col: 1}
	e, err := parse(parser.Word{Extent: parser.Extent{Name: "test", From: start, To: start}, Text: src}, &syntax.Options{Restricted: restricted})
	if err != nil {
		return nil, nil, err
	}
	p, err := Compile(e, pcre.DotAll|pcre.DollarEndOnly)
	return e, p, err
}

// TestRecorded compares with what httpd said.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"written.jsonl.gz", "random.jsonl.gz"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compared := 0
			for _, a := range answers(t, name) {
				if a.compare(t) {
					compared++
				}
			}
			require.Greater(t, compared, 600)
		})
	}
}

// compare reports whether the case can be compared, and does so.
func (a *answer) compare(t *testing.T) bool {
	t.Helper()
	kind, src := a.kind()
	not := false
	if strings.HasSuffix(kind, "cond") || kind == "cap" {
		src, not = strings.CutPrefix(src, "!")
	}
	e, p, err := compileSource(src, kind == "str", kind[0] == 'h')
	if refused := a.refused(kind); refused != (err != nil) {
		t.Errorf("%s: httpd refuses it: %v; our error: %v", a.Name, refused, err)
		return true
	}
	if err != nil {
		return true
	}
	if asksServer(e) {
		return false
	}
	req := &a.Requests[0]
	req.files = tree()
	if strings.HasSuffix(kind, "if") || kind == "hcond" {
		req.filename = docroot + req.uri()
	}
	switch kind {
	case "val":
		a.compareValue(t, p, req)
	case "str":
		s, _ := p.String(req)
		if d := cmp.Diff(latin1(a.Results[0].Location), strings.Trim(s, " \t")); d != "" {
			t.Errorf("%s: value mismatch (-httpd +got)\n%s", a.Name, d)
		}
	default:
		a.compareTruth(t, p, req, not)
	}
	return true
}

// asksServer reports whether only an engine can evaluate e.
func asksServer(e *syntax.Expr) bool {
	for n := range e.All() {
		if u, ok := n.(*syntax.Unary); ok && (u.Op == syntax.SubFile || u.Op == syntax.SubURL) {
			return true
		}
	}
	return false
}

// compareValue compares the value of a word, which is group 1 of p.
func (a *answer) compareValue(t *testing.T, p *Program, req *request) {
	t.Helper()
	got, err := p.Bool(req)
	require.NoError(t, err)
	if d := cmp.Diff(latin1(a.Results[0].Final.Env["V"]), got.Captures.Group(1)); d != "" {
		t.Errorf("%s: value mismatch (-httpd +got)\n%s", a.Name, d)
	}
}

// compareTruth compares the truth, the captures and the headers for Vary.
func (a *answer) compareTruth(t *testing.T, p *Program, req *request, not bool) {
	t.Helper()
	res, err := p.Bool(req)
	ok := res.True != not
	_, want := a.Results[0].Final.Env["R"]
	if ok != want {
		t.Errorf("%s: httpd says %v, we %v (%v)", a.Name, want, ok, err)
	}
	if d := cmp.Diff(varyHeader(latin1(a.Results[0].Vary)), varyHeader(res.Vary)); d != "" {
		t.Errorf("%s: Vary mismatch (-httpd +got)\n%s", a.Name, d)
	}
	if caps, found := a.Results[0].Final.Env["C"]; found {
		groups := make([]string, 10)
		for i := range groups {
			groups[i] = res.Captures.Group(i)
		}
		if d := cmp.Diff(latin1(caps), strings.Join(groups, "|")); d != "" {
			t.Errorf("%s: captures mismatch (-httpd +got)\n%s", a.Name, d)
		}
	}
}

// varyHeader returns the header names of a list, each once, as httpd sends
// them. Nonsensical names, which httpd sends in odd ways, fall into
// pieces.
func varyHeader(vary string) []string {
	var names []string
	for n := range strings.FieldsFuncSeq(vary, func(r rune) bool { return r <= ' ' || r == ',' }) {
		if !slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, n) }) {
			names = append(names, n)
		}
	}
	return names
}
