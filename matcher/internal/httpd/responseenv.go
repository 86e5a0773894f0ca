package httpd

import (
	"net/textproto"
	"strconv"

	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// ResponseEnv is a request as an expression sees it once there is a response.
type ResponseEnv struct {
	ExprEnv
	response      *Completion
	statusOfReply int
}

// Env returns the request s as an expression sees it with the response.
func (c *Completion) Env(s *Request) ResponseEnv { return ResponseEnv{s.ExprEnv(), c, c.Status} }

// Variable returns the value of a variable of expressions.
func (e ResponseEnv) Variable(v syntax.Var) string {
	switch v {
	case syntax.VarContentType:
		return e.response.ContentType
	case syntax.VarRequestStatus:
		return strconv.Itoa(e.statusOfReply)
	default:
		return e.ExprEnv.Variable(v)
	}
}

// ResponseHeader returns a header of the response as it is at this point.
func (e ResponseEnv) ResponseHeader(name string) string {
	name = textproto.CanonicalMIMEHeaderKey(name)
	for _, table := range []map[string][]string{e.response.Out, e.response.Err} {
		if values := table[name]; len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
