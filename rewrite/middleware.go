// Package rewrite puts mod_rewrite rules in front of any net/http handler.
//
// A [Middleware] asks a [matcher.Engine] what to do with each request and acts
// on the answer: it lets the request pass, hands it on under another URL,
// redirects it, answers it with a status, or forwards it to another server.
// All meaning of the rules is in package matcher; this package knows HTTP.
//
// [Load] is the short way in: it reads a ruleset, and [Middleware.Reload] and
// [Middleware.Watch] read it again while requests are served. [New] takes an
// engine that was compiled elsewhere. [Middleware.Swap] and the other two replace
// the rules in one step: requests in flight finish on the old ones. A ruleset
// with a mistake never replaces a good one.
//
// # What happens to a request
//
// The rules are acted on before the next handler runs, or instead of it:
//
//   - Where they say nothing, or "-", the next handler gets the request.
//   - Another URL: the next handler gets a copy of the request with the new path
//     and query.
//   - [R], or a URL of another host: the redirect is sent.
//   - [F], [G], [R=404] and the like: that status is sent.
//   - [P]: the request is forwarded to an http:, https:, ws:, wss: or unix: URL,
//     and the response is streamed back.
//   - [CO], [T] and conditions on headers add cookies, type and Vary to whatever is
//     sent; Header, Expires…, AddType and related directives complete its header,
//     as in httpd.
//   - An error for which there is an ErrorDocument: the next handler gets a GET for
//     the document, and its response gets the status of the error; or the
//     document's text or redirect is sent.
//   - [E] and [H]: the next handler finds environment and handler name in the
//     request's context, see [FromContext].
//
// # Where to mount it
//
// Outside of the router: with [http.ServeMux], chi, gin, echo and fiber that works for
// every rule. Inside, it depends on when the router chooses the route. [http.ServeMux]
// has chosen it before the handler of a pattern runs, gin before what Use names, echo
// before Use and without regard to what Pre makes of the request, a sub-router of chi
// before its Use: rules redirect and refuse there, but where they lead to another URL the
// handler chosen before gets it. Use of chi's outermost router runs before the choice.
// fiber needs RestartRouting. The table in examples/routers has each case, with a test.
//
// # What net/http decides first
//
// A request line that net/http cannot read never gets here. net/http answers
// it with 400, as httpd does: a percent sign without two hexadecimal digits in
// the path, a control byte or a space in the target, a missing Host. Headers
// that together exceed [http.Server.MaxHeaderBytes], the request line included,
// are answered with 431 where httpd says 414; up to that size the engine's own
// limit applies, and its 414. Where the target is an absolute URL, net/http has
// replaced the Host header by that URL's host.
package rewrite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/framing"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// Options say how requests are read and answered. A nil *Options means the
// zero value.
type Options struct {
	// TrustedProxies are the networks of the proxies in front of this server.
	// X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host set the client's
	// address, the scheme and the host only in requests from one of them. A
	// trusted proxy must set or remove all three, and any other X-Forwarded field
	// and Forwarded: they are forwarded as it sent them, with this server's peer
	// added to its X-Forwarded-For and Forwarded. In requests from anyone else the
	// headers are ignored, except by rules that name them, and not forwarded; what
	// RequestHeader sets in them without the client's help is.
	TrustedProxies []netip.Prefix
	// Prepare, if set, adds what the server knows about a request and the rules
	// may ask for: the authenticated user, the client's name, environment
	// variables. It must not change q.Header, which is the request's own, nor keep q.
	Prepare func(r *http.Request, q *matcher.Request)
	// Authenticate, if set, answers for the providers that AuthBasicProvider names
	// beside "file", as "dbd" or "ldap": known says that the provider knows the user,
	// ok that the password is right. If it does not know the user the next provider is
	// asked. With an error the answer is 500. It is called concurrently and holds up
	// the request; how many passwords are checked at once, and how often, is for it to
	// bound. [Load] and [Site] have the engine accept such providers; for [New], list
	// AuthBasicProvider in Handled of [matcher.Options].
	Authenticate func(r *http.Request, provider, user, password string) (known, ok bool, err error)
	// Observe, if set, is called with every decision right before it is acted on, also
	// where the next handler never sees the request: redirects, refusals and
	// forwarded requests. It is called once more for what takes the place of a
	// failed response. It holds up the request while it runs.
	Observe func(r *http.Request, d *Decision)
	// Answer, if set, may answer a request in place of the Middleware: it is called after
	// Observe, right before a decision is acted on, and returns true if it has answered. With it
	// a gateway refuses requests in the words of its own protocol, or keeps rules from
	// forwarding. What directives add to the response is not added then. Where it
	// returns false it must not have written anything.
	Answer func(w http.ResponseWriter, r *http.Request, d *Decision) bool
	// Transport sends the requests of [P]; nil means [NewTransport]().
	Transport http.RoundTripper
	// BackendPause is how long the response to a proxied request may pause once
	// it has begun; 0 means 65 minutes, a negative value any time. How long it
	// may take to begin is the Transport's ResponseHeaderTimeout.
	BackendPause time.Duration
	// PreserveHost forwards the client's Host header instead of the name of
	// the server forwarded to, as httpd's ProxyPreserveHost.
	PreserveHost bool
	// FileServer says that the next handler serves files and, unlike that of [Files],
	// does not know [Fail]: an error status, 400 and above, that it writes counts as
	// its failure, as with httpd's own handlers. ErrorDocument then answers in its
	// place, and its page is dropped. Without it the response of the next
	// handler goes out whatever its status, as that of a script in httpd: call
	// [Fail] there, and look at Result.SendsFile before sending a file.
	//
	// A file whose handler would run it, by Result.SendsFile, is answered with
	// 403 instead of its source, and logged.
	FileServer bool
	// FastCGI permits scripts, and lists the FastCGI servers that they may be sent to:
	// "unix:/path/of/socket" or "host:port". A file whose handler is
	// "proxy:unix:/path|fcgi://…" or "proxy:fcgi://host:port", by SetHandler or the
	// like, or that [P] sends to such a URL, is run by that server and not passed to
	// the next handler, if it is a regular file below what is public. An access file reaches no server but
	// these: what else it names is refused with 403, and logged. Without the option
	// the next handler finds the handler's name in its [Info].
	FastCGI []string
	// FPM is a server of the same kind that runs, beside what FastCGI says, files
	// whose names end in ".php" and that have no handler but one of PHP's.
	FPM string
	// FastCGIKeep is how many connections to each of these servers are kept open for
	// later requests; 0 and less means none, as with mod_proxy_fcgi. Each occupies a
	// process of PHP-FPM for up to 5 seconds, also where others wait for one: keep fewer
	// than pm.max_children says. See [fastcgi.Client].
	FastCGIKeep int
	// Compressions is how many responses are compressed at once, where the engine was
	// compiled with [matcher.Options].Compress; 0 means 256, a negative value none. Each
	// takes nearly a megabyte. Those that are more go out uncompressed.
	Compressions int
	// AllowSource has a FileServer send the source of files whose handler would
	// run them, as httpd does where the handler's module is missing.
	AllowSource bool
	// Logger receives requests that could not be evaluated, failing proxied
	// requests, reloads, and findings that are not errors. If something other than
	// a rule refused a request, the reason is logged: as a warning if the ruleset
	// is likely to be at fault, else as information. Nil means slog.Default(). A
	// handler that blocks holds up requests.
	Logger *slog.Logger

	wall *public.Wall // that no script lies outside of, nil for none
}

