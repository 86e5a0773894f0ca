package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/rewritetest"
)

// fence is a fenced block of the README.
type fence struct {
	before string // the text since the block before
	text   string
}

func fences(t *testing.T) []fence {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	parts := strings.Split("\n"+string(readme), "\n```")
	var list []fence
	for i := 1; i < len(parts); i += 2 {
		_, text, ok := strings.Cut(parts[i], "\n")
		require.True(t, ok)
		list = append(list, fence{strings.TrimSpace(parts[i-1]), text + "\n"})
	}
	return list
}

// transcript is a command that a block shows, and what it wrote.
type transcript struct{ command, output string }

func (f fence) transcripts() []transcript {
	var list []transcript
	for part := range strings.SplitSeq("\n"+f.text, "\n$ ") {
		if command, output, ok := strings.Cut(part, "\n"); ok && command != "" {
			list = append(list, transcript{command, output + "\n"})
		}
	}
	return list
}

// args returns the command's words; the README quotes none with blanks in them.
func (tr transcript) args() []string {
	words := strings.Fields(tr.command)[1:]
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	return words
}

// readmeFiles writes the files that the README shows or shows parts of.
func readmeFiles(t *testing.T, blocks []fence) string {
	t.Helper()
	files := map[string]string{"public/some/page": "<h1>Hello</h1>\n"}
	says := regexp.MustCompile("Say `(\\S+)` holds$")
	finding := regexp.MustCompile(`(?m)^(\S+\.conf):(\d+):\d+: .*\n    (.*)\n`)
	tested := regexp.MustCompile(`(?m)^ok +(\S+\.txtar)`)
	name := ""
	for _, b := range blocks {
		if m := says.FindStringSubmatch(b.before); m != nil {
			files[m[1]] = b.text
		}
		if m := tested.FindStringSubmatch(b.text); m != nil {
			name = m[1]
		}
		if strings.HasSuffix(b.before, "reads like this:") {
			files[name] = b.text
		}
		drafts := map[string][]string{}
		for _, m := range finding.FindAllStringSubmatch(b.text, -1) {
			n, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			for len(drafts[m[1]]) < n {
				drafts[m[1]] = append(drafts[m[1]], "")
			}
			drafts[m[1]][n-1] = m[3]
		}
		for name, lines := range drafts {
			files[name] = strings.Join(lines, "\n") + "\n"
		}
	}
	require.Contains(t, files, "site.conf")
	require.Contains(t, files, "tests/shop.txtar")
	require.Contains(t, files, "draft.conf")
	return tree(t, files)
}

// The commands in the README do what it says they do, with the files it shows.
func TestReadme(t *testing.T) {
	blocks := fences(t)
	t.Chdir(readmeFiles(t, blocks))
	var srv *running
	var log string // what the README shows of the access log
	ran := map[string]int{}
	for _, b := range blocks {
		for _, tr := range b.transcripts() {
			words := tr.args()
			switch program, _, _ := strings.Cut(tr.command, " "); {
			case program == "curl":
				require.NotNil(t, srv, tr.command)
				require.Equal(t, normal(tr.output), normal(curl(t, srv.url, words)), tr.command)
			case program != "modrewrite":
				continue
			case words[0] == "serve":
				s := startServe(t, words[1:]...)
				srv = &s
				_, log, _ = strings.Cut(tr.output, "\n")
				require.Regexp(t, `^modrewrite: serving on http://127\.0\.0\.1:`, tr.output)
			default:
				got := cli(t, words...)
				require.Equal(t, strings.TrimSpace(tr.output), strings.TrimSpace(got.out+got.err), tr.command)
			}
			ran[words[0]]++
		}
	}
	for _, command := range []string{"explain", "check", "serve", "test"} {
		require.NotZero(t, ran[command], command)
	}
	require.Equal(t, exitOK, srv.stop())
	require.Equal(t, normal(log), normal(srv.out.String()))
}

// normal returns text without what differs from run to run.
func normal(text string) string {
	for _, re := range []string{`Date: .*`, `\[\d\d/[^]]*\]`, `curl/[\d.]+`, `(?m)[ \t]+$`} {
		text = regexp.MustCompile(re).ReplaceAllString(text, "")
	}
	return strings.TrimSpace(text)
}

// curl does what the program does with the arguments args, in so far as the
// README needs it, with server in the place of the one that it names.
func curl(t *testing.T, server string, args []string) string {
	t.Helper()
	method, agent, target := http.MethodGet, "curl/8.0.0", ""
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-A":
			i++
			agent = args[i]
		case arg == "-sI":
			method = http.MethodHead
		case arg != "-s":
			_, path, ok := strings.Cut(arg, "/")
			require.True(t, ok, arg)
			target = server + "/" + path
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	require.NoError(t, err)
	req.Header.Set("User-Agent", agent)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if method == http.MethodGet {
		return string(body)
	}
	head := "HTTP/1.1 " + resp.Status + "\n"
	for _, name := range []string{"Content-Length", "Content-Type", "Location", "X-Content-Type-Options", "Date"} {
		for _, value := range resp.Header[name] {
			head += name + ": " + value + "\n"
		}
		delete(resp.Header, name)
	}
	require.Empty(t, resp.Header)
	return head
}

// The line that runs the case files as Go tests finds what they name.
func TestReadmeRun(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	m := regexp.MustCompile(`rewritetest\.Run\(t, os\.DirFS\("([^"]*)"\)\)`).FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, m)
	dir := readmeFiles(t, fences(t))
	for _, line := range m {
		require.NoError(t, rewritetest.Check(os.DirFS(filepath.Join(dir, line[1]))), line[0])
	}
}
