package matcher

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

func (s *ifSection) Place() (parser.Extent, string) { return s.at, "<If>" }

// expression is one that stands by itself: in ErrorDocument, Redirect, Require.
type expression struct{ *expr.Program }

func (e expression) Place() (parser.Extent, string) { return e.Extent(), "an expression" }

// reach notes that d is evaluated, for errors.
func (e *evaluation) Reach(d work.Place) { e.at = d }

// try is reach for a rule, one of the Limits.Steps that a request may take. It
// reports whether the evaluation may go on; if not, the request is denied.
func (e *evaluation) Try(d work.Place) bool {
	e.at = d
	e.steps++
	if e.steps > e.engine.limits.Steps {
		at, _ := d.Place()
		e.fail(limitExceeded(at, "the request takes too many steps"))
		return false
	}
	if err := e.ctx.Err(); err != nil {
		e.meter.Stop(err)
		return e.Exceed()
	}
	return true
}

// failed reports whether an error denies the request.
func (e *evaluation) Failed() bool { return e.err != nil }

// spend notes that n steps are taken. It reports whether the evaluation may go
// on; if not, the request is denied.
func (e *evaluation) spend(n int) bool { return e.meter.Spend(n) || e.Exceed() }

// charge notes that n bytes are going to be made. It reports whether there is
// room for them; if not, the request is denied.
func (e *evaluation) charge(n int) bool { return e.meter.Charge(n) || e.Exceed() }

// fits is charge for a text that is dropped again, or charged for once it is made.
func (e *evaluation) fits(n int) bool {
	room := e.meter.Mark()
	ok := e.charge(n)
	e.meter.Release(room)
	return ok
}

// over reports whether the evaluation is over because it took too much, which
// denies the request.
func (e *evaluation) over() bool { return e.meter.Err() != nil && !e.Exceed() }

// exceed notes that the request took too much, and returns false.
func (e *evaluation) Exceed() bool {
	if e.err == nil {
		e.fail(e.engine.exceeded(e.meter.Err(), e.at))
	}
	return false
}

// exceeded returns the finding that a request took too much at d, which may be
// nil.
func (e *engine) exceeded(why error, d work.Place) *parser.Diagnostic {
	f := &parser.Diagnostic{Severity: parser.Error, Code: CodeLimit, Message: why.Error()}
	switch {
	case errors.Is(why, work.ErrTime):
		f.Message = fmt.Sprintf("the request takes more than %v", e.limits.Time)
	case errors.Is(why, work.ErrWait):
		f.Message = fmt.Sprintf("the request waits for more than %v", e.limits.WaitTime)
	case errors.Is(why, work.ErrBytes):
		f.Message = fmt.Sprintf("the values of the request take more than %d bytes", e.limits.Bytes)
	}
	if d != nil {
		at, text := d.Place()
		f.Extent, f.Message = at, text+": "+f.Message
	}
	return f
}

// stat and lstat describe a file, links followed or not. A disk may keep one
// waiting, which does not count as work.
func (e *evaluation) stat(name string) (fs.FileInfo, error) {
	defer e.meter.Resume(e.ask())
	return e.engine.files.stat(name)
}

func (e *evaluation) lstat(name string) (fs.FileInfo, error) {
	defer e.meter.Resume(e.ask())
	return e.engine.files.lstat(name)
}

// ask notes that the file system is asked, and stops the clock meanwhile.
func (e *evaluation) ask() time.Time {
	e.spend(work.FileSteps)
	return e.meter.Pause(false)
}

// limitExceeded returns the finding that a request goes over a limit.
func limitExceeded(at parser.Extent, why string) *parser.Diagnostic {
	return &parser.Diagnostic{Extent: at, Severity: parser.Error, Code: CodeLimit, Message: why}
}
