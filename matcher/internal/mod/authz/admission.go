package authz

import (
	"cmp"
	"net/netip"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// admit decides whether the request is let in. It returns 0 or the status to
// answer with.
func admit(s *httpd.Request) int {
	a := httpd.AccessSlot.Of(s.Dir.Parts)
	s.Granted = a.Authz != nil && a.Authz.Root != nil
	if from := admittedBefore(s); from != nil {
		s.Login = from.Login
		return 0
	}
	status, at := a.Check(subject{s}, s.Strict)
	s.Eval.Locate(at)
	if status != 0 && s.Parent == nil && at.IsValid() {
		s.Eval.Rule = at
	}
	if status == 0 {
		s.Eval.Trace(s, httpd.Event{Kind: httpd.EventDecision, Detail: httpd.EventAdmitted, At: at})
		return 0
	}
	if status == 401 {
		s.AskToLogIn()
	}
	return s.Refuse(status, httpd.CodeAccessDenied, at, s.Hint, "%s", whyNotAdmitted(s, status))
}

// Access is the hook for access control.
func Access() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return httpd.AccessSlot.Of(d.Parts) != nil },
		Run:    admit,
	}
}

// whyNotAdmitted says why access control answers with status.
func whyNotAdmitted(s *httpd.Request, status int) string {
	why := "the client " + cmp.Or(s.Eval.Req.RemoteAddr, "without address") + " is not let in"
	switch {
	case s.Why != "":
		return s.Why
	case s.Eval.Unknown != nil:
		why += "; a host name could not be looked up: " + s.Eval.Unknown.Error()
	case status == 401 && !s.Verified:
		why = "the client has to log in"
	case status == 401:
		why = "the user " + httpd.Clipped(s.User) + " is not let in"
	case status == 500:
		why = "access control can't be carried out: a requirement could not be evaluated, or it is about users and nothing asks who they are"
	}
	return why
}

// admittedBefore returns the request that this one came from, if it was checked under
// the same configuration, which is not asked again then; else nil.
func admittedBefore(s *httpd.Request) *httpd.Request {
	if from := s.Prev; from != nil && from.Dir == s.Dir && from.Made == s.Made {
		return from
	}
	if from := s.Parent; from != nil && from.Dir == s.Dir && from.Made == s.Made {
		return from
	}
	return nil
}

// subject is a request as package access sees it.
type subject struct{ s *httpd.Request }

func (q subject) Method() int {
	n, _ := q.s.Eval.Engine.Methods.Number(q.s.Method)
	return n
}

func (q subject) ClientAddr() netip.Addr { return q.s.Eval.ClientAddr() }
func (q subject) ServerAddr() netip.Addr { return httpd.ParseAddress(q.s.Eval.Req.ServerAddr) }

func (q subject) HasEnv(name string) bool {
	_, ok := q.s.Getenv(name)
	return ok
}

func (q subject) AppendEnvNames(dst []byte) []byte { return q.s.AppendEnvNames(dst) }

// Walk begins a walk along l.
func (q subject) Walk(l *index.List, asked access.Questions) access.Walk {
	questions, _ := asked.(*httpd.Questions) // the configuration is prepared with nothing else
	return q.s.Walk(l, (*asker)(questions))
}

// Looked adds to Vary what tests look at that were passed over.
func (q subject) Looked(items *vary.Items, first, end int) {
	if q.s.RoomForVary() {
		q.s.Vary.AddItems(items, first, end)
	}
}

// asker answers what indexes of access control ask. It is nil if that is nothing but what
// package access says.
type asker httpd.Questions

// Ask returns what package access says, or what an expression looks at.
func (a *asker) Ask(s *httpd.Request, _ int, q index.Question, buf []byte) (text string, made []byte) {
	if q >= access.OwnQuestions {
		return (*httpd.Questions)(a).Answer(s, q, buf)
	}
	text, made = access.Answer(subject{s}, q, buf)
	s.Eval.Spend((len(text) + len(made)) / work.TextSteps)
	return text, made
}

// LogIn finds out who the client is.
func (q subject) LogIn() int { return q.s.LogIn() }

func (q subject) Doubts() int     { return q.s.Doubts }
func (q subject) User() string    { return cmp.Or(q.s.User, q.s.Eval.Req.RemoteUser) }
func (q subject) Encrypted() bool { return q.s.Eval.Req.TLS }

func (q subject) Certified() bool {
	c := q.s.Eval.Req
	return c.TLS && c.TLSVar != nil && c.TLSVar("SSL_CLIENT_VERIFY") == "SUCCESS"
}

// ClientName returns the client's name, if it is confirmed.
func (q subject) ClientName() (name string, known bool) {
	name, err := q.s.Eval.ConfirmedName()
	return name, q.known(err)
}

// Resolve returns the addresses of a host name.
func (q subject) Resolve(name string) (addrs []netip.Addr, known bool) {
	addrs, err := q.s.Eval.AddrsOf(name)
	return addrs, q.known(err)
}

// known reports whether a lookup told anything; if not, it notes why.
func (q subject) known(err error) bool {
	if err != nil && q.s.Eval.Unknown == nil {
		q.s.Eval.Unknown = err
	}
	return err == nil
}
