package httpdtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

const recorded = "../../../testdata/recorded/"

// TestHttpdAnswersAsRecorded proves that this harness and the one that made
// the recordings ask the same thing.
func TestHttpdAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"edge", "random"} {
		h := Require(t)
		h.Tree = recordedTree(t)
		want := recordedCases(t, file)
		want = sample(want)
		got := asked(t, want)
		require.NoError(t, h.Run(t.Context(), got))
		compared, different := 0, 0
		for i := range want {
			if (want[i].ConfigError == "") != (got[i].ConfigError == "") {
				t.Errorf("%s: configuration error %q, want %q", want[i].Name, got[i].ConfigError, want[i].ConfigError)
				continue
			}
			for j := range want[i].Results {
				compared++
				diff := cmp.Diff(want[i].Results[j].Comparable(), got[i].Results[j].Comparable())
				if diff == "" {
					continue
				}
				if different++; different <= 10 {
					t.Errorf("%s: request %d mismatch (-recorded +now):\n%s", want[i].Name, j, diff)
				}
			}
		}
		if compared == 0 {
			t.Errorf("%s: nothing compared", file)
		}
		t.Logf("%s: %d of %d equal", file, compared-different, compared)
	}
}

func recordedTree(tb testing.TB) *replay.Tree {
	tb.Helper()
	src, err := os.ReadFile(recorded + "tree.json")
	require.NoError(tb, err)
	tree, err := replay.ParseTree(src)
	require.NoError(tb, err)
	return tree
}

func recordedCases(tb testing.TB, file string) []*replay.Case {
	tb.Helper()
	src, err := os.ReadFile(recorded + file + ".jsonl.gz")
	require.NoError(tb, err)
	z, err := gzip.NewReader(bytes.NewReader(src))
	require.NoError(tb, err)
	cases, err := replay.ReadCases(z)
	require.NoError(tb, err)
	return cases
}

// sample picks cases enough to need more than one server. Of those that httpd
// refuses it takes few, as each costs a start of httpd.
func sample(cases []*replay.Case) []*replay.Case {
	const refused = 20
	var list []*replay.Case
	n := 0
	for _, c := range cases {
		dropErrors(c)
		if c.ConfigError != "" {
			n++
		}
		if c.ConfigError == "" || n <= refused {
			list = append(list, c)
		}
	}
	return list[:min(len(list), maxCases+50)]
}

// dropErrors removes from c the requests without a result to compare and those
// whose result tells the port of the server.
func dropErrors(c *replay.Case) {
	var requests []replay.Request
	var results []replay.Result
	for i, r := range c.Results {
		if r.Error == "" && !strings.Contains(c.Vhost, "UseCanonicalPhysicalPort On") {
			requests = append(requests, c.Requests[i])
			results = append(results, r)
		}
	}
	if c.ConfigError == "" {
		c.Requests, c.Results = requests, results
	}
}

// asked returns the cases without their results.
func asked(tb testing.TB, cases []*replay.Case) []*replay.Case {
	tb.Helper()
	list := make([]*replay.Case, len(cases))
	for i, c := range cases {
		q := *c
		q.ConfigError, q.Results = "", nil
		text, err := json.Marshal(q)
		require.NoError(tb, err)
		list[i] = new(replay.Case)
		require.NoError(tb, json.Unmarshal(text, list[i]))
	}
	return list
}

func TestServerEndsWithItsContext(t *testing.T) {
	t.Parallel()
	h := Require(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := &server{harness: h, dir: t.TempDir()}
	require.NoError(t, os.Chmod(s.dir, 0o755))
	require.NoError(t, s.start(ctx))
	cancel()
	if err := s.stop(); err != nil { // nil if it ended before it was killed
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Error(t, s.dial())
}

// TestMistakeInIncludedFile has cases share a document root with a file that
// httpd refuses: only those that include it are refused.
func TestMistakeInIncludedFile(t *testing.T) {
	t.Parallel()
	h := Require(t)
	files := map[string]string{"bad.conf": "RewriteEngine perhaps\n", "open.conf": "<If true>\n"}
	var cases []*replay.Case
	for _, vhost := range []string{"", "Include @DOCROOT@/bad.conf", "IncludeOptional @DOCROOT@/none*.conf", "Include @DOCROOT@/open.conf", "RewriteEngine perhaps"} {
		cases = append(cases, &replay.Case{Name: vhost, Vhost: vhost, Files: files, Requests: []replay.Request{{Target: "/"}}})
	}
	require.NoError(t, h.Run(t.Context(), cases))
	for i, want := range []string{"", "RewriteEngine must be On or Off", "", "<If> was not closed", "RewriteEngine must be On or Off"} {
		if got := cases[i].ConfigError; (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: configuration error %q, want %q", cases[i].Vhost, got, want)
		}
	}
}

// TestSecondHost asks for the second of a case's hosts by its names.
func TestSecondHost(t *testing.T) {
	t.Parallel()
	h := Require(t)
	second, alias := replay.SecondHost, "other.test"
	c := &replay.Case{
		Vhost:    "Redirect 410 /",
		Second:   "ServerAlias *.test\nRedirect 403 /",
		Requests: []replay.Request{{Target: "/"}, {Target: "/", Host: &second}, {Target: "/", Host: &alias}, {Target: "/", Host: &alias, TLS: true}},
	}
	ours := *c
	require.NoError(t, h.Run(t.Context(), []*replay.Case{c}))
	ours.Place = c.Place
	require.NoError(t, replay.Run(t.Context(), &ours, nil))
	for i, want := range []int{410, 403, 403, 403} {
		if c.Results[i].Status != want || ours.Results[i].Status != want {
			t.Errorf("request %d: httpd %+v, engine %d, want %d", i, c.Results[i], ours.Results[i].Status, want)
		}
	}
}
