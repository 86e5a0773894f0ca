package expr

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// maxFile is the largest file that the function file reads.
const maxFile = 10 << 20

// call compiles the call of a function with the argument arg.
func call(w *parser.ExprCall, arg word) word {
	lookup := func(f func(Env, string) string) word { return &lookupWord{x: arg, value: f} }
	pure := func(f func(string) string) word {
		return foldWord(&pureWord{x: arg, value: f, at: w.Extent}, arg)
	}
	switch w.Func {
	case parser.ExprFuncReq:
		return headerWord{x: arg, vary: true}
	case parser.ExprFuncReqNoVary:
		return headerWord{x: arg}
	case parser.ExprFuncResp:
		return lookup(Env.ResponseHeader)
	case parser.ExprFuncReqEnv:
		return lookup(func(env Env, name string) string { return first(env, name, Env.RequestEnv) })
	case parser.ExprFuncNote:
		return lookup(func(env Env, name string) string { return first(env, name, Env.Note) })
	case parser.ExprFuncOSEnv:
		return lookup(func(env Env, name string) string { return first(env, name, Env.OSEnv) })
	case parser.ExprFuncEnv:
		return lookup(func(env Env, name string) string {
			return first(env, name, Env.Note, Env.RequestEnv, Env.OSEnv)
		})
	case parser.ExprFuncSSL:
		return sslWord{arg}
	case parser.ExprFuncFileSize:
		return lookup(fileSize)
	case parser.ExprFuncFile:
		return &fileWord{x: arg, at: w.Extent}
	case parser.ExprFuncToLower:
		return pure(toLower)
	case parser.ExprFuncToUpper:
		return pure(toUpper)
	case parser.ExprFuncEscape:
		return pure(uri.Escape)
	case parser.ExprFuncUnescape:
		return pure(unescape)
	case parser.ExprFuncBase64:
		return pure(encodeBase64)
	case parser.ExprFuncUnBase64:
		return pure(decodeBase64)
	case parser.ExprFuncMD5:
		return pure(md5Hex)
	case parser.ExprFuncSHA1:
		return pure(sha1Hex)
	case parser.ExprFuncLDAP:
		return pure(escapeLDAP)
	}
	return constant("")
}

// first returns what the first of lookups that knows name says.
func first(env Env, name string, lookups ...func(Env, string) (string, bool)) string {
	for _, f := range lookups {
		if s, ok := f(env, name); ok {
			return s
		}
	}
	return ""
}

// lookupWord is a value of the request or the server under a name.
type lookupWord struct {
	x     word
	value func(env Env, name string) string
}

func (n *lookupWord) eval(ev *evaluation) string {
	name := n.x.eval(ev)
	if !ev.spend(callSteps) {
		return ""
	}
	return n.value(ev.env, name)
}

// pureWord is a function of nothing but its argument.
type pureWord struct {
	x     word
	value func(string) string
	at    parser.Extent
}

func (n *pureWord) eval(ev *evaluation) string {
	arg := n.x.eval(ev)
	if ev.err != nil {
		return ""
	}
	if !ev.charge(n.at, maxGrowth*len(arg)) {
		return ""
	}
	return n.value(arg)
}

// maxGrowth is how many bytes of a result a function can make of one.
const maxGrowth = 3

// fileSize returns the size of a regular file, "0" for anything else.
func fileSize(env Env, name string) string {
	if name == "" {
		return "0"
	}
	info, err := env.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return "0"
	}
	return strconv.FormatInt(info.Size(), 10)
}

// fileWord is the contents of a file, up to the first NUL.
type fileWord struct {
	x  word
	at parser.Extent
}

func (n *fileWord) eval(ev *evaluation) string {
	name := n.x.eval(ev)
	if ev.err != nil {
		return ""
	}
	b, err := ev.env.ReadFile(name, maxFile+1)
	switch {
	case name == "" || err != nil:
		ev.fail(n.at, "cannot read file %q", name)
		return ""
	case len(b) > maxFile:
		ev.fail(n.at, "file %q is too large", name)
		return ""
	}
	if !ev.charge(n.at, len(b)) {
		return ""
	}
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}