// Middleware runs a ruleset before a handler. It is safe for concurrent use.
type Middleware struct {
	engine  atomic.Pointer[matcher.Engine]
	opts    Options // Logger and Transport are set
	proxy   proxy
	scripts scripts

	compressor *compressor
	visits     sync.Pool // of *fileVisit, see leave
	local      lastAddr

	loading sync.Mutex
	source  *source // nil unless made by Load
	read    files   // what the last reading of source looked at
	running files   // what the reading that made engine looked at
	// builtIn is the name of a configuration that nobody wrote, "" for none.
	builtIn string
}

// New returns a middleware that runs e, and logs the engine's warnings. With a
// nil engine every request is answered with 500 until Swap brings one.
//
// The parser's warnings and notes are not known here: they are in Warnings of
// package parser's File.
func New(e *matcher.Engine, opts *Options) *Middleware {
	m := &Middleware{}
	if opts != nil {
		m.opts = *opts
	}
	if m.opts.Logger == nil {
		m.opts.Logger = slog.Default()
	}
	if m.opts.Transport == nil {
		m.opts.Transport = NewTransport()
	}
	m.proxy, m.scripts, m.compressor = newProxy(&m.opts), newScripts(&m.opts), newCompressor(&m.opts)
	m.Swap(e)
	return m
}

