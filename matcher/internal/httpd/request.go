package httpd

import (
	"cmp"
	"io/fs"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// FileKind is what a path was found to be.
type FileKind uint8

// The kinds of files.
const (
	NoFile FileKind = iota
	RegularFile
	Directory
	Symlink
	otherFile
)

// KindOf returns what info says the file is.
func KindOf(info fs.FileInfo) FileKind {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return RegularFile
	case mode.IsDir():
		return Directory
	case mode&fs.ModeSymlink != 0:
		return Symlink
	}
	return otherFile
}

// Request is one request on its way through the phases: the client's, an
// internal redirect of it, or a sub-request. Its fields are grouped by how long
// what they say holds.
type Request struct {
	// From the moment the request is made.
	Eval   *Evaluation
	Server *Server
	Parent *Request // of a sub-request
	Prev   *Request // what was redirected internally
	line
	HeadersIn  map[string][]string // the request's header, once a directive changed it
	HeadersSet map[string][]string // what directives alone made of it
	Ended      *bool               // the END flag, shared over internal redirects

	// Until another file is served in the place of the one found.
	Mapping
	Content

	// From the check of access on.
	Login
	Strict bool // access needs encryption, whatever else lets the client in

	// From the rule that says so to the end.
	ForcedType string
	ForcedHand string
	NoFile     bool   // as Result.NoFile
	RunBy      string // what would run the file beside its handler, as in Result
	Reduced    bool   // a substitution was reduced to a path of this server
	Note       Note   // that a module left

	// Handed on to the internal redirect, some of it under other names.
	Env       apr.Table
	ScriptURL apr.Optional // SCRIPT_URL, while the table does not hold it
	Notes     apr.Table
	reply

	// What was found along the sections; an internal redirect starts from it.
	walks
}

// Note is a note that a module leaves on a request, where the environment looks.
type Note struct{ Name, Value string }

// line is what a request asks for, by its request line and Host. Nothing changes
// it once it was read, but for the asked path, which is there when it is decoded.
type line struct {
	Method    string
	Protocol  string
	Target    string       // as parsed: the request target or its replacement
	path      apr.Optional // the target's path; nil for a sub-request by file
	foreign   bool         // the target has a scheme that is neither http nor https
	quiet     bool         // the client's target is quiet, as uri.IsQuiet has it, and path is of it
	hostname  string       // the name the client asked for, "" if none
	hostPort  int          // the port it gave, 0 if none
	plainHost bool         // hostname is a name as uri.IsPlainHost has it

	asked      string       // the decoded path before any rule
	askedPlain bool         // there was nothing to decode in it
	askedQuery apr.Optional // the query before any rule
}

// Mapping is what a request maps to at this point, and the configuration that
// holds for that. A request that becomes another one takes it over as a whole.
type Mapping struct {
	URI      string       // httpd's r->uri
	Args     apr.Optional // the query string
	Filename apr.Optional // file name, or URL while server rules run
	unmapped bool         // filename is a URL-path, as there is no document root
	PathInfo apr.Optional

	File   fs.FileInfo // what filename was found to be
	Kind   FileKind
	Dir    *DirConfig // the configuration that holds at this point
	walked *walkResult
	Alias  *AliasContext // nil unless an alias mapped the request
	// MappedByRule says the rules of the server made a file name, which need
	// not lie below the document root.
	MappedByRule bool
	Root         string // what the file was mapped below, as in Result.Root
	Strayed      bool   // a directive mapped it outside of every root
	Granted      bool   // a Require let it in, and not merely the lack of one

	Proxied    bool         // a rule's P sends it to the proxy
	NoCanon    bool         // the proxied URL goes out as it is
	Socket     string       // Unix socket that the proxy is reached through
	Behind     string       // what a rule names behind the script that it has run, as CGI.Behind
	RestartsAt apr.Optional // the URL of the internal redirect that it restarts as
}

// Content is what the configuration says of the content of the file. It goes
// with the mapping.
type Content struct {
	Handler     string
	ContentType string
	Encoding    string
	Languages   []string
	Deflated    bool // by a filter of an extension
	Parsed      bool // for server-side includes, by a filter of an extension

	// Unclaimed are the parts of the file's name that say nothing of it, its first one
	// among them, for a sub-request of a request that negotiates; nil where no part does.
	Unclaimed  []string
	Negotiated map[string][]string // what a sub-request adds to every response
}

// reply is what was gathered for the response.
type reply struct {
	Status      int // httpd's r->status: rules leave it behind
	Location    string
	Vary        vary.Names
	KeepVary    bool
	EarlyHeader map[string][]string // of the response, before the handler runs
	Custom      *Custom             // of rules of another dialect; nil for none
	Static      Static              // for the handler for files
}

// walks is what was found along the <Location>, <Files> and <If> sections.
type walks struct {
	Made            int // as in mergedConfig
	locations       [locationWalks]locationWalk
	locationsWalked int
	filesWalked     *fileWalk
	ifsWalked       []ifWalk
}

