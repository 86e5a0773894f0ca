package pattern

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/dlclark/regexp2/syntax"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

const (
	// maxBacktrackSubject is the longest subject a backtracking pattern is tried
	// on. The engine's memory grows with it, some hundred bytes for each.
	maxBacktrackSubject = 16 << 10
	// backtrackTime is how long one match may take. PCRE2 reaches its match limit
	// in a fifth of it; the rest is for a process that waits for its turn, as
	// the engine looks at a clock on the wall.
	backtrackTime = time.Second
)

// backtracker is a pattern that runs on regexp2. The engine locks where it must,
// so that it is safe for concurrent use.
type backtracker struct {
	emitted

	re *regexp2.Regexp
}

func newBacktracker(re *pcre.Regexp) (*backtracker, error) {
	out, err := emit(re)
	if err != nil {
		return nil, err
	}
	compiled, err := regexp2.Compile(out.expr, regexp2.None)
	if bad := new(syntax.Error); errors.As(err, &bad) {
		return nil, errors.New(bad.Code.String()) // The rest is the expression as it was written.
	}
	if err != nil {
		return nil, err
	}
	compiled.MatchTimeout = backtrackTime
	return &backtracker{emitted: out, re: compiled}, nil
}

// errLongSubject is ErrBudget with the reason.
var errLongSubject = fmt.Errorf("%w: subject of more than %d bytes for a backtracking pattern", ErrBudget, maxBacktrackSubject)

// runes holds buffers for subjects. It is a cache and nothing else.
var runes = sync.Pool{New: func() any {
	b := make([]rune, 0, 256)
	return &b
}}

func (b *backtracker) match(s string, caps *Captures) (bool, error) {
	if len(s) > maxBacktrackSubject {
		return false, errLongSubject
	}
	buf := runes.Get().(*[]rune)
	defer runes.Put(buf)
	subject := (*buf)[:0]
	for i := range len(s) {
		subject = append(subject, toRune(s[i]))
	}
	*buf = subject
	start := time.Now()
	ok, err := b.run(subject, caps)
	if err != nil && time.Since(start) < backtrackTime/2 {
		// On a busy machine the engine's clock may jump and cut a match short.
		ok, err = b.run(subject, caps)
	}
	if err != nil {
		return false, ErrBudget // The engine's error holds the whole subject.
	}
	return ok, nil
}

// run matches once.
func (b *backtracker) run(subject []rune, caps *Captures) (bool, error) {
	if caps == nil {
		return b.re.MatchRunes(subject)
	}
	m, err := b.re.FindRunesMatch(subject)
	if m == nil || err != nil {
		return false, err
	}
	caps.unset()
	caps[0], caps[1] = m.Index, m.Index+m.Length
	for _, g := range b.groups {
		if group := m.GroupByNumber(g); len(group.Captures) > 0 {
			caps[2*g], caps[2*g+1] = group.Index, group.Index+group.Length
		}
	}
	if b.keep > 0 {
		if group := m.GroupByNumber(b.keep); len(group.Captures) > 0 {
			caps[0] = group.Index
		}
	}
	return true, nil
}