// Engine returns the engine that new requests are evaluated with.
func (m *Middleware) Engine() *matcher.Engine { return m.engine.Load() }

// Swap makes e the engine of future requests, logs its warnings and returns the
// previous engine. Requests in flight finish with the engine they began with; the
// caller may close it at once, as Close waits for them.
func (m *Middleware) Swap(e *matcher.Engine) *matcher.Engine {
	if e != nil {
		m.logFindings(e.Warnings())
	}
	return m.engine.Swap(e)
}

// Handler returns a handler that runs the rules and then, if they let the request
// through, next. The original request is not changed: next gets a copy, with an
// [Info] in its context.
//
// [http.FileServer] as next is a mistake, see [Files], and logged once.
func (m *Middleware) Handler(next http.Handler) http.Handler {
	if fmt.Sprintf("%T", next) == "*http.fileHandler" {
		m.opts.Logger.Warn("http.FileServer behind the rules redirects from index.html, lists directories and sends scripts; use rewrite.Files")
	}
	files, sends := next.(*fileServer)
	sends = sends && files.wall == nil
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		opens := sends && servesFile(r.Method)
		var v *visit
		if opens {
			f := m.enter()
			defer m.leave(f)
			v = &f.visit
		} else {
			v = &visit{}
		}
		v.m, v.w, v.r, v.next, v.from = m, w, r, next, clientOf(r, m.opts.TrustedProxies)
		describe(&v.q, r, &v.from, &m.local)
		if r.ContentLength < 0 && r.ProtoMajor == 1 && framing.LengthSaid(r.Context()) {
			// Perhaps there was a Content-Length, too, to smuggle a request: net/http
			// has removed it. httpd closes the connection then.
			w.Header().Set("Connection", "close")
		}
		if m.opts.Prepare != nil {
			m.opts.Prepare(r, &v.q)
		}
		m.opts.authenticate(r, &v.q)
		if opens {
			v.openFiles()
		}
		v.decide()
		v.act()
	})
}

// enter returns a visit that the handler of Files may end. The caller has to leave it.
func (m *Middleware) enter() *fileVisit {
	f, ok := m.visits.Get().(*fileVisit)
	if !ok {
		f = &fileVisit{}
	}
	f.file = f
	return f
}

// leave ends the visit, and keeps it for another request if nothing refers to it any more.
func (m *Middleware) leave(f *fileVisit) {
	f.release()
	if f.sent {
		*f = fileVisit{stat: f.stat}
		m.visits.Put(f)
	}
}

// authenticate has the engine ask Authenticate about r.
func (o *Options) authenticate(r *http.Request, q *matcher.Request) {
	if ask := o.Authenticate; ask != nil {
		q.Authenticate = func(provider, user, password string) (bool, bool, error) { return ask(r, provider, user, password) }
	}
}

var errNoEngine = errors.New("rewrite: no engine")

// decide has the engine decide. What can't be evaluated is answered with an
// error status, never passed on.
func (v *visit) decide() {
	ctx, res := v.r.Context(), &v.info.Result
	err := v.m.ask(ctx, &v.q, res)
	if v.err = err; err == nil {
		v.logRefusal()
		return
	}
	if !errors.Is(ctx.Err(), context.Canceled) { // else the client is gone
		attrs := []slog.Attr{slog.Any("error", err)}
		if res.Reason != nil && res.Reason.Hint != "" {
			attrs = append(attrs, slog.String("hint", res.Reason.Hint))
		}
		v.log(slog.LevelError, "request could not be evaluated", attrs...)
	}
	if res.Status < 400 && res.Action != matcher.Redirect { // to an ErrorDocument elsewhere
		res.Action, res.Status = matcher.Respond, http.StatusInternalServerError
	}
}

// ask evaluates q with the current engine.
func (m *Middleware) ask(ctx context.Context, q *matcher.Request, res *matcher.Result) error {
	for {
		e := m.engine.Load()
		if e == nil {
			return errNoEngine
		}
		var err error
		*res, err = e.Eval(ctx, q)
		if err != nil && errors.Is(err, matcher.ErrClosed) && m.engine.Load() != e {
			continue // it was replaced before the evaluation began
		}
		return err
	}
}

// clip shortens text from a client for the log.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
