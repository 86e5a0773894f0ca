package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/steplog"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/tracelog"
)

func explainCommand() command {
	return command{
		name:    "explain",
		args:    "[-config FILE] [-root DIR] [-only matching] [-why-not LINE] [-follow] [-trace] [-html FILE] [-H 'NAME: VALUE'] REQUEST… | -curl COMMAND | -log FILE:LINE",
		summary: "show what happens to a request and why, step by step",
		run:     runExplain,
	}
}

// noName stands for the host name of a client that has none.
const noName = "-"

// explainer is what the flags of explain say.
type explainer struct {
	ruleFlags
	method  string
	host    string
	tls     bool
	remote  string
	server  string
	name    string // the client's; noName says that it has none
	user    string
	headers headers
	json    bool
	steps   int
	follow  bool   // redirects
	curl    string // a command
	log     string // FILE:LINE
	data    bool   // -d was given
	head    bool   // -I was given
	only    string // what to show: "matching" rules, or "" for all
	whyNot  string // LINE or FILE:LINE
	trace   bool   // httpd's error log
	html    string // a file
}

// runExplain exits with 1 if a request could not be evaluated.
func runExplain(ctx context.Context, s streams, args []string) int {
	var x explainer
	flags := newFlags(s, explainCommand())
	x.registerAll(flags)
	if code, ok := parseFlags(flags, args); !ok {
		return code
	}
	args, err := x.requests(flags.Args())
	if err != nil {
		return failed(s, "explain", err)
	}
	if len(args) == 0 || x.config == "" && x.root == "" {
		fmt.Fprintln(s.err, "modrewrite explain: give -config, -root or both, and a request such as /path?query or https://host/path")
		return exitUsage
	}
	if x.steps < 0 {
		fmt.Fprintln(s.err, "modrewrite explain: -steps must not be negative")
		return exitUsage
	}
	if err := x.check(); err != nil {
		return failed(s, "explain", err)
	}
	if x.only != "" && x.only != onlyMatching {
		fmt.Fprintln(s.err, "modrewrite explain: -only matching leaves out rules that do not match; there is nothing else to choose")
		return exitUsage
	}
	x.directories, x.linear = x.root != "", x.trace
	if x.name != "" {
		x.handled = append(x.handled, "HostnameLookups")
	}
	m, err := x.load(rewrite.Options{Logger: warnings(s)})
	if err != nil {
		return failed(s, "explain", err)
	}
	defer m.Engine().Close()
	return x.run(ctx, s, m.Engine(), args)
}

// onlyMatching is what -only takes.
const onlyMatching = "matching"

// run explains requests.
func (x *explainer) run(ctx context.Context, s streams, e *matcher.Engine, args []string) int {
	var all []explained
	code := exitOK
	book := newRulebook(x.defines)
	colours := coloursOf(s.out)
	quiet := x.json || x.html == "-"
	for _, arg := range args {
		q, err := x.request(arg)
		if err != nil {
			return failed(s, "explain", err)
		}
		some, err := x.explain(ctx, e, q, book)
		if err != nil {
			return failed(s, "explain", err)
		}
		for _, one := range some {
			if one.err != nil {
				code = exitFindings
			}
			all = append(all, one)
			if !quiet {
				one.write(s.out, x.only == onlyMatching, colours)
			}
		}
	}
	if x.html != "" {
		if err := writePage(x.html, s.out, explainText, newExplainedPages(all, x.only == onlyMatching)); err != nil {
			return failed(s, "explain", err)
		}
	}
	if x.json {
		return writeJSON(s, "explain", all, code)
	}
	return code
}

// requests returns the requests to explain: those that are named, and that of a
// curl command or of a line of a log.
func (x *explainer) requests(args []string) ([]string, error) {
	switch {
	case x.curl != "" && x.log != "":
		return nil, errors.New("-curl and -log name two requests: use one of them")
	case x.curl != "":
		c, err := parseCurl(x.curl)
		if err != nil {
			return nil, err
		}
		address, err := c.apply(x)
		if err != nil {
			return nil, err
		}
		x.follow = x.follow || c.follow
		return append([]string{address}, args...), nil
	case x.log != "":
		line, err := lineOf(x.log)
		if err != nil {
			return nil, err
		}
		target, err := applyLog(x, line)
		if err != nil {
			return nil, err
		}
		return append([]string{target}, args...), nil
	}
	switch {
	case x.head:
		x.method = http.MethodHead
	case x.data && x.method == http.MethodGet:
		x.method = http.MethodPost
	}
	return args, nil
}

