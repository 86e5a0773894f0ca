package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// recordedResponse is a recorded result with the whole header of the response
// and, if that is a text of ErrorDocument, the page.
type recordedResponse struct {
	Result
	Header [][2]string `json:"header"`
	Page   string      `json:"page"`
}

// TestRecordedResponses compares what directives make of responses, and what
// mod_dir makes of directories, with what httpd sent, to the last field of the
// header.
func TestRecordedResponses(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{"response": 2000, "directories": 1500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareAllResponses(t, name, least)
		})
	}
}

func compareAllResponses(t *testing.T, name string, least int) {
	t.Helper()
	src, err := os.ReadFile(recorded + name + ".jsonl.gz")
	require.NoError(t, err)
	z, err := gzip.NewReader(bytes.NewReader(src))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	tree := readTree(t)
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	compared := make([]int, len(lines))
	forEach(len(lines), func(i int) { compared[i] = compareResponses(t, lines[i], i, name == "directories", tree) })
	sum := 0
	for _, n := range compared {
		sum += n
	}
	t.Logf("%d responses compared", sum)
	require.Greater(t, sum, least)
}

// compareResponses compares one case and returns how many of its responses were
// compared.
func compareResponses(t *testing.T, line []byte, n int, directories bool, tree *Tree) (compared int) {
	t.Helper()
	var c struct {
		Case
		Results []recordedResponse `json:"results"`
	}
	if err := json.Unmarshal(line, &c); err != nil {
		t.Error(err)
		return 0
	}
	c.Place, c.Directories = NthPlace(n), directories
	s, refused, err := newSite(&c.Case, tree)
	switch {
	case err != nil, (refused != nil) != (c.ConfigError != ""):
		t.Errorf("case %q: httpd says %q of the configuration, we %v %v", c.Name, c.ConfigError, refused, err)
	case refused == nil:
		defer s.close()
		for i := range c.Results {
			if diff := compareResponse(t, s, &c.Requests[i], &c.Results[i]); diff != "" {
				t.Errorf("case %q, %d, mismatch (-httpd +we):\n%s\nto run it again:\n%s", c.Name, i, diff, line)
			}
		}
		return len(c.Results)
	}
	return 0
}

// compareResponse compares one response and returns the difference.
func compareResponse(t *testing.T, s *site, q *Request, want *recordedResponse) string {
	t.Helper()
	req, err := engineRequest(q, s.place)
	if err != nil {
		return ""
	}
	res, _ := s.engine.Eval(t.Context(), req)
	got := recordedResponse{Result: s.result(q, &res), Page: codePointsOf(res.Text)}
	header, ok := responseHeader(&res)
	if !ok {
		header = nil
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if name == "Expires" && strings.HasSuffix(value, " GMT") {
				value = "*" // the time it was recorded
			}
			got.Header = append(got.Header, [2]string{name, Encode(trim(value), s.place.Root)})
		}
	}
	// Without content there is no page, and nothing that speaks of it.
	if q.Method == http.MethodHead {
		got.Page = ""
	}
	if got.Status == http.StatusNoContent && res.LeavesHeader() {
		got.Header = slices.DeleteFunc(got.Header, func(f [2]string) bool { return f[0] == "Content-Type" })
	}
	if len(got.Header) == 0 {
		got.Header = nil
	}
	slices.SortStableFunc(want.Header, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	want.Result, got.Result = want.Comparable(), got.Comparable()
	return cmp.Diff(*want, got)
}
