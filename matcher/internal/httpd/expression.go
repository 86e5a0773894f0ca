package httpd

import (
	"io/fs"
	"net/netip"
	"net/textproto"
	"strconv"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// BoolExpr compiles w as a boolean expression, nil if it has an error.
func (c *Compiler) BoolExpr(w parser.Word, sc *Scope) *expr.Program {
	e, err := syntax.Parse(w, c.ExprOptions(sc))
	return c.Program(e, err)
}

// StringExpr compiles w as a string with %{…} in it, nil if it has an error.
func (c *Compiler) StringExpr(w parser.Word, sc *Scope) *expr.Program {
	e, err := syntax.ParseString(w, c.ExprOptions(sc))
	return c.Program(e, err)
}

// ExprOptions returns how expressions of sc are parsed.
func (c *Compiler) ExprOptions(sc *Scope) *syntax.Options {
	return &syntax.Options{Restricted: sc.Access, HasModule: c.Engine.Parse.HasModule}
}

// Program compiles an expression that was parsed with err, nil if it has an error.
func (c *Compiler) Program(e *syntax.Expr, err error) *expr.Program {
	var p *expr.Program
	if err == nil {
		p, err = expr.Compile(e, c.flags)
	}
	if err != nil {
		c.Finds = append(c.Finds, parser.Findings(err)...)
		return nil
	}
	return p
}

// ExprEnv is a request as an expression sees it.
type ExprEnv struct{ req *Request }

// ExprEnv returns the request as an expression sees it.
func (s *Request) ExprEnv() ExprEnv { return ExprEnv{s} }

// Holds evaluates a boolean expression. One that fails is false, as in httpd;
// the failure is reported.
func (s *Request) Holds(p *expr.Program) expr.Result {
	if !s.Eval.Spend(work.TestSteps) {
		return expr.Result{}
	}
	room := s.Eval.Meter.Mark()
	res, err := p.Bool(s.ExprEnv())
	s.Eval.Meter.Release(room)
	if err != nil {
		s.Eval.ReportError(err)
	}
	return res
}

// WouldHold reports whether a boolean expression is true that an index passes over. That it
// is too much denies nothing, unless the request's time runs out.
func (s *Request) WouldHold(p *expr.Program) bool {
	failed, room := s.Eval.err, s.Eval.Meter.Mark()
	res, err := p.Bool(s.ExprEnv())
	s.Eval.Meter.Release(room)
	if !s.Eval.Over() {
		s.Eval.err = failed
	}
	return err == nil && res.True
}

// Text evaluates a string expression. One that fails is empty.
func (s *Request) Text(p *expr.Program) (string, error) {
	s.Eval.At = Expression{p}
	return s.Eval.Text(p, s.ExprEnv())
}

// Text evaluates a string expression in env, and charges for its value.
func (e *Evaluation) Text(p *expr.Program, env expr.Env) (string, error) {
	room := e.Meter.Mark()
	v, err := p.String(env)
	e.Meter.Release(room)
	if err == nil && !e.Charge(len(v)) {
		return "", e.err
	}
	return v, err
}

// ReportError reports why an expression failed, unless that denies the request
// anyhow.
func (e *Evaluation) ReportError(err error) {
	if e.Meter.Err() == nil {
		e.Engine.ReportError(err)
	}
}

// Variable returns the value of a variable of expressions.
func (e ExprEnv) Variable(v syntax.Var) string {
	switch v {
	case syntax.VarContentType:
		return e.req.ContentType
	case syntax.VarDocumentURI:
		if v, ok := e.req.Getenv("DOCUMENT_URI"); ok {
			return v
		}
		return e.req.URI
	case syntax.VarHandler:
		return e.req.Handler
	case syntax.VarHTTP2:
		return apr.OnOff(e.req.Eval.Req.Proto == "HTTP/2.0")
	case syntax.VarLastModified:
		// Nothing has asked for the file's time yet, in httpd either.
		return time.Unix(0, 0).In(e.req.Eval.Now().Location()).Format("20060102150405")
	case syntax.VarScriptUser, syntax.VarScriptGroup:
		return e.ownerOrNone(v)
	case syntax.VarRequestStatus:
		if e.req.Status != 0 {
			return strconv.Itoa(e.req.Status)
		}
		return ""
	default:
		return e.req.serverVariable(v)
	}
}

// ownerOrNone returns the owner of the file, nothing where none is known.
func (e ExprEnv) ownerOrNone(v syntax.Var) string {
	if e.req.File == nil {
		return ""
	}
	if v == syntax.VarScriptUser {
		return e.req.owner()
	}
	return e.req.ownerGroup()
}

// SSL returns a variable of the encrypted connection.
func (e ExprEnv) SSL(name string) string {
	return e.req.Ssl(name)
}

// PeerExtensions returns nothing: a Request does not hold the certificate.
func (e ExprEnv) PeerExtensions(string) []string { return nil }

// RequestHeader returns a header of the request.
func (e ExprEnv) RequestHeader(name string) string {
	value, _ := e.req.Header(textproto.CanonicalMIMEHeaderKey(name))
	return value
}

// ResponseHeader returns a header of the response as far as it is decided.
func (e ExprEnv) ResponseHeader(name string) string {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Location":
		return e.req.Location
	case "Vary":
		return e.req.VaryText()
	}
	return ""
}

