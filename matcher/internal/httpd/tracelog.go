package httpd

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// TraceLog is what httpd's log says of an evaluation at its levels trace1 to trace8, for
// a caller who wants to compare. Its text is the interface here: the words are httpd's.
type TraceLog struct {
	ids  map[*Request]int
	seen map[string]bool
}

// Logged reports whether the caller wants to know what httpd would log at the trace
// levels. Where it does not, logging must cost nothing.
func (e *Evaluation) Logged() bool { return e.Req.RewriteLog != nil }

// LogTrace logs what parts say, joined, for request s. dir is the directory whose rules
// are run, "" for those of the server. Its time does not count.
func (e *Evaluation) LogTrace(s *Request, level int, dir string, parts ...string) {
	if !e.Logged() {
		return
	}
	text := strings.Join(parts, "")
	e.Spend(work.EventSteps + len(text)/work.TextSteps)
	paused := e.Meter.Pause(false)
	if dir != "" {
		dir = "[perdir " + dir + "] "
	}
	e.Req.RewriteLog(level, e.log.sender(s)+dir+text)
	e.Meter.Ignore(paused)
}

// sender returns what begins the lines of a request: who asks whom, and which of the
// requests of the evaluation it is.
func (l *TraceLog) sender(s *Request) string {
	if l.ids[s] == 0 {
		if l.ids == nil {
			l.ids = map[*Request]int{}
		}
		l.ids[s] = len(l.ids) + 1
	}
	req := s.Eval.Req
	client, ident, user, kind := req.RemoteAddr, "-", "-", "initial"
	if req.RemoteIdent != "" {
		ident = req.RemoteIdent
	}
	if s.User != "" {
		user = s.User
	}
	if s.Parent != nil {
		kind = "subreq"
	} else if n := s.Redirects(); n > 0 {
		kind += "/redir#" + strconv.Itoa(n)
	}
	return client + " " + ident + " " + user + " [" + s.ServerName() + "/sid#0][rid#" + strconv.Itoa(l.ids[s]) + "/" + kind + "] "
}

// FirstLogged reports whether key is new to the log.
func (e *Evaluation) FirstLogged(key string) bool {
	first := !e.log.seen[key]
	if first {
		if e.log.seen == nil {
			e.log.seen = map[string]bool{}
		}
		e.log.seen[key] = true
	}
	return first
}
