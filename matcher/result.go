package matcher

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Action says what is to be done with a request.
type Action int

// The actions.
const (
	// Pass: no rule changed where the request goes. Environment, cookies,
	// type and handler may still be set.
	Pass Action = iota
	// Rewrite: serve Path and Query instead of what was asked for.
	Rewrite
	// Redirect: answer Status (300 to 399) with Location.
	Redirect
	// Respond: answer Status with no content of the site.
	Respond
	// Proxy: forward the request to ProxyURL.
	Proxy
)

// String returns the action's name in lower case.
func (a Action) String() string {
	switch a {
	case Pass:
		return "pass"
	case Rewrite:
		return "rewrite"
	case Redirect:
		return "redirect"
	case Respond:
		return "respond"
	case Proxy:
		return "proxy"
	}
	return fmt.Sprintf("Action(%d)", int(a))
}

// Result says how to treat a request: what to do with it, what the next handler
// sees of it, and what it is to httpd. Its zero value is Pass with status 0, which
// no evaluation returns: an evaluated request has a Status.
type Result struct {
	// What to do.

	Action Action
	// Status is the response's status. For Pass, Rewrite and Proxy it is 200
	// unless a rule left another one behind, which then replaces that of a
	// successful response, as httpd does.
	Status int
	// Path is the URL-path to serve, decoded: for Rewrite the new one, else
	// the request's own, normalised. Where a rule of the server maps to a file
	// outside the document root it is the file's name.
	Path string
	// Query is the query string to serve; HasQuery tells "/x?" from "/x".
	Query    string
	HasQuery bool
	// Root is what the configuration opens to clients and Filename was mapped
	// below, for Pass and Rewrite: absolute, without a final slash. It is the
	// document root, or the target of the Alias, of which there is but what
	// stands before the first "$1" in that of AliasMatch; it can be the file
	// itself. Where a rule or a capture led to a file outside of all of these
	// Root is "/" if a Require lets the request in. "" means that nothing makes
	// the file public: it should not be sent. Symbolic links are not resolved,
	// and Filename can end above Root where Root does not exist.
	Root string
	// Text is the page that ErrorDocument gives for Respond and Redirect, of
	// type "text/html; charset=iso-8859-1"; "" for the caller's own page.
	Text string
	// SubStatus is the number that IIS puts behind Status in its logs, 0 for none.
	SubStatus int
	// StatusReason is the text behind Status in the status line, "" for the usual one.
	StatusReason string
	// PlainText says that Text is "text/plain; charset=utf-8", and all of the page even
	// where it is empty.
	PlainText bool
	// Abort says that the connection is to be closed without an answer. A caller that
	// can't do so answers Status.
	Abort bool
	// Trace says that the answer, Respond with status 200, is the request itself
	// as message/http: TraceEnable permits it. Without TraceEnable a TRACE request
	// is answered with 405, also where a rule would forward it; httpd's default
	// is "On".
	Trace bool
	Backend
	Response

	// What the next handler sees.

	Content
	Forward

	// What the request is to httpd, and why.

	View
	// Reason says why the engine itself refused the request or failed on it, and
	// where: access control, an unsafe rewrite, a broken access file, a limit. Its
	// Hint says what in the ruleset would cure it. It is nil where the rules
	// decided, as with [F]. It is set where an ErrorDocument answers, too, and
	// with a request that goes on although the engine did not do all that a rule
	// asks for. It is for the log, not for the client.
	Reason *parser.Diagnostic
	// Rule is where the rule stands that decided: the last one that
	// substituted, redirected or answered; failing that, the first that ended
	// a run ("-" with L, say). Not valid if there was none.
	Rule parser.Extent
}

// Backend is where Proxy forwards a request to.
type Backend struct {
	ProxyURL string // the absolute URL, query included
	// ProxySocket is the path of the Unix socket to reach ProxyURL through
	// ("unix:path|URL"), "" for none.
	ProxySocket string
	// ProxyVerbatim says ProxyURL goes out as it is, not canonicalised ([NE]).
	ProxyVerbatim bool
}