// Note returns a note of the request.
func (e ExprEnv) Note(name string) (string, bool) { return e.req.Notes.Get(name) }

// RequestEnv returns a variable of the request's environment.
func (e ExprEnv) RequestEnv(name string) (string, bool) { return e.req.Getenv(name) }

// OSEnv returns a variable of the process's environment.
func (e ExprEnv) OSEnv(name string) (string, bool) { return e.req.Eval.Engine.Getenv(name) }

// Now returns when the evaluation began.
func (e ExprEnv) Now() time.Time { return e.req.Eval.Now() }

// ClientAddr returns the client's address.
func (e ExprEnv) ClientAddr() netip.Addr { return e.req.Eval.ClientAddr() }

// AppendClientAddr appends the client's address, as the answer to a question of an index
// about networks. What is no address may be the name of one.
func (e ExprEnv) AppendClientAddr(dst []byte) []byte {
	addr := e.ClientAddr()
	if e.req.Eval.Req.RemoteAddr != "" && (!addr.IsValid() || addr.Zone() != "") {
		return index.AppendAnyAddr(dst)
	}
	return index.AppendAddr(dst, addr)
}

// Resolve asks name servers. Where they can't tell the request is denied.
func (e ExprEnv) Resolve(host string) (netip.Addr, bool) {
	addrs, err := e.req.Eval.AddrsOf(host)
	if err != nil {
		e.req.Eval.Fail(lookupFailed(err))
	}
	if len(addrs) == 0 {
		return netip.Addr{}, false
	}
	return addrs[0], true
}

// Stat describes a file, links followed.
func (e ExprEnv) Stat(name string) (fs.FileInfo, error) { return e.req.Eval.Stat(name) }

// Lstat describes a file itself.
func (e ExprEnv) Lstat(name string) (fs.FileInfo, error) { return e.req.Eval.Lstat(name) }

// ReadFile returns what a file begins with.
func (e ExprEnv) ReadFile(name string, limit int64) ([]byte, error) {
	defer e.req.Eval.Meter.Resume(e.req.Eval.ask())
	return e.req.Eval.Engine.Files.Head(name, limit)
}

// LookupURL makes a sub-request, like -U.
func (e ExprEnv) LookupURL(url string) bool {
	return e.req.MayLookAhead() && e.req.LookupURI(url).Status < 400
}

// LookupFile makes a sub-request, like -F.
func (e ExprEnv) LookupFile(path string) bool {
	sub := e.req.LookupFile(path)
	if sub.Status >= 300 {
		return false
	}
	_, err := e.Stat(sub.Filename.Text)
	return err == nil
}

// Match matches within the budget of the engine.
func (e ExprEnv) Match(p *pattern.Pattern, s string, caps *pattern.Captures, at parser.Extent) (bool, error) {
	ok := e.req.Eval.Match(p, s, caps, at)
	return ok, e.req.Eval.err
}

// Room is the evaluation's.
func (e ExprEnv) Room() *expr.Room { return &e.req.Eval.exprs }

// Spend notes that n steps are taken.
func (e ExprEnv) Spend(n int) error {
	if !e.req.Eval.Spend(n) {
		return e.req.Eval.err
	}
	return nil
}

// Charge notes that a text of n bytes is made.
func (e ExprEnv) Charge(n int) error {
	if !e.req.Eval.Charge(n) {
		return e.req.Eval.err
	}
	return nil
}
