package pattern

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/dlclark/regexp2/syntax"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
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
	// hurried holds copies for matches that have less than backtrackTime. Each is
	// used by one match at a time: the engine takes the time from the expression.
	hurried sync.Pool
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
	b := &backtracker{emitted: out, re: compiled}
	b.hurried.New = func() any {
		again, err := regexp2.Compile(b.expr, regexp2.None)
		if err != nil {
			return b.re // It did compile once.
		}
		return again
	}
	return b, nil
}

// errLongSubject is ErrBudget with the reason.
var errLongSubject = fmt.Errorf("%w: subject of more than %d bytes for a backtracking pattern", ErrBudget, maxBacktrackSubject)

// runes holds buffers for subjects. It is a cache and nothing else.
var runes = sync.Pool{New: func() any {
	b := make([]rune, 0, 256)
	return &b
}}

func (b *backtracker) match(s string, caps *Captures, meter *work.Meter) (bool, error) {
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
	ok, limit, err := b.runWithin(subject, caps, meter)
	if err != nil && time.Since(start) < limit/2 {
		// On a busy machine the engine's clock may jump and cut a match short.
		ok, _, err = b.runWithin(subject, caps, meter)
	}
	if err == nil {
		return ok, nil
	}
	if meter != nil && meter.Left() <= 0 {
		return false, meter.Err()
	}
	return false, ErrBudget // The engine's error holds the whole subject.
}

// runWithin matches once, in the time that meter leaves, which is returned.
func (b *backtracker) runWithin(subject []rune, caps *Captures, meter *work.Meter) (ok bool, limit time.Duration, err error) {
	if meter == nil {
		ok, err = b.run(b.re, subject, caps)
		return ok, backtrackTime, err
	}
	limit = meter.Left()
	switch {
	case limit <= 0:
		return false, limit, ErrBudget
	case limit >= backtrackTime:
		ok, err = b.run(b.re, subject, caps)
		return ok, backtrackTime, err
	}
	re := b.hurried.Get().(*regexp2.Regexp)
	defer b.hurried.Put(re)
	if re != b.re {
		re.MatchTimeout = limit
	}
	ok, err = b.run(re, subject, caps)
	return ok, limit, err
}

// run matches once.
func (b *backtracker) run(re *regexp2.Regexp, subject []rune, caps *Captures) (bool, error) {
	if caps == nil {
		return re.MatchRunes(subject)
	}
	m, err := re.FindRunesMatch(subject)
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
