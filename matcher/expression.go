package matcher

import (
	"io/fs"
	"net/netip"
	"net/textproto"
	"strconv"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// boolExpr compiles text as a boolean expression, nil if it has an error.
func (c *compiler) boolExpr(text string, at parser.Extent, sc *scope) *expr.Program {
	e, err := syntax.Parse(text, at, c.exprOptions(sc))
	return c.program(e, err)
}

// stringExpr compiles text as a string with %{…} in it, nil if it has an error.
func (c *compiler) stringExpr(text string, at parser.Extent, sc *scope) *expr.Program {
	e, err := syntax.ParseString(text, at, c.exprOptions(sc))
	return c.program(e, err)
}

func (c *compiler) exprOptions(sc *scope) *syntax.Options {
	return &syntax.Options{Restricted: sc.access, HasModule: c.engine.parse.HasModule}
}

func (c *compiler) program(e *syntax.Expr, err error) *expr.Program {
	var p *expr.Program
	if err == nil {
		p, err = expr.Compile(e, c.flags)
	}
	if err != nil {
		c.finds = append(c.finds, parser.Findings(err)...)
		return nil
	}
	return p
}

// exprEnv is a request as an expression sees it.
type exprEnv struct{ req *state }

// exprEnv returns the request as an expression sees it.
func (s *state) exprEnv() exprEnv { return exprEnv{s} }

// holds evaluates a boolean expression. One that fails is false, as in httpd;
// the failure is reported.
func (s *state) holds(p *expr.Program) expr.Result {
	if !s.eval.spend(work.TestSteps) {
		return expr.Result{}
	}
	room := s.eval.meter.Mark()
	res, err := p.Bool(s.exprEnv())
	s.eval.meter.Release(room)
	if err != nil {
		s.eval.reportError(err)
	}
	return res
}

// text evaluates a string expression. One that fails is empty.
func (s *state) text(p *expr.Program) (string, error) {
	s.eval.at = expression{p}
	return s.eval.text(p, s.exprEnv())
}

// text evaluates a string expression in env, and charges for its value.
func (e *evaluation) text(p *expr.Program, env expr.Env) (string, error) {
	room := e.meter.Mark()
	v, err := p.String(env)
	e.meter.Release(room)
	if err == nil && !e.charge(len(v)) {
		return "", e.err
	}
	return v, err
}

// reportError reports why an expression failed, unless that denies the request
// anyhow.
func (e *evaluation) reportError(err error) {
	if e.meter.Err() == nil {
		e.engine.reportError(err)
	}
}

// Variable returns the value of a variable of expressions.
func (e exprEnv) Variable(v syntax.Var) string {
	switch v {
	case syntax.VarContentType:
		return e.req.contentType
	case syntax.VarDocumentURI:
		if v, ok := e.req.getenv("DOCUMENT_URI"); ok {
			return v
		}
		return e.req.uri
	case syntax.VarHandler:
		return e.req.handler
	case syntax.VarHTTP2:
		return apr.OnOff(e.req.eval.req.Proto == "HTTP/2.0")
	case syntax.VarLastModified:
		// Nothing has asked for the file's time yet, in httpd either.
		return time.Unix(0, 0).In(e.req.eval.now().Location()).Format("20060102150405")
	case syntax.VarScriptUser, syntax.VarScriptGroup:
		return e.ownerOrNone(v)
	case syntax.VarRequestStatus:
		if e.req.status != 0 {
			return strconv.Itoa(e.req.status)
		}
		return ""
	default:
		return e.req.serverVariable(v)
	}
}

// ownerOrNone returns the owner of the file, nothing where none is known.
func (e exprEnv) ownerOrNone(v syntax.Var) string {
	if e.req.file == nil {
		return ""
	}
	if v == syntax.VarScriptUser {
		return e.req.owner()
	}
	return e.req.ownerGroup()
}

// SSL returns a variable of the encrypted connection.
func (e exprEnv) SSL(name string) string {
	return e.req.ssl(name)
}

// PeerExtensions returns nothing: a Request does not hold the certificate.
func (e exprEnv) PeerExtensions(string) []string { return nil }

// RequestHeader returns a header of the request.
func (e exprEnv) RequestHeader(name string) string {
	value, _ := e.req.header(textproto.CanonicalMIMEHeaderKey(name))
	return value
}

// ResponseHeader returns a header of the response as far as it is decided.
func (e exprEnv) ResponseHeader(name string) string {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Location":
		return e.req.location
	case "Vary":
		return e.req.vary
	}
	return ""
}

// Note returns a note of the request.
func (e exprEnv) Note(name string) (string, bool) { return e.req.notes.Get(name) }

// RequestEnv returns a variable of the request's environment.
func (e exprEnv) RequestEnv(name string) (string, bool) { return e.req.getenv(name) }

// OSEnv returns a variable of the process's environment.
func (e exprEnv) OSEnv(name string) (string, bool) { return e.req.eval.engine.getenv(name) }

// Now returns when the evaluation began.
func (e exprEnv) Now() time.Time { return e.req.eval.now() }

// ClientAddr returns the client's address.
func (e exprEnv) ClientAddr() netip.Addr { return parseAddress(e.req.eval.req.RemoteAddr) }

// Resolve asks name servers. Where they can't tell the request is denied.
func (e exprEnv) Resolve(host string) (netip.Addr, bool) {
	addrs, err := e.req.eval.addrsOf(host)
	if err != nil {
		e.req.eval.fail(lookupFailed(err))
	}
	if len(addrs) == 0 {
		return netip.Addr{}, false
	}
	return addrs[0], true
}

// Stat describes a file, links followed.
func (e exprEnv) Stat(name string) (fs.FileInfo, error) { return e.req.eval.stat(name) }

// Lstat describes a file itself.
func (e exprEnv) Lstat(name string) (fs.FileInfo, error) { return e.req.eval.lstat(name) }

// ReadFile returns what a file begins with.
func (e exprEnv) ReadFile(name string, limit int64) ([]byte, error) {
	defer e.req.eval.meter.Resume(e.req.eval.ask())
	return e.req.eval.engine.files.head(name, limit)
}

// LookupURL makes a sub-request, like -U.
func (e exprEnv) LookupURL(url string) bool {
	return e.req.mayLookAhead() && e.req.lookupURI(url).status < 400
}

// LookupFile makes a sub-request, like -F.
func (e exprEnv) LookupFile(path string) bool {
	sub := e.req.lookupFile(path)
	if sub.status >= 300 {
		return false
	}
	_, err := e.Stat(sub.filename.Text)
	return err == nil
}

// Match matches within the budget of the engine.
func (e exprEnv) Match(p *pattern.Pattern, s string, caps *pattern.Captures, at parser.Extent) (bool, error) {
	ok := e.req.eval.Match(p, s, caps, at)
	return ok, e.req.eval.err
}

// Spend notes that n steps are taken.
func (e exprEnv) Spend(n int) error {
	if !e.req.eval.spend(n) {
		return e.req.eval.err
	}
	return nil
}

// Charge notes that a text of n bytes is made.
func (e exprEnv) Charge(n int) error {
	if !e.req.eval.charge(n) {
		return e.req.eval.err
	}
	return nil
}
