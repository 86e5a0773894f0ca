// Package matcher compiles a parsed ruleset into an Engine and evaluates
// requests with it, with the results of Apache httpd 2.4.
//
// The engine decides and does not act: evaluating a request reads files and
// maps but changes nothing, so the same engine serves a web server, a test
// runner, an explainer and a log replay. All strings are byte strings.
package matcher

import (
	"context"
	"io/fs"
	"time"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Options tell Compile about the server around the rules. A nil *Options means
// the zero value.
type Options struct {
	// DocumentRoot is the directory that URL-paths map to: absolute, with
	// slashes. The ruleset's own DocumentRoot overrides it. When set, access
	// files below it are honoured as under "AllowOverride All" and "Options
	// FollowSymLinks", unless a <Directory> section says otherwise. Where
	// neither it nor the ruleset names a document root, nothing maps to files:
	// no access file is read and a rewritten path goes to the next handler.
	DocumentRoot string
	// FS is the file system, rooted at "/"; nil means the machine's own.
	FS fs.FS
	// EngineOn is the state of RewriteEngine before any directive. httpd's is
	// off; the IIS ports of mod_rewrite have it on.
	EngineOn bool
	// AccessFiles are the names of per-directory configuration files; nil
	// means ".htaccess", an empty list none.
	AccessFiles []string
	// Revalidate is how long a cached access file or map file is trusted
	// before its modification time and size are looked at again. Zero looks
	// at every request, as httpd does; a negative value never does.
	Revalidate time.Duration
	// Maps are rewrite maps beside those the ruleset declares, by name. A
	// declared one of the same name wins.
	Maps map[string]Map
	// Handled names directives that guard access and that the caller
	// enforces itself; without it they are errors.
	Handled []string
	// Parse are the parser's options for access files: modules, defines. FS
	// and AccessFile are set from here.
	Parse *parser.Options
	// Limits bound the work for one request.
	Limits Limits
	// Now is the clock behind %{TIME…} and cookie expiry; nil means time.Now.
	Now func() time.Time
	// Getenv answers %{ENV:…} last of all; nil means os.LookupEnv.
	Getenv func(name string) (string, bool)
	// Report is told of findings made while running that do not decide a
	// request, such as a map file that vanished. It is called from the
	// evaluating goroutine. Nil drops them.
	Report func(*parser.Diagnostic)
}

// Map is a rewrite map supplied by the caller.
type Map interface {
	// Lookup returns the value of key. found is false where there is none, so
	// that the default applies. An error is reported and counts as not found.
	// It is called concurrently.
	Lookup(ctx context.Context, key string) (value string, found bool, err error)
}

// MapFunc is a function as a Map.
type MapFunc func(ctx context.Context, key string) (string, bool, error)

// Lookup calls f.
func (f MapFunc) Lookup(ctx context.Context, key string) (string, bool, error) {
	return f(ctx, key)
}

// MatchOverrun is what becomes of a regular expression match that exceeds its
// budget.
type MatchOverrun int

// The ways to treat an overrun.
const (
	FailClosed MatchOverrun = iota // the request is answered with 500
	NoMatch                        // it counts as no match, as in httpd
)

// Limits bound the work for one request. Zero fields mean the defaults.
type Limits struct {
	InternalRedirects int // default 10, as LimitInternalRecursion
	Subrequests       int // nesting of sub-requests; default 10
	// SubrequestsTotal bounds all sub-requests of one request; default 1000.
	// httpd has no such limit and can be made to multiply them.
	SubrequestsTotal int
	RequestLine      int // longest request line in bytes; default 8190, as LimitRequestLine
	Rounds           int // restarts by [N]; default 32000, as httpd
	Steps            int // rules applied in one request; default 10 million
	// MatchSteps bounds one regular expression match; default 10 million, as
	// PCRE's match limit.
	MatchSteps   int
	MatchOverrun MatchOverrun
}

// Compile makes an engine of f. The error, if any, is a parser.Diagnostics
// with every finding; warnings are left in Engine.Warnings.
func Compile(f *parser.File, opts *Options) (*Engine, error) { panic("TODO") }

// Engine is a compiled ruleset. It is safe for concurrent use.
type Engine struct {
	warnings parser.Diagnostics
}

// Warnings returns the findings of Compile that are no errors.
func (e *Engine) Warnings() parser.Diagnostics { return e.warnings }

// Eval decides what becomes of req. The error, if not nil, says why the
// request could not be evaluated; the Result then has Action Respond and an
// error status, normally 500, so that acting on it denies the request. A
// broken access file is such an error.
func (e *Engine) Eval(ctx context.Context, req *Request) (Result, error) { panic("TODO") }

// Explain is Eval that tells step each thing it does. Both are one code path.
func (e *Engine) Explain(ctx context.Context, req *Request, step func(Step)) (Result, error) {
	panic("TODO")
}
