package matcher

import (
	"net/textproto"
	"strconv"

	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// responseEnv is a request as an expression sees it once there is a response.
type responseEnv struct {
	exprEnv
	response      *completion
	statusOfReply int
}

// env returns the request s as an expression sees it with the response.
func (c *completion) env(s *state) responseEnv { return responseEnv{s.exprEnv(), c, c.status} }

// Variable returns the value of a variable of expressions.
func (e responseEnv) Variable(v syntax.Var) string {
	switch v {
	case syntax.VarContentType:
		return e.response.contentType
	case syntax.VarRequestStatus:
		return strconv.Itoa(e.statusOfReply)
	default:
		return e.exprEnv.Variable(v)
	}
}

// ResponseHeader returns a header of the response as it is at this point.
func (e responseEnv) ResponseHeader(name string) string {
	name = textproto.CanonicalMIMEHeaderKey(name)
	for _, table := range []map[string][]string{e.response.out, e.response.err} {
		if values := table[name]; len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
