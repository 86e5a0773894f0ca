package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// replayed runs the command with in on standard input.
func replayed(t *testing.T, in string, args ...string) output {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), streams{strings.NewReader(in), &out, &errs}, append([]string{"replay"}, args...))
	return output{code, out.String(), errs.String()}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"tree.json": `{"caf\u00c3\u00a9.txt": "x", "sub/link": {"link": "../caf\u00c3\u00a9.txt"}}`})
	const in = `{"name":"a","vhost":"RewriteEngine On\nRewriteRule ^/r(.*) /t$1 [R=301,L]\nRewriteCond %{DOCUMENT_ROOT}$0 -f\nRewriteRule .* - [E=FOUND:$0]","requests":[{"target":"/r/\u00e9?q","tls":true},{"target":"/caf%C3%A9.txt"},{"method":"HEAD","target":"/"}]}

{"name":"b","files":{"sub/.htaccess":"RewriteEngine On\nRewriteRule ^a$ @DOCROOT@/sub/b"},"requests":[{"target":"/sub/a"}]}
{"name":"c","vhost":"RewriteRule (","requests":[{"target":"/"}]}
{"name":"d","vhost":"RewriteEngine On\nRewriteRule ^ - [F]","requests":[{"target":"/"}]}
`
	got := replayed(t, in, "-tree", dir+"/tree.json")
	require.Equal(t, exitOK, got.code, got.err)
	want := []string{
		`{"name":"a",`,
		`"results":[{"status":301,"location":"https://www.example.com/t/%e9?q"},{"status":200,"final":{"uri":"/cafÃ©.txt","filename":"@DOCROOT@/cafÃ©.txt","args":null,"path_info":"","handler":"","content_type":null,"method":"GET","proxyreq":0,"redirects":0,"env":{"FOUND":"/cafÃ©.txt","SCRIPT_URI":"http://www.example.com/cafÃ©.txt","SCRIPT_URL":"/cafÃ©.txt"}}},{"status":200}]}`,
		`{"name":"b",`,
		`"final":{"uri":"/sub/b","filename":"@DOCROOT@/sub/b","args":null,"path_info":"","handler":"","content_type":null,"method":"GET","proxyreq":0,"redirects":1,"env":{"REDIRECT_STATUS":"200"}}`,
		`{"name":"c",`,
		`"config_error":"vhost.conf:1:1: `,
		`{"name":"d",`,
		`"results":[{"status":403}]}`,
	}
	rest := got.out
	for _, text := range want {
		_, after, found := strings.Cut(rest, text)
		require.True(t, found, "%q is not, in this order, in %s", text, got.out)
		rest = after
	}
}

// The order of the cases is kept however long each takes, over more of them
// than are worked on at a time.
func TestReplayKeepsOrder(t *testing.T) {
	t.Parallel()
	var in, want strings.Builder
	for i := range 200 {
		requests := strings.TrimSuffix(strings.Repeat(`{"target":"/"},`, 1+(i*37)%60), ",")
		fmt.Fprintf(&in, "{\"name\":\"%d\",\"requests\":[%s]}\n", i, requests)
		fmt.Fprintf(&want, "%d\n", i)
	}
	got := replayed(t, in.String())
	require.Equal(t, exitOK, got.code, got.err)
	var names strings.Builder
	for line := range strings.Lines(got.out) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, `{"name":"`), `"`)
		fmt.Fprintln(&names, name)
	}
	if diff := cmp.Diff(want.String(), names.String()); diff != "" {
		t.Errorf("order mismatch (-want +got):\n%s", diff)
	}
}

func TestReplayErrors(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"bad.json": "[]"})
	const good = `{"name":"good","requests":[]}` + "\n"
	tests := []struct {
		name string
		in   string
		args []string
		err  string
	}{
		{"no JSON", good + "\n{\n", nil, "line 3: "},
		{"a file outside the document root", good + `{"name":"out","files":{"../x":""},"requests":[]}`, nil, `case "out": bad file name`},
		{"no tree", good, []string{"-tree", dir + "/none.json"}, "none.json"},
		{"a bad tree", good, []string{"-tree", dir + "/bad.json"}, "file tree: "},
		{"an argument", good, []string{"x"}, "usage: modrewrite replay"},
		{"a bad flag", good, []string{"-x"}, "usage: modrewrite replay"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := replayed(t, test.in, test.args...)
			require.Equal(t, exitUsage, got.code)
			require.Contains(t, got.err, test.err)
		})
	}
}

// brokenPipe fails on every use.
type brokenPipe struct{}

var errBroken = errors.New("broken")

func (brokenPipe) Read([]byte) (int, error)  { return 0, errBroken }
func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestReplayBrokenStreams(t *testing.T) {
	t.Parallel()
	in := strings.NewReader(strings.Repeat(`{"name":"x","requests":[{"target":"/"}]}`+"\n", 50))
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), streams{in, brokenPipe{}, &errs}, []string{"replay"}))
	require.Contains(t, errs.String(), "broken")
	errs.Reset()
	require.Equal(t, exitUsage, run(t.Context(), streams{brokenPipe{}, &out, &errs}, []string{"replay"}))
	require.Contains(t, errs.String(), "broken")
}
