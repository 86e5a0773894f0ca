package matcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
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

// programMap is a prg: map: a process that answers each line with a line, for
// one lookup at a time. The first lookup starts it.
//
// The end of the program's output ends the answer, as in httpd, where a dead
// program goes on to give empty values for good. Here it is started again;
// only while that has to wait are values empty. Where nothing is known of the
// answer, because the program does not answer in time or cannot be started,
// Lookup returns an error, and the request is denied.
type programMap struct {
	engine *Engine
	at     parser.Extent
	argv   []string
	user   string // "" for the server's own
	group  string // "" for the user's own
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

// programMap compiles a prg: map, nil if it has an error.
func (c *compiler) programMap(n *parser.RewriteMap) Map {
	argv := commandWords(n.Path)
	if len(argv) == 0 {
		argv = []string{""}
	}
	argv[0] = c.engine.serverPath(argv[0])
	info, err := c.engine.files.stat(argv[0])
	if err != nil {
		c.noMapFile(n, argv[0])
		return nil
	}
	m := &programMap{engine: c.engine, at: n.Extent, argv: argv, turn: make(chan struct{}, 1)}
	if !c.programs {
		c.refused = append(c.refused, &parser.Diagnostic{
			Extent: n.Extent, Severity: parser.Error, Code: CodeUnsupported,
			Message: fmt.Sprintf("map %s runs the program %s, which is not permitted", n.MapName.Text, argv[0]),
			Hint:    "if you trust who wrote the rules, permit programs: Programs of matcher.Options, -programs of the command",
		})
		return m
	}
	if info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0 {
		c.report(parser.Warning, CodeNoMapFile, n.Spec.Extent, "",
			"the program of map %s cannot be executed: %s", n.MapName.Text, argv[0])
	}
	if n.Option != nil {
		names := append(strings.FieldsFunc(n.Option.Text, func(r rune) bool { return r == ':' }), "", "")
		m.user, m.group = names[0], names[1]
	}
	c.engine.programs.list = append(c.engine.programs.list, m)
	return m
}

// refusePrograms reports the programs that may not be run, except where no server
// has the engine on: there none would be started, and an access file that turns
// the engine on gets no values from them.
func (c *compiler) refusePrograms(main *server, vhosts []*server) {
	runs := func(s *server) bool { return serverRewriteOf(s).state == on }
	if runs(main) || slices.ContainsFunc(vhosts, runs) {
		c.finds = append(c.finds, c.refused...)
	}
}

// commandWords splits a command into words as APR does: at blanks and tabs,
// except in quotes at the head of a word. A blank or quote after a backslash
// does not end a word.
func commandWords(s string) []string {
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
func (m *programMap) Lookup(ctx context.Context, key string) (string, bool, error) {
	if !m.enabled || strings.Contains(key, "\n") {
		return "", false, nil
	}
	deadline := time.Now().Add(m.engine.limits.MapTime)
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
func (m *programMap) takeTurn(ctx context.Context, deadline time.Time) error {
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
func (m *programMap) start() bool {
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
		m.engine.report(parser.Warning, CodeMapFailed, m.at, "program %s was started again", m.argv[0])
	}
	return true
}

// stop ends the process; down is what lookups fail with until there is another
// one, nil if they succeed with an empty value.
func (m *programMap) stop(down error) {
	state := m.process.end()
	m.process, m.down = nil, down
	m.postpone()
	m.engine.report(parser.Error, CodeMapFailed, m.at, "program %s ended (%s); it may be started again in %v",
		m.argv[0], state, m.delay)
}

// postpone determines when the program may be started again.
func (m *programMap) postpone() {
	now := time.Now()
	if now.Sub(m.started) > restartMax {
		m.delay = 0
	} else {
		m.delay = min(max(2*m.delay, restartMin), restartMax)
	}
	m.retry = now.Add(m.delay)
}

// close ends the process for good. No lookup may be under way or follow.
func (m *programMap) close() {
	if m.process != nil {
		m.process.close()
		m.process = nil
	}
}

// cString returns s up to its first NUL, which is where httpd takes it to end.
func cString(s string) string {
	before, _, _ := strings.Cut(s, "\x00")
	return before
}

// programs are the programs of an engine.
type programs struct {
	list    []*programMap
	running sync.RWMutex // read-locked by evaluations
	closed  bool
}

// ErrClosed is the error of an evaluation by an engine that was closed.
var ErrClosed = errors.New("matcher: engine is closed")

// enter begins an evaluation. It reports false if the engine is closed; if not,
// leave must be called at the evaluation's end.
func (p *programs) enter() bool {
	if len(p.list) == 0 {
		return true
	}
	if !p.running.TryRLock() { // Close is waiting
		return false
	}
	if p.closed {
		p.running.RUnlock()
		return false
	}
	return true
}

func (p *programs) leave() {
	if len(p.list) > 0 {
		p.running.RUnlock()
	}
}

// enable marks the programs that httpd would start for s.
func (p *programs) enable(s *server) {
	if serverRewriteOf(s).state != on {
		return
	}
	for _, m := range serverRewriteOf(s).maps {
		if m, ok := m.(*programMap); ok {
			m.enabled = true
		}
	}
}

// Close ends the programs of the engine's prg: maps after the evaluations in
// progress, and returns when they are gone. A program is told by the end of its
// input and killed if it is there a second later. Evaluations begun since fail
// with ErrClosed. An engine without such maps holds nothing to close, and
// closing it does nothing. It is safe to call Close more than once.
func (e *Engine) Close() {
	p := &e.programs
	if len(p.list) == 0 {
		return
	}
	p.running.Lock()
	defer p.running.Unlock()
	p.closed = true
	var gone sync.WaitGroup
	for _, m := range p.list {
		gone.Go(m.close)
	}
	gone.Wait()
}