// RedirectHandler is the name that the handler of a request has which restarts as
// an internal redirect. A ruleset may write it, too: it decides nothing but what
// httpd lets a name decide. See RestartsAt.
const RedirectHandler = "redirect-handler"

// redirectPrefixEnv is put before the names of the environment of a request that
// is redirected internally.
const redirectPrefixEnv = "REDIRECT_"

// What a file name begins with that rules made a URL of, and the handler of what is
// proxied.
const (
	ProxyPrefix    = "proxy:"
	PassPrefix     = "passthrough:"
	RedirectPrefix = "redirect:" // for %{REQUEST_FILENAME} alone
	ProxyHandler   = "proxy-server"
)

// IsProxy reports whether the request is forwarded to another server.
func (s *Request) IsProxy() bool {
	return s.Proxied && strings.HasPrefix(s.Filename.Text, ProxyPrefix)
}

// KnowsMethod reports whether httpd knows the request's method, or a directive names it.
func (s *Request) KnowsMethod() bool {
	_, known := s.Eval.Engine.Methods.Number(s.Method)
	return known
}

// Redirects returns how many internal redirects led to the request.
func (s *Request) Redirects() int {
	n := 0
	for p := s.Prev; p != nil; p = p.Prev {
		n++
	}
	return n
}

// Depth returns how deep a sub-request is nested, 0 for the request proper.
func (s *Request) Depth() int {
	n := 0
	for p := s.Parent; p != nil; p = p.Parent {
		n++
	}
	return n
}

// tooDeep reports whether the request may not be redirected internally or make
// a sub-request any more.
func (s *Request) tooDeep() bool {
	l := s.Eval.Engine.Limits
	maxRedirects, maxSubs := cmp.Or(s.Server.redirects, l.InternalRedirects), cmp.Or(s.Server.subrequests, l.Subrequests)
	redirects, subs := 0, 0
	for top := s; top.Prev != nil || top.Parent != nil; {
		if top.Prev != nil {
			if redirects++; redirects >= maxRedirects {
				return true
			}
			top = top.Prev
		}
		if top.Prev == nil && top.Parent != nil {
			if subs++; subs >= maxSubs {
				return true
			}
			top = top.Parent
		}
	}
	return false
}

// internalRedirect returns the request that s restarts as with target, nil if
// it was redirected too often.
func (s *Request) internalRedirect(target string) *Request {
	if s.tooDeep() {
		return nil
	}
	n := &Request{
		Eval: s.Eval, Server: s.Server, Parent: s.Parent, Prev: s, Ended: s.Ended,
		HeadersIn: s.HeadersIn, HeadersSet: s.HeadersSet,
		line:    line{Method: s.Method, Protocol: s.Protocol, hostname: s.hostname},
		Mapping: Mapping{Dir: s.Server.Base},
		reply:   reply{Status: s.Status},
	}
	n.setTarget(target)
	n.hostname, n.hostPort = s.hostname, s.hostPort
	if IsRedirect(s.Status) {
		n.Location = s.Location
	}
	if s.KeepVary {
		n.Vary = s.Vary.Clone()
	}
	s.TabulateScript()
	if !s.Eval.Charge(s.Env.Size(len(redirectPrefixEnv))) {
		return nil
	}
	n.Env = s.Env.Prefixed(redirectPrefixEnv, &s.Eval.Meter)
	n.Env.Set("REDIRECT_STATUS", strconv.Itoa(s.Status))
	return n
}

// setTarget splits a request target into path and query.
func (s *Request) setTarget(target string) {
	var u uri.URI
	s.splitTarget(target, &u)
}

// splitTarget is setTarget that leaves all parts of the target in u, which is empty. It
// sets the status to 400 for one that is not a URI.
func (s *Request) splitTarget(target string, u *uri.URI) {
	s.Target = target
	for strings.HasPrefix(target, "//") {
		target = target[1:]
	}
	if !u.Parse(target) {
		s.Status, s.URI, s.hostPort = 400, target, u.Port
		return
	}
	if u.Scheme != "" && uri.EqualFold(u.Scheme, s.Scheme()) {
		s.hostname, s.hostPort = u.Host, u.Port
	}
	s.foreign = u.Scheme != "" && !uri.EqualFold(u.Scheme, "http") && !uri.EqualFold(u.Scheme, "https")
	s.Args = apr.Optional{Text: u.Query, OK: u.HasQuery}
	s.path = apr.Optional{Text: u.Path, OK: u.HasPath}
	switch {
	case u.HasPath:
		s.URI = u.Path
	case s.Method == "OPTIONS":
		s.URI = "*"
	default:
		s.URI = "/"
	}
}

// IsRedirect reports whether status is that of a redirect.
func IsRedirect(status int) bool { return status >= 300 && status <= 399 }
