package main

import (
	"bytes"
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

// The pages whose examples are run. The first is the start for users, the
// second has all commands.
const (
	startPage   = "../../../README.md"
	commandPage = "README.md"
)

// fence is a fenced block of a page.
type fence struct {
	before string // the text since the block before
	text   string
}

func fences(t *testing.T, page string) []fence {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	parts := strings.Split("\n"+string(text), "\n```")
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

// args returns the command's words and the file that is its standard input, ""
// for none. The pages quote no words with spaces.
func (tr transcript) args() (words []string, input string) {
	command, input, _ := strings.Cut(tr.command, " < ")
	words = strings.Fields(command)[1:]
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	return words, input
}

// writeFiles writes the files that a page shows, whole or in part, to a new
// folder and returns it.
func writeFiles(t *testing.T, blocks []fence) string {
	t.Helper()
	files := map[string]string{"public/some/page": "<h1>Hello</h1>\n"}
	says := regexp.MustCompile("Say\\s`(\\S+)` holds$")
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

// The commands on the pages do what the pages say, with the files shown there.
func TestReadme(t *testing.T) {
	for page, commands := range map[string][]string{
		startPage:   {"explain", "check", "serve", "test"},
		commandPage: {"explain", "check", "serve", "test", "fmt", "replay"},
	} {
		t.Run(page, func(t *testing.T) {
			blocks := fences(t, page)
			t.Chdir(writeFiles(t, blocks))
			p := pageRun{ran: map[string]int{}}
			for _, b := range blocks {
				for _, tr := range b.transcripts() {
					p.run(t, tr)
				}
			}
			for _, command := range commands {
				require.NotZero(t, p.ran[command], command)
			}
			require.Equal(t, exitOK, p.server.stop())
			require.Equal(t, normal(p.log), normal(p.server.out.String()))
		})
	}
}

// pageRun is the run of a page's transcripts.
type pageRun struct {
	server *running
	log    string         // what the page shows of the access log
	ran    map[string]int // by subcommand
}

// run runs a command and compares what it writes.
func (p *pageRun) run(t *testing.T, tr transcript) {
	t.Helper()
	words, input := tr.args()
	switch program, _, _ := strings.Cut(tr.command, " "); {
	case program == "curl":
		require.NotNil(t, p.server, tr.command)
		require.Equal(t, normal(tr.output), normal(curl(t, p.server.url, words)), tr.command)
		return
	case program != "modrewrite":
		return
	case words[0] == "serve":
		s := startServe(t, words[1:]...)
		p.server = &s
		_, p.log, _ = strings.Cut(tr.output, "\n")
		require.Regexp(t, `^modrewrite: serving on http://127\.0\.0\.1:`, tr.output)
	default:
		got := cliInput(t, input, words...)
		require.Equal(t, strings.TrimSpace(tr.output), strings.TrimSpace(got.out+got.err), tr.command)
	}
	p.ran[words[0]]++
}

// cliInput runs a command with the named file as its standard input, with an
// empty one for "".
func cliInput(t *testing.T, input string, args ...string) output {
	t.Helper()
	if input == "" {
		return cli(t, args...)
	}
	in, err := os.Open(input)
	require.NoError(t, err)
	defer func() { _ = in.Close() }()
	var out, errs bytes.Buffer
	code := run(t.Context(), streams{in, &out, &errs}, args)
	return output{code, out.String(), errs.String()}
}

// normal returns text without what differs from run to run.
func normal(text string) string {
	for _, re := range []string{`Date: .*`, `\[\d\d/[^]]*\]`, `curl/[\d.]+`, `(?m)[ \t]+$`} {
		text = regexp.MustCompile(re).ReplaceAllString(text, "")
	}
	return strings.TrimSpace(text)
}

// curl does what the program does with the arguments args, as far as the pages
// need it, with server in place of the one that they name.
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
	for _, page := range []string{startPage, commandPage} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		m := regexp.MustCompile(`rewritetest\.Run\(t, os\.DirFS\("([^"]*)"\)\)`).FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, m)
		dir := writeFiles(t, fences(t, page))
		for _, line := range m {
			require.NoError(t, rewritetest.Check(os.DirFS(filepath.Join(dir, line[1]))), line[0])
		}
	}
}

// README.md is read in ten minutes: it does not grow back.
func TestReadmeIsShort(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(startPage)
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(text), "\n"), 150)
}
