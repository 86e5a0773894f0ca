package httpdtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// server is one run of httpd: a pair of virtual hosts, plain and encrypted, for
// each of its cases.
type server struct {
	harness *Harness
	dir     string
	cases   []*replay.Case
	files   map[int]map[string]string // the files written, by number of the document root
	ports   [2]int                    // of plain and of encrypted connections

	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *os.File
}

// start runs httpd, less the cases whose configuration it refuses, and waits
// until it answers.
func (s *server) start(ctx context.Context) error {
	var err error
	// A port that was free a moment ago may be taken by now.
	for range 3 {
		if err = s.choosePorts(); err != nil {
			return err
		}
		if err = s.configure(ctx); err != nil {
			return err
		}
		if err = s.launch(ctx); err != nil {
			return err
		}
		if err = s.await(ctx); err == nil {
			return nil
		}
		err = errors.Join(err, s.stop())
	}
	return err
}

// choosePorts finds two free ports.
func (s *server) choosePorts() error {
	var held []net.Listener
	for i := range s.ports {
		l, err := net.Listen("tcp", "0.0.0.0:0")
		if err != nil {
			return err
		}
		held = append(held, l)
		s.ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	for _, l := range held { // until now, so that the ports differ
		if err := l.Close(); err != nil {
			return err
		}
	}
	for _, c := range s.cases {
		c.Place.Port, c.Place.TLSPort = s.ports[0], s.ports[1]
	}
	return nil
}

// confError is how httpd reports a mistake in a case's text.
var confError = regexp.MustCompile(`(?s)Syntax error on line \d+ of \S*?/(?:second-)?(\d+)\.conf:\s*(.*)`)

// includedError is how it reports one in a file of a document root that the text
// includes.
var includedError = regexp.MustCompile(`(?s)Syntax error on line \d+ of \S*/0/(\d+)/htdocs/[^\n]*?:\s*(.*)`)

// fewCases is how many cases have their configuration checked at a time where
// mistakes are found: for each of them the check starts over.
const fewCases = 32

// configure writes the configuration of the cases that httpd can take, and sets
// the ConfigError of the others.
func (s *server) configure(ctx context.Context) error {
	n := len(s.cases)
	for from := 0; from < len(s.cases); {
		to := min(from+n, len(s.cases))
		refused, err := s.refuse(ctx, from, to)
		if err != nil {
			return err
		}
		if refused {
			n = fewCases
		} else {
			from, n = to, 4*n
		}
	}
	return s.writeConfig(0, len(s.cases))
}

// refuse sets the ConfigError of one of the cases from one to another, if httpd
// can't take them all, and reports whether that is so.
func (s *server) refuse(ctx context.Context, from, to int) (bool, error) {
	out, err := s.check(ctx, from, to)
	if out == nil || err != nil {
		return false, err
	}
	i, msg, err := s.blame(ctx, out, from, to)
	if err != nil {
		// On a busy machine httpd may fail for want of something else.
		if again, errAgain := s.check(ctx, from, to); again == nil && errAgain == nil {
			return false, nil
		}
		return false, err
	}
	msg, _, _ = strings.Cut(msg, "\nAction '-t'")
	s.cases[i].ConfigError = replay.Encode(strings.TrimSpace(msg), s.cases[i].Place.Root)
	return true, nil
}

// check has httpd read the cases from one to another. It returns what is wrong
// with one of them, nil if nothing is.
func (s *server) check(ctx context.Context, from, to int) ([]byte, error) {
	if err := s.writeConfig(from, to); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "apache2", "-t", "-f", s.config())
	cmd.Env = []string{}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil, nil
	case ctx.Err() != nil || !errors.As(err, &exit):
		return nil, fmt.Errorf("apache2 -t: %w\n%s", err, out)
	}
	return out, nil
}

// blame finds which of the cases from one to another httpd complains of.
func (s *server) blame(ctx context.Context, complaint []byte, from, to int) (i int, msg string, err error) {
	if m := confError.FindSubmatch(complaint); m != nil {
		i, err := strconv.Atoi(string(m[1]))
		if err == nil && i < len(s.cases) && s.cases[i].ConfigError == "" {
			return i, string(m[2]), nil
		}
	}
	// The mistake is in a file that several cases may include, or in the whole of
	// them, for which httpd names no place.
	root, msg := "", "httpd does not say"
	if m := includedError.FindSubmatch(complaint); m != nil {
		root, msg = string(m[1]), string(m[2])
	}
	for i := from; i < to; i++ {
		c := s.cases[i]
		if c.ConfigError != "" || root != "" && filepath.Base(filepath.Dir(c.Place.Root)) != root {
			continue
		}
		if out, err := s.check(ctx, i, i+1); out != nil || err != nil {
			return i, msg, err
		}
	}
	return 0, "", fmt.Errorf("apache2 -t: %s", complaint)
}

// supervise runs httpd ($1, with configuration $2), for which the host names are
// those that the folder $3 holds, without further environment until standard input
// ends, which it does when the process that holds its other end
// closes it or is gone.
const supervise = `[ ! -e "$3/names.so" ] || names="$3/names.so"
env -i LD_PRELOAD="$names" HARNESS_NAMES="$3/names" "$1" -f "$2" -DFOREGROUND </dev/null &
httpd=$!
read -r line
kill -TERM "$httpd"
wait "$httpd"`

// launch starts httpd.
func (s *server) launch(ctx context.Context) error {
	program, err := exec.LookPath("apache2")
	if err != nil {
		return err
	}
	if s.stderr, err = os.Create(filepath.Join(s.dir, "stderr")); err != nil {
		return err
	}
	s.cmd = exec.CommandContext(ctx, "sh", "-c", supervise, "sh", program, s.config(), s.harness.dir)
	s.cmd.Dir = "/" // where a server is that was started as a service: relative names begin there
	s.cmd.Stderr = s.stderr
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	s.cmd.Cancel = s.askToStop
	s.cmd.WaitDelay = 20 * time.Second
	return s.cmd.Start()
}

// askToStop tells the supervisor to stop httpd.
func (s *server) askToStop() error {
	if err := s.stdin.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// stop ends httpd and waits until it is gone.
func (s *server) stop() error {
	err := s.askToStop()
	// How httpd and its supervisor exit says nothing: they were told to.
	var exit *exec.ExitError
	if waitErr := s.cmd.Wait(); !errors.As(waitErr, &exit) {
		err = errors.Join(err, waitErr)
	}
	return errors.Join(err, s.stderr.Close())
}

// startTries is how often to look whether httpd accepts connections, for half a
// minute: on a busy machine it takes long to start.
const startTries = 1200

// await waits until httpd accepts connections.
func (s *server) await(ctx context.Context) error {
	var err error
	for range startTries {
		if err = s.dial(); err == nil {
			return nil
		}
		if msg, readErr := os.ReadFile(s.stderr.Name()); readErr == nil && bytes.Contains(msg, []byte("no listening sockets")) {
			return fmt.Errorf("apache2: %s", msg)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(25 * time.Millisecond):
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "error.log"))
	return fmt.Errorf("apache2 does not answer: %w\n%s", err, log)
}

// dial checks that httpd is there. It writes its PidFile once it has its ports:
// before, who answers on them may be somebody else.
func (s *server) dial() error {
	if _, err := os.Stat(filepath.Join(s.dir, "httpd.pid")); err != nil {
		return err
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.ports[0])), time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}
