package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

// bench is one phase's server, its files and what was measured of it.
type bench struct {
	name  string
	dir   string
	start time.Time

	addr     string
	cmd      *exec.Cmd
	messages messages // of the server

	mu       sync.Mutex
	requests int64
	changes  int
	rss      []int // kilobytes, every now and then
	files    int   // descriptors once the server is at rest
}

// soak runs a phase and prints its row.
func (b *bench) soak(ctx context.Context, p phase) error {
	if err := os.MkdirAll(b.path("htdocs"), 0o755); err != nil { //nolint:gosec // the server runs as another user
		return err
	}
	defer b.kill()
	if err := p.run(ctx, b); err != nil {
		return fmt.Errorf("%w\nthe server's last messages:\n%s", err, b.messages.tail())
	}
	return b.conclude()
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }

// write makes a file of the phase in one step: by renaming a new one over it.
func (b *bench) write(name, text string) error {
	path := b.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the server runs as another user
		return err
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil { //nolint:gosec // the server runs as another user
		return err
	}
	return os.Rename(path+".new", path)
}

// ordinaryUser is who the server runs as where root started this program.
const ordinaryUser = 65534

// serve starts the server with args. Its standard output goes to out.
func (b *bench) serve(ctx context.Context, out io.Writer, args ...string) error {
	var err error
	if b.addr, err = server.FreeAddr(); err != nil {
		return err
	}
	b.cmd = exec.CommandContext(ctx, *command, append([]string{"serve", "-listen", b.addr}, args...)...)
	b.cmd.Stdout, b.cmd.Stderr = out, &b.messages
	if os.Getuid() == 0 {
		b.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: ordinaryUser, Gid: ordinaryUser}}
	}
	if _, err := server.Start(b.cmd, b.addr, ""); err != nil {
		return err
	}
	b.files = b.openFiles()
	return nil
}

// under runs the changes of a phase while l is under way, takes samples of the
// server's memory, and returns the first error of either. n is the number of
// requests, 0 for as many as fit in.
func (b *bench) under(ctx context.Context, l *load, n int, change func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.addr = b.addr
	var loadErr error
	var wg sync.WaitGroup
	loaded := make(chan struct{})
	wg.Go(func() {
		loadErr = l.run(ctx, n)
		close(loaded)
	})
	wg.Go(func() { b.sample(ctx) })
	err := change(whileOpen(ctx, loaded))
	if n > 0 && err == nil {
		<-loaded
	}
	cancel()
	wg.Wait()
	b.requests += l.sent.Load()
	return errors.Join(loadErr, err)
}

// whileOpen returns a context that ends with ctx or when done is closed.
func whileOpen(ctx context.Context, done <-chan struct{}) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		select {
		case <-done:
		case <-ctx.Done():
		}
	}()
	return ctx
}

// sample looks at the server's memory until ctx ends.
func (b *bench) sample(ctx context.Context) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			b.mu.Lock()
			b.rss = append(b.rss, b.resident())
			b.mu.Unlock()
		}
	}
}

var residentLine = regexp.MustCompile(`VmRSS:\s*([0-9]+) kB`)

// resident returns the server's resident memory in kilobytes.
func (b *bench) resident() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	m := residentLine.FindSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

// openFiles returns how many descriptors the server has open.
func (b *bench) openFiles() int {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", b.cmd.Process.Pid))
	return len(entries)
}

// What the server may have in the end: a few descriptors more than at the start,
// of connections that are about to go; a handful of goroutines, however many
// requests and changes there were; and memory that is not yet collected.
const (
	slackFiles     = 4
	mostGoroutines = 12
	slackMemory    = 24 << 10 // kilobytes
	growth         = 1.25     // of the last quarter over the second
)

// conclude checks that nothing has grown, prints the phase's row and ends the
// server.
func (b *bench) conclude() error {
	for range 100 { // the last connections are being closed
		if b.openFiles() <= b.files {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	files := b.openFiles()
	second, last, peak := b.quarters()
	goroutines, err := b.goroutines()
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %11d %8d %9.1f %7dM %7dM %7dM %6d %6d\n",
		b.name, b.requests, b.changes, time.Since(b.start).Seconds(), second>>10, last>>10, peak>>10, files, goroutines)
	switch {
	case files > b.files+slackFiles:
		return fmt.Errorf("%d descriptors open, %d at the start", files, b.files)
	case goroutines > mostGoroutines:
		return fmt.Errorf("%d goroutines at rest", goroutines)
	case float64(last) > growth*float64(second)+slackMemory:
		return fmt.Errorf("memory grew from %d to %d MB", second>>10, last>>10)
	}
	return nil
}

// quarters returns the most memory seen in the second and the last quarter of
// the phase, and in all of it.
func (b *bench) quarters() (second, last, peak int) {
	n := len(b.rss)
	for i, kb := range b.rss {
		peak = max(peak, kb)
		switch i * 4 / n {
		case 1:
			second = max(second, kb)
		case 3:
			last = max(last, kb)
		}
	}
	return second, last, peak
}

// goroutines ends the server with the signal at which Go writes down all
// goroutines, and returns how many there were besides those of the runtime.
func (b *bench) goroutines() (int, error) {
	mark := b.messages.len()
	if err := b.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return 0, err
	}
	_ = b.cmd.Wait() // it ends with an error
	dump := b.messages.from(mark)
	b.cmd = nil
	n := 0
	for g := range bytes.SplitSeq(dump, []byte("\n\n")) {
		if bytes.HasPrefix(g, []byte("goroutine ")) && !ofRuntime(g) {
			n++
		}
	}
	if n == 0 {
		return 0, errors.New("the server did not write its goroutines down")
	}
	return n, nil
}

// ofRuntime reports whether the goroutine written down in g is the runtime's own.
func ofRuntime(g []byte) bool {
	head, stack, _ := bytes.Cut(g, []byte("\n"))
	return bytes.HasPrefix(stack, []byte("runtime.")) && bytes.Contains(stack, []byte("created by runtime.")) ||
		bytes.HasPrefix(head, []byte("goroutine 0 "))
}

// kill ends the server if it still runs.
func (b *bench) kill() {
	if b.cmd != nil && b.cmd.Process != nil {
		_ = b.cmd.Process.Kill()
		_ = b.cmd.Wait()
	}
}

// messages keeps what the server writes to its standard error, except the lines
// about refused requests: the load has millions refused.
type messages struct {
	mu   sync.Mutex
	text bytes.Buffer
	line []byte // the last one, not complete yet
}

// maxMessages bounds what is kept of a server that has too much to say.
const maxMessages = 64 << 20

// Write keeps p.
func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for line := range bytes.Lines(p) {
		m.line = append(m.line, line...)
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		if m.text.Len() < maxMessages && !bytes.Contains(m.line, []byte(`msg="request refused"`)) {
			m.text.Write(m.line)
		}
		m.line = m.line[:0]
	}
	return len(p), nil
}

func (m *messages) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.Len()
}

func (m *messages) from(mark int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.text.Bytes()[mark:])
}

// tail returns the last few lines.
func (m *messages) tail() string {
	lines := strings.Split(strings.TrimSpace(string(m.from(0))), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// await waits until the server has written a line that contains text, from the
// position mark on.
func (m *messages) await(ctx context.Context, mark int, text string) error {
	for range 5000 {
		if bytes.Contains(m.from(mark), []byte(text)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server never said %q", text)
}