// maxRedirects is how many redirects -follow follows.
const maxRedirects = 10

// explain evaluates q and, with -follow, where it is redirected to. Nothing is sent.
func (x *explainer) explain(ctx context.Context, e *matcher.Engine, q *matcher.Request, book *rulebook) ([]explained, error) {
	var all []explained
	seen := map[string]bool{}
	for {
		one, err := x.one(ctx, e, q, book)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if !x.follow || one.Result.Action != matcher.Redirect.String() {
			return all, nil
		}
		last := &all[len(all)-1]
		key := fmt.Sprint(q.TLS, q.Host, q.Target)
		seen[key] = true
		next, why := x.next(q, one.Result.Location)
		switch {
		case why != "":
			last.Followed = why
		case seen[fmt.Sprint(next.TLS, next.Host, next.Target)]:
			last.Followed = "this was asked for before: a client is redirected without end, " + feeders(all)
		case len(all) > maxRedirects:
			last.Followed = fmt.Sprintf("more than %d redirects are not followed; the last were %s", maxRedirects, feeders(all[len(all)-sameRounds:]))
		default:
			q = next
			continue
		}
		return all, nil
	}
}

// feeders names the rules that redirected.
func feeders(all []explained) string {
	var rules []string
	for _, one := range all {
		if r := shortName(one.Result.Rule); r != "" && !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return "by no rule"
	}
	return "by " + strings.Join(rules, " and ")
}

// one evaluates one request.
func (x *explainer) one(ctx context.Context, e *matcher.Engine, q *matcher.Request, book *rulebook) (explained, error) {
	var trace []string
	if x.trace {
		traced := *q
		traced.RewriteLog = func(level int, message string) {
			m := tracelog.Message{Level: level, Text: message}
			if trace = append(trace, m.Line(q.RemoteAddr, http.Header(q.Header).Get("Referer"))); x.steps > 0 && len(trace) > 2*x.steps {
				trace = append(trace[:x.steps], trace[x.steps+1:]...)
			}
		}
		q = &traced
	}
	one, steps := explain(ctx, e, q, x.steps, book)
	one.Trace = trace
	if x.whyNot == "" {
		return one, nil
	}
	var err error
	one.WhyNot, err = x.reasonsAgainst(book, steps)
	return one, err
}

// next returns the request that a client makes for a redirect of q, or why it is
// none for this server.
func (x *explainer) next(q *matcher.Request, location string) (*matcher.Request, string) {
	n := *q
	n.TLS, n.TLSName = false, ""
	secure, err := fromURL(&n, location)
	if err != nil {
		return nil, "not followed: " + err.Error()
	}
	n.Target, _, _ = strings.Cut(n.Target, "#")
	if host, _, _ := strings.Cut(q.Host, ":"); !strings.EqualFold(host, hostName(n.Host)) && !strings.EqualFold("www."+host, hostName(n.Host)) && !strings.EqualFold(host, "www."+hostName(n.Host)) {
		return nil, "not followed: it leads to another host"
	}
	if n.Method != http.MethodHead {
		n.Method = http.MethodGet
	}
	if secure {
		n.TLS, n.TLSName = true, hostName(n.Host)
	}
	return &n, ""
}

// hostName returns a host without its port.
func hostName(host string) string {
	name, _, _ := strings.Cut(host, ":")
	return name
}

// headerFlag registers a flag of curl that sets a header.
func (x *explainer) headerFlag(flags *flag.FlagSet, letter, header, usage string) {
	flags.Func(letter, usage, func(v string) error { return x.headers.Set(header + ": " + v) })
}

// warnings returns a logger that writes warnings and errors to s.err, without
// the time, which is of no use in a command that ends at once.
func warnings(s streams) *slog.Logger {
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey && len(groups) == 0 {
				return slog.Attr{}
			}
			return a
		},
	}))
}

