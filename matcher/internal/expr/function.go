package expr

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// maxFile is the largest file that the function file reads.
const maxFile = 10 << 20

// call compiles the call of a function with the argument arg.
func call(w *syntax.Call, arg word) word {
	lookup := func(f func(Env, string) string) word { return &lookupWord{x: arg, value: f} }
	pure := func(f func(string) string) word {
		return foldWord(&pureWord{x: arg, value: f, at: w.Extent}, arg)
	}
	folding := func(f func(string) string) word {
		return foldWord(&pureWord{x: arg, value: f, folds: true, at: w.Extent}, arg)
	}
	switch w.Func {
	case syntax.FuncReq:
		return headerWord{x: arg, vary: true}
	case syntax.FuncReqNoVary:
		return headerWord{x: arg}
	case syntax.FuncResp:
		return lookup(Env.ResponseHeader)
	case syntax.FuncReqEnv:
		return reqEnvWord{arg}
	case syntax.FuncNote:
		return lookup(func(env Env, name string) string { return first(env, name, Env.Note) })
	case syntax.FuncOSEnv:
		return lookup(func(env Env, name string) string { return first(env, name, Env.OSEnv) })
	case syntax.FuncEnv:
		return lookup(func(env Env, name string) string {
			return first(env, name, Env.Note, Env.RequestEnv, Env.OSEnv)
		})
	case syntax.FuncSSL:
		return sslWord{arg}
	case syntax.FuncFileSize:
		return lookup(fileSize)
	case syntax.FuncFile:
		return &fileWord{x: arg, at: w.Extent}
	case syntax.FuncToLower:
		return folding(toLower)
	case syntax.FuncToUpper:
		return folding(toUpper)
	case syntax.FuncEscape:
		return pure(uri.Escape)
	case syntax.FuncUnescape:
		return pure(unescape)
	case syntax.FuncBase64:
		return pure(encodeBase64)
	case syntax.FuncUnBase64:
		return pure(decodeBase64)
	case syntax.FuncMD5:
		return pure(md5Hex)
	case syntax.FuncSHA1:
		return pure(sha1Hex)
	case syntax.FuncLDAP:
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

// reqEnvWord is a variable of the request's environment.
type reqEnvWord struct{ x word }

func (n reqEnvWord) eval(ev *evaluation) string {
	name := n.x.eval(ev)
	if !ev.spend(callSteps) {
		return ""
	}
	value, _ := ev.env.RequestEnv(name)
	return value
}

// pureWord is a function of nothing but its argument.
type pureWord struct {
	x     word
	value func(string) string
	folds bool // it changes the case of letters, and nothing else
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