// Content says what serves the file that a request maps to, and as what.
type Content struct {
	Handler string // forced or configured handler, "" if none
	// NoFile says that Filename names no file: a rule of a directory substituted,
	// and its [H] took the place of the internal redirect that would have come of
	// it. httpd answers 404.
	NoFile bool
	// RunBy is what would run the file although its handler need not say so: the
	// script that an Action names for its handler or type, or the filter that
	// carries out server-side includes; "" for nothing. SendsFile heeds it.
	RunBy string
	// ContentType is the type that a rule forced or the configuration gives,
	// "" if none. "httpd/unix-directory" marks a directory and is not for
	// sending.
	ContentType string
	// TypeByRule says ContentType comes from a rule, and not from what the
	// configuration says of the file.
	TypeByRule bool
	// Static is what a handler that sends the file, or lists the directory, heeds.
	Static Static
}

// Static is what directives say to a handler for files.
type Static struct {
	// AcceptPathInfo says that the handler sends the file whatever PathInfo is;
	// without it a file with PathInfo is answered with 404.
	AcceptPathInfo bool
	// Indexes says that a directory may be listed, without the names that Ignores
	// reports.
	Indexes bool
	// ListingType and ListingCharset are Type and Charset of IndexOptions for a listing,
	// "" for the handler's own.
	ListingType, ListingCharset string
	// NoETag says that files have no entity tag, by "FileETag None". The other four
	// are what the tag is made of; where none is set it is the modification time
	// and the size. ETagDigest is a hash of the content, in the place of the others.
	NoETag, ETagINode, ETagMTime, ETagSize, ETagDigest bool
	// Ranges, RangeOverlaps and RangeReversals are MaxRanges, MaxRangeOverlaps and
	// MaxRangeReversals: 0 is the default, -1 is none, -2 any number.
	Ranges, RangeOverlaps, RangeReversals int
	// NoLink says that Options lets no symbolic link be followed to the file, LinkOfOwner
	// that it lets those that have the file's owner. The engine has seen to it already: a
	// handler that opens the file looks again, as another one may be there by then.
	NoLink, LinkOfOwner bool
	// UnknownMethod says that the method is neither one that httpd knows nor one that a
	// <Limit> or RegisterHttpMethod names. A handler without the method answers with 501
	// then, and else with 405.
	UnknownMethod bool
	// Traces says that TraceEnable permits TRACE, so that it is named in Allow.
	Traces bool
	// Part says that the response is a part of the file, PartLength bytes from the offset
	// PartFrom: a body that a type map of mod_negotiation holds. It has neither an entity
	// tag nor a time, and must not be sent if the file ends before it.
	Part                 bool
	PartFrom, PartLength int64

	IndexIgnore []string // the patterns of Ignores; they must not be changed
}

// Ignores reports whether IndexIgnore hides name in the listing of the directory.
func (s *Static) Ignores(name string) bool {
	return slices.ContainsFunc(s.IndexIgnore, func(p string) bool { return apr.MatchWild(p[strings.LastIndexByte(p, '/')+1:], name) })
}

// SendsFile reports whether the handler sends the file as it is. If not, the file
// is run or read for instructions, or the response comes from elsewhere: its
// content is not for the client. The names are those that httpd's modules and the
// usual ones beside them answer to; a handler of another name sends the file, as
// in httpd. Where no handler is set, httpd takes the media type for its name, and
// so does SendsFile: "AddType application/x-httpd-php .php" has such files run. It
// does not look at the file.
func (c *Content) SendsFile() bool {
	return c.RunBy == "" && httpd.SendsFile(httpd.HandlerOrType(c.Handler, c.ContentType))
}

// Forward is the request as the next handler gets it, beside its URL.
type Forward struct {
	// Method is "GET" for an error document, which is served as if asked for by
	// that method; "" otherwise.
	Method string
	// RequestHeader is the request's header as RequestHeader directives leave
	// it for the next handler, Host included; nil if there are none. It must
	// not be changed.
	RequestHeader map[string][]string
	// RequestHeaderSet is what RequestHeader directives would have made of a
	// request without any header: what of RequestHeader is the server's word and
	// not the client's, nil if nothing. It must not be changed.
	RequestHeaderSet map[string][]string
	// BodyLimit is how many bytes the request's body may have, by LimitRequestBody or
	// the maxAllowedContentLength of IIS; 0 is any number. One that is announced as longer has been
	// refused, with status 413. Of one whose length shows only when it is read,
	// what is more must not get to the handler.
	BodyLimit int64
	// Env holds the environment variables that rules, redirects and TLS set,
	// nil if there are none. Environment adds SCRIPT_URL and SCRIPT_URI.
	Env map[string]string
}