func (x *explainer) registerAll(flags *flag.FlagSet) {
	x.register(flags)
	flags.StringVar(&x.method, "X", http.MethodGet, "request `method`")
	flags.StringVar(&x.host, "host", "localhost", "`host` of requests that are only a path")
	flags.BoolVar(&x.tls, "tls", false, "requests that are only a path come over TLS")
	flags.StringVar(&x.remote, "remote", "127.0.0.1", "client's `address`")
	flags.StringVar(&x.server, "server", "127.0.0.1", "`address` that requests arrive at, for <VirtualHost>")
	flags.StringVar(&x.name, "remote-host", "", "client's host `name`, which is looked up otherwise; - for none")
	flags.StringVar(&x.user, "user", "", "authenticated `user`; where the rules ask who it is, with -handled AuthType")
	flags.Var(&x.headers, "H", "request header `'name: value'`; repeatable")
	x.headerFlag(flags, "A", "User-Agent", "`agent` for the header User-Agent, as with curl")
	x.headerFlag(flags, "e", "Referer", "`address` for the header Referer, as with curl")
	x.headerFlag(flags, "b", "Cookie", "`cookies` for the header Cookie, as with curl")
	flags.Func("u", "`user:password` for the header Authorization, as with curl", func(v string) error {
		return x.headers.Set("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(v)))
	})
	flags.Func("d", "`data` of the body, as with curl: the method is POST; the body does not count", func(string) error {
		x.data = true
		return nil
	})
	flags.BoolVar(&x.head, "I", false, "the method is HEAD, as with curl")
	flags.StringVar(&x.curl, "curl", "", "explain the request of a curl `command`, which is not run")
	flags.StringVar(&x.log, "log", "", "explain the request of a line of an access log, `file:line`")
	flags.BoolVar(&x.follow, "follow", false, "follow redirects on the same host; nothing is sent")
	flags.BoolVar(&x.json, "json", false, "write JSON")
	flags.StringVar(&x.only, "only", "", "`matching`: leave out rules and sections that do not match")
	flags.StringVar(&x.whyNot, "why-not", "", "say what would have to be different for the rule in `line` to match: a number, or file:line")
	flags.BoolVar(&x.trace, "trace", false, "also write what httpd logs with LogLevel rewrite:trace8")
	flags.StringVar(&x.html, "html", "", "also write a page to `file`; - is standard output, and then nothing else is written there")
	flags.IntVar(&x.steps, "steps", steplog.DefaultMax, "write at most `n` steps of a request; 0 means all, of endless loops as well")
}

// request reads an argument: a path, or a URL whose scheme and host stand for
// the connection and the Host header.
func (x *explainer) request(arg string) (*matcher.Request, error) {
	q := &matcher.Request{Method: x.method, Target: arg, Host: x.host, RemoteUser: x.user, Header: x.headers.values}
	if x.headers.host != "" {
		q.Host = x.headers.host
	}
	secure := x.tls
	if !strings.HasPrefix(arg, "/") && arg != "*" {
		var err error
		if secure, err = fromURL(q, arg); err != nil {
			return nil, err
		}
	}
	if secure {
		host, _, _ := strings.Cut(q.Host, ":")
		q.TLS, q.TLSName = true, host
	}
	addr, err := netip.ParseAddr(x.remote)
	if err != nil {
		return nil, fmt.Errorf("-remote: %w", err)
	}
	q.RemoteAddr = addr.String()
	if addr, err = netip.ParseAddr(x.server); err != nil {
		return nil, fmt.Errorf("-server: %w", err)
	}
	q.ServerAddr = addr.String()
	if x.name != noName {
		q.RemoteHost = x.name
	}
	return q, nil
}

// fromURL sets q's target and host from an absolute URL. The target keeps the
// bytes it was written with.
func fromURL(q *matcher.Request, arg string) (secure bool, err error) {
	scheme, rest, ok := strings.Cut(arg, "://")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return false, fmt.Errorf("request %q is neither a path nor an http or https URL", arg)
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	u, err := url.Parse(scheme + "://" + rest[:end])
	if err != nil {
		return false, err
	}
	q.Host, q.Target = u.Host, rest[end:]
	if !strings.HasPrefix(q.Target, "/") {
		q.Target = "/" + q.Target
	}
	return scheme == "https", nil
}

// headers is a flag that collects request headers.
type headers struct {
	values http.Header
	host   string
}

// String returns "": the flag has no default.
func (h *headers) String() string { return "" }

// Set adds "name: value".
func (h *headers) Set(s string) error {
	name, value, ok := strings.Cut(s, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" {
		return errors.New("want 'name: value'")
	}
	if strings.EqualFold(name, "Host") {
		h.host = value
		return nil
	}
	if h.values == nil {
		h.values = http.Header{}
	}
	h.values.Add(name, value)
	return nil
}
