package httpd

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/filestat"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

func (s *ifSection) Place() (parser.Extent, string) { return s.at, "<If>" }

// Expression is one that stands by itself: in ErrorDocument, Redirect, Require.
type Expression struct{ *expr.Program }

// Place returns where the expression stands, for errors.
func (e Expression) Place() (parser.Extent, string) { return e.Extent(), "an expression" }

// Reach notes that d is evaluated, for errors.
func (e *Evaluation) Reach(d work.Place) { e.At = d }

// Try is Reach for a rule, one of the Limits.Steps that a request may take. It
// reports whether the evaluation may go on; if not, the request is denied.
func (e *Evaluation) Try(d work.Place) bool {
	e.At = d
	e.steps++
	if e.steps > e.Engine.Limits.Steps {
		at, _ := d.Place()
		e.Fail(LimitExceeded(at, "the request takes too many steps"))
		return false
	}
	if err := e.Ctx.Err(); err != nil {
		e.Meter.Stop(err)
		return e.Exceed()
	}
	return true
}

// Failed reports whether an error denies the request.
func (e *Evaluation) Failed() bool { return e.err != nil }

// Spend notes that n steps are taken. It reports whether the evaluation may go
// on; if not, the request is denied.
func (e *Evaluation) Spend(n int) bool { return e.Meter.Take(n) || e.goesOn() }

// goesOn looks whether the evaluation may go on, and denies the request if not.
func (e *Evaluation) goesOn() bool { return e.Meter.Look() || e.Exceed() }

// Charge notes that n bytes are going to be made. It reports whether there is
// room for them; if not, the request is denied.
func (e *Evaluation) Charge(n int) bool { return e.Meter.Charge(n) || e.Exceed() }

// Fits is charge for a text that is dropped again, or charged for once it is made.
func (e *Evaluation) Fits(n int) bool {
	room := e.Meter.Mark()
	ok := e.Charge(n)
	e.Meter.Release(room)
	return ok
}

// Over reports whether the evaluation is over because it took too much, which
// denies the request.
func (e *Evaluation) Over() bool { return e.Meter.Err() != nil && !e.Exceed() }

// Exceed notes that the request took too much, and returns false.
func (e *Evaluation) Exceed() bool {
	if e.err == nil {
		e.Fail(e.Engine.Exceeded(e.Meter.Err(), e.At))
	}
	return false
}

// errSubrequests says that a request takes too many sub-requests.
var errSubrequests = errors.New("too many sub-requests")

// Exceeded returns the finding that a request took too much at d, which may be
// nil.
func (e *Engine) Exceeded(why error, d work.Place) *parser.Diagnostic {
	f := &parser.Diagnostic{Severity: parser.Error, Code: CodeLimit, Message: why.Error()}
	switch {
	case errors.Is(why, work.ErrTime):
		f.Message = fmt.Sprintf("the request takes more than %v", e.Limits.Time)
	case errors.Is(why, work.ErrWait):
		f.Message = fmt.Sprintf("the request waits for more than %v", e.Limits.WaitTime)
	case errors.Is(why, work.ErrBytes):
		f.Message = fmt.Sprintf("the values of the request take more than %d bytes", e.Limits.Bytes)
	case errors.Is(why, errSubrequests):
		f.Message = fmt.Sprintf("the request takes more than %d sub-requests", e.Limits.SubrequestsTotal)
	}
	if d != nil {
		at, text := d.Place()
		f.Extent, f.Message = at, text+": "+f.Message
	}
	return f
}

// maxLooks is how many paths an evaluation remembers to have looked at.
const maxLooks = 4

// look is what was found at a path.
type look struct {
	path string
	info fs.FileInfo
	err  error
}

// looks is what was looked at last.
type looks struct {
	last   [maxLooks]look
	n      int // how many there have been
	folder filestat.Folder
}

// Stat describes a file, links followed. A disk may keep one waiting, which does
// not count as work. Rules ask for the same file again and again, and then it is walked
// to: what was found at the last maxLooks paths, and where a folder is that many were in,
// holds until the request has asked a map, which may be a program that makes files.
func (e *Evaluation) Stat(name string) (fs.FileInfo, error) { return e.remembered(name, false) }

// statMapped is Stat for the file that the request is mapped to. If it lies below root, which
// is open to clients, the caller of the engine may look at it. Another one is not for it to
// touch: a rule can map a request to any file, a device among them.
func (e *Evaluation) statMapped(name, root string) (fs.FileInfo, error) {
	return e.remembered(name, e.Req.Stat != nil && e.Engine.Files.OnMachine() && isBelow(name, root))
}

// isBelow reports whether name lies below the folder root, or is root. Nothing lies below "/"
// here, as all does.
func isBelow(name, root string) bool {
	rest, ok := strings.CutPrefix(name, root)
	return ok && len(root) > 1 && (rest == "" || rest[0] == '/')
}

// remembered is Stat, by the caller of the engine where that is so.
func (e *Evaluation) remembered(name string, byCaller bool) (fs.FileInfo, error) {
	for i := range e.looks.last {
		if l := &e.looks.last[i]; l.path == name && name != "" {
			return l.info, l.err
		}
	}
	info, err := e.stat(name, byCaller)
	e.looks.last[e.looks.n%maxLooks] = look{name, info, err}
	e.looks.n++
	return info, err
}

// Forget has paths looked at anew.
func (e *Evaluation) Forget() {
	if e.looks.n > 0 {
		e.looks.forget()
	}
}

func (l *looks) forget() {
	l.folder.Close()
	*l = looks{}
}

func (e *Evaluation) stat(name string, byCaller bool) (fs.FileInfo, error) {
	defer e.Meter.Resume(e.ask())
	if byCaller {
		if err := check(name); err != nil {
			return nil, err
		}
		return e.Req.Stat(name)
	}
	return e.Engine.Files.look(name, &e.looks.folder)
}

// Lstat is Stat that follows no link.
func (e *Evaluation) Lstat(name string) (fs.FileInfo, error) {
	defer e.Meter.Resume(e.ask())
	return e.Engine.Files.lstat(name)
}

// ask notes that the file system is asked, and stops the clock meanwhile.
func (e *Evaluation) ask() time.Time {
	e.Spend(work.FileSteps)
	return e.Meter.Pause(false)
}

// LimitExceeded returns the finding that a request goes over a limit.
func LimitExceeded(at parser.Extent, why string) *parser.Diagnostic {
	return &parser.Diagnostic{Extent: at, Severity: parser.Error, Code: CodeLimit, Message: why}
}
