//go:build unix

package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asCommand makes this test binary the command itself.
const asCommand = "MODREWRITE_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// serverProcess is a serve command in a process of its own.
type serverProcess struct {
	*exec.Cmd
	url  string
	done chan error // of Wait
}

// startProcess starts a server that writes its access log to out and its
// messages to messages, from which it reads the first one through lines. It gets more
// flags.
func startProcess(t *testing.T, out, messages *os.File, lines *bufio.Reader, more ...string) *serverProcess {
	t.Helper()
	dir := tree(t, map[string]string{"a.txt": "a", ".htaccess": "RewriteEngine On\nRewriteRule ^warn/ - [F]\n", "bad/.htaccess": "Nonsense\n"})
	args := append([]string{"serve", "-listen", "127.0.0.1:0", "-root", dir, "-drain", "1s", "-log-buffer", "65536"}, more...)
	p := &serverProcess{Cmd: exec.Command(os.Args[0], args...), done: make(chan error, 1)}
	p.Env = append(os.Environ(), asCommand+"=1")
	p.Stdout, p.Stderr = out, messages
	require.NoError(t, p.Start())
	go func() { p.done <- p.Wait() }()
	t.Cleanup(func() { _ = p.Process.Kill() })
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	_, url, ok := strings.Cut(strings.TrimSpace(first), "serving on ")
	require.True(t, ok, first)
	p.url = url
	return p
}

// ask makes n requests for path, of which none may take long.
func (p *serverProcess) ask(t *testing.T, path string, n int) {
	t.Helper()
	client := &http.Client{Timeout: 20 * time.Second}
	for range n {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, http.NoBody)
		require.NoError(t, err)
		req.Header.Set("User-Agent", strings.Repeat("u", 1500))
		resp, err := client.Do(req)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		require.NoError(t, resp.Body.Close())
	}
}

// stop ends the server and returns its exit code.
func (p *serverProcess) stop(t *testing.T) int {
	t.Helper()
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.done:
		t.Log(err)
		return p.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not end")
		return 0
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	return r, w
}

// readAll returns what is read from r from now on, when it has ended.
func readAll(r io.Reader) <-chan string {
	text := make(chan string, 1)
	go func() {
		all, _ := io.ReadAll(r)
		text <- string(all)
	}()
	return text
}

// The reader of the access log has stopped: requests and shutdown go on, and
// how many lines were lost is said.
func TestAccessLogReaderStops(t *testing.T) {
	t.Parallel()
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	lines := bufio.NewReader(errR)
	p := startProcess(t, outW, errW, lines)
	require.NoError(t, errW.Close())
	messages := readAll(lines)
	p.ask(t, "/a.txt", 200) // 300 KB; the pipe takes 64 and the buffer 64
	require.Equal(t, exitOK, p.stop(t))
	text := <-messages
	require.Contains(t, text, "access log can't be written")
	require.Regexp(t, `lines of the access log were lost" lines=\d+`, text)
	_ = outR
}

// It reads on after a while: the lines are there again, and the message that
// some are not.
func TestAccessLogReaderPauses(t *testing.T) {
	t.Parallel()
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	lines := bufio.NewReader(errR)
	p := startProcess(t, outW, errW, lines)
	require.NoError(t, outW.Close())
	require.NoError(t, errW.Close())
	messages := readAll(lines)
	p.ask(t, "/a.txt", 200)
	log := readAll(outR)
	time.Sleep(500 * time.Millisecond)
	p.ask(t, "/last.txt", 1)
	require.Equal(t, exitOK, p.stop(t))
	got := strings.Split(strings.TrimSpace(<-log), "\n")
	require.Contains(t, got[len(got)-1], "/last.txt")
	for _, line := range got {
		require.Contains(t, line, "uuu\"", "a line that is not whole")
	}
	require.Regexp(t, `lines of the access log were lost" lines=`, <-messages)
}

// The reader of the messages has stopped.
func TestMessageReaderStops(t *testing.T) {
	t.Parallel()
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	// The access log has room for a while in which this process does not get a processor;
	// the messages, of 400 KB, have not.
	p := startProcess(t, outW, errW, bufio.NewReaderSize(errR, 16), "-log-buffer", "262144")
	require.NoError(t, outW.Close())
	log := readAll(outR)
	p.ask(t, "/bad/"+strings.Repeat("x", 1000), 1000)
	require.Equal(t, exitOK, p.stop(t))
	require.Equal(t, 1000, strings.Count(<-log, "\n"))
}

// A pipe that nothing reads any more does not end the server.
func TestLogPipeIsClosed(t *testing.T) {
	t.Parallel()
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	lines := bufio.NewReader(errR)
	p := startProcess(t, outW, errW, lines)
	require.NoError(t, outR.Close())
	require.NoError(t, errW.Close())
	p.ask(t, "/a.txt", 1)
	time.Sleep(2 * logDelay)
	p.ask(t, "/a.txt", 1)
	text, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, text, "broken pipe")
	require.NoError(t, errR.Close())
	p.ask(t, "/bad/", 3)
	time.Sleep(2 * logDelay)
	p.ask(t, "/a.txt", 1)
	require.Equal(t, exitOK, p.stop(t))
}

// A full disk is reported once, with the number of lines it cost.
func TestLogDiskIsFull(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("needs /dev/full")
	}
	defer func() { _ = full.Close() }()
	errR, errW := pipe(t)
	lines := bufio.NewReader(errR)
	p := startProcess(t, full, errW, lines)
	require.NoError(t, errW.Close())
	messages := readAll(lines)
	for range 3 {
		p.ask(t, "/a.txt", 2)
		time.Sleep(2 * logDelay)
	}
	require.Equal(t, exitOK, p.stop(t))
	text := <-messages
	require.Equal(t, 1, strings.Count(text, "no space left on device"), text)
	require.Contains(t, text, `lines of the access log were lost" lines=6`)
}

// A buffer of no bytes is a mistake.
func TestLogBufferFlag(t *testing.T) {
	t.Parallel()
	got := cli(t, "serve", "-root", filepath.Dir(os.Args[0]), "-log-buffer", "0")
	require.Equal(t, exitUsage, got.code)
	require.Contains(t, got.err, "-log-buffer")
}
