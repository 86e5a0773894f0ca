package rewritemap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// The shortest and longest pause before a program that did not last is started
// again. One that ran for longer than restartMax is started again at once.
const (
	restartMin = 100 * time.Millisecond
	restartMax = 10 * time.Second
)

// Program is a prg: map: a process that answers each line with a line, for
// one lookup at a time. The first lookup starts it.
//
// EOF ends the answer, as in httpd, where a dead
// program goes on to give empty values for good. Here it is started again;
// only while that has to wait are values empty. Where nothing is known of the
// answer, because the program does not answer in time or cannot be started,
// Lookup returns an error, and the request is denied.
type Program struct {
	world *World
	at    parser.Extent
	argv  []string
	user  string // "" for the server's own
	group string // "" for the user's own
	// enabled says that the rewrite engine is on in a server that has the map:
	// httpd starts no other program, and lookups in it fail.
	enabled bool

	// turn is full while a lookup has the process. What follows is its.
	turn    chan struct{}
	process *process
	down    error     // why lookups fail while there is no process
	started time.Time // when it was tried last
	delay   time.Duration
	retry   time.Time // when it may be tried again
}

// NewProgram returns the prg: map that asks the program argv, an absolute path and
// arguments, declared at at. It runs as user and group, which may be "".
func NewProgram(w *World, argv []string, user, group string, at parser.Extent) *Program {
	return &Program{world: w, at: at, argv: argv, user: user, group: group, turn: make(chan struct{}, 1)}
}

// CommandWords splits a command into words as APR does: at blanks and tabs,
// except in quotes at the head of a word. A blank or quote after a backslash
// does not end a word.
func CommandWords(s string) []string {
	var words []string
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		ends := " \t"
		if s[0] == '"' || s[0] == '\'' {
			ends, s = s[:1], s[1:]
		}
		i := 0
		for ; i < len(s) && strings.IndexByte(ends, s[i]) < 0; i++ {
			if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(" \t\"'", s[i+1]) >= 0 {
				i++
			}
		}
		words = append(words, withoutBackslashes(s[:i]))
		s = s[min(i+1, len(s)):]
	}
	return words
}

// withoutBackslashes drops backslashes, except those after one.
func withoutBackslashes(s string) string {
	var b []byte
	escaped := false
	for i := range len(s) {
		if escaped = !escaped && s[i] == '\\'; !escaped {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// Lookup asks the program. A key with a line feed is not sent and has no value.
func (m *Program) Lookup(ctx context.Context, key string) (string, bool, error) {
	if !m.enabled || strings.Contains(key, "\n") {
		return "", false, nil
	}
	deadline := time.Now().Add(m.world.MaxTime)
	if err := m.takeTurn(ctx, deadline); err != nil {
		return "", false, err
	}
	defer func() { <-m.turn }()
	if m.process == nil && !m.start() {
		return "", m.down == nil, m.down
	}
	// The end of the request does not end the wait, else clients that hang up
	// could keep the program from the others by having it started again.
	answer, err := m.process.ask(key, time.Until(deadline))
	switch {
	case errors.Is(err, io.EOF):
		m.stop(nil)
	case err != nil:
		err = fmt.Errorf("program %s: %w", m.argv[0], err)
		m.stop(err)
		return "", false, err
	}
	if uri.EqualFold(answer, "NULL") {
		return "", false, nil
	}
	return cString(answer), true, nil
}

// takeTurn waits until no other lookup has the process.
func (m *Program) takeTurn(ctx context.Context, deadline time.Time) error {
	select {
	case m.turn <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("program %s is busy with other lookups: %w", m.argv[0], ctx.Err())
	}
}

// start starts the program unless it is too early for that. It reports whether
// it runs.
func (m *Program) start() bool {
	now := time.Now()
	if now.Before(m.retry) {
		return false
	}
	again := !m.started.IsZero()
	m.started = now
	p, err := startProcess(m.argv, m.user, m.group)
	if err != nil {
		m.postpone()
		m.down = fmt.Errorf("program %s could not be started: %w", m.argv[0], err)
		return false
	}
	m.process = p
	if again {
		m.world.Report(parser.Warning, m.at, "program %s was started again", m.argv[0])
	}
	return true
}

// stop ends the process; down is what lookups fail with until there is another
// one, nil if they succeed with an empty value.
func (m *Program) stop(down error) {
	state := m.process.end()
	m.process, m.down = nil, down
	m.postpone()
	m.world.Report(parser.Error, m.at, "program %s ended (%s); it may be started again in %v",
		m.argv[0], state, m.delay)
}

// postpone determines when the program may be started again.
func (m *Program) postpone() {
	now := time.Now()
	if now.Sub(m.started) > restartMax {
		m.delay = 0
	} else {
		m.delay = min(max(2*m.delay, restartMin), restartMax)
	}
	m.retry = now.Add(m.delay)
}

// Close ends the process for good. No lookup may be under way or follow.
func (m *Program) Close() {
	if m.process != nil {
		m.process.close()
		m.process = nil
	}
}

// Enable marks m if it is a program that httpd would start.
func Enable(m Map) {
	if m, ok := m.(*Program); ok {
		m.enabled = true
	}
}