// View is what a request is to httpd's modules and logs.
type View struct {
	// URI is httpd's r->uri: the decoded URL-path after internal redirects.
	// A rule in server context that maps to a file leaves it as it was.
	URI string
	// Filename is the file the request maps to, or "proxy:URL". PathInfo is
	// what followed the last existing component; HasPathInfo is false where
	// httpd has none at all, as for a proxied request.
	Filename    string
	PathInfo    string
	HasPathInfo bool
	// File describes Filename as the engine found it, links followed; nil where it found
	// nothing, or had no reason to look. A handler that opens the file can tell by its Sys
	// whether that is still the one that was judged; os.SameFile need not know it.
	File fs.FileInfo
	// ScriptURL is SCRIPT_URL, the URL-path the client asked for; "" if the
	// server's rules were not run.
	ScriptURL string
	// Scheme, ServerName and ServerPort are what URLs of this server are built
	// with, as UseCanonicalName says. An IPv6 address stands in brackets, as in
	// the SERVER_NAME of httpd's scripts.
	Scheme, ServerName string
	ServerPort         int
	// RemoteHost is the client's host name where HostnameLookups asks for it or
	// something looked it up, else "". Unless that was "HostnameLookups Double",
	// the name need not be true.
	RemoteHost string
	// User is who the client has logged in as, AuthType by which scheme; "" if it has
	// not, or need not.
	User, AuthType string
	// Redirects counts the internal redirects taken.
	Redirects int
	// CGI is what a script needs to know beside what other fields say; nil without
	// Options.CGI, and where no local file is served.
	CGI *CGI
}

// CGI is what a script needs to know of its request, as mod_cgi and mod_proxy_fcgi
// tell it, and no other field of a Result says.
type CGI struct {
	DocumentRoot string // DOCUMENT_ROOT, also where an Alias mapped the request
	// ContextPrefix and ContextRoot are CONTEXT_PREFIX and CONTEXT_DOCUMENT_ROOT: the
	// Alias that mapped the request; else "" and the document root.
	ContextPrefix, ContextRoot string
	ServerAdmin                string // SERVER_ADMIN
	// PathTranslated is PATH_TRANSLATED: what PathInfo stands for as a URL-path, found
	// by a sub-request. "" without PathInfo.
	PathTranslated string
	// Behind is what a rule that sends the request to a FastCGI server names behind the
	// file, escaped as in a URL: as in httpd it is not PATH_INFO but a part of
	// SCRIPT_FILENAME, in which PHP-FPM finds the file.
	Behind string
	// RedirectURL and RedirectQuery are REDIRECT_URL and REDIRECT_QUERY_STRING: what
	// was asked for before the last internal redirect, if View.Redirects is not 0.
	// HasRedirectQuery tells whether there was a query.
	RedirectURL, RedirectQuery string
	HasRedirectQuery           bool
	// RedirectUser is REDIRECT_REMOTE_USER where there is no user: who the client had
	// logged in as before the last internal redirects.
	RedirectUser string
	// PassAuth says that CGIPassAuth lets scripts see Authorization and
	// Proxy-Authorization.
	PassAuth bool
	// Generic says that ProxyFCGIBackendType declares the server that runs scripts to be
	// another than PHP-FPM.
	Generic bool
	// Elsewhere says that a ProxyFCGISetEnvIf of the server's configuration made
	// SCRIPT_FILENAME, and none of an access file changed a variable before: a name that means something to the server that
	// runs scripts, where a file need not be on this machine.
	Elsewhere bool

	path       string // PATH of this process
	currentURI bool   // REQUEST_URI is that after internal redirects
	changes    []httpd.ScriptChange
	broken     bool // the changes can't be made
}

// RequestURI returns the escaped path and the query that are served, as package
// rewrite hands them to the next handler where the path is not the one asked for:
// "/a%20b?q=1". For Pass and Rewrite.
func (res *Result) RequestURI() string {
	u := url.URL{Path: res.Path, RawQuery: res.Query, ForceQuery: res.HasQuery && res.Query == ""}
	return u.RequestURI()
}

// Environment returns the whole environment of the request after evaluation,
// SCRIPT_URL and SCRIPT_URI included. Each call makes a new map.
func (res *Result) Environment() map[string]string {
	env := make(map[string]string, len(res.Env)+2)
	maps.Copy(env, res.Env)
	if res.ScriptURL != "" {
		env["SCRIPT_URL"] = res.ScriptURL
		env["SCRIPT_URI"] = httpd.Absolute(res.Scheme, res.ServerName, res.ServerPort, res.ScriptURL)
	}
	return env
}
