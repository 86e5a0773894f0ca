package matcher

import (
	"cmp"
	"io/fs"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// fileKind is what a path was found to be.
type fileKind uint8

const (
	noFile fileKind = iota
	regularFile
	directory
	symlink
	otherFile
)

func kindOf(info fs.FileInfo) fileKind {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return regularFile
	case mode.IsDir():
		return directory
	case mode&fs.ModeSymlink != 0:
		return symlink
	}
	return otherFile
}

// state is one request on its way through the phases: the client's, an
// internal redirect of it, or a sub-request. Its fields are grouped by how long
// what they say holds.
type state struct {
	// From the moment the request is made.
	eval   *evaluation
	server *server
	parent *state // of a sub-request
	prev   *state // what was redirected internally
	line
	headersIn  map[string][]string // the request's header, once a directive changed it
	headersSet map[string][]string // what directives alone made of it
	ended      *bool               // the END flag, shared over internal redirects

	// Until another file is served in the place of the one found.
	mapping
	content

	// From the check of access on.
	user     string
	authType string
	strict   bool // access needs encryption, whatever else lets the client in

	// From the rule that says so to the end.
	forcedType string
	forcedHand string
	noFile     bool   // as Result.NoFile
	runBy      string // what would run the file beside its handler, as in Result
	reduced    bool   // a substitution was reduced to a path of this server
	note       note   // that a module left

	// Handed on to the internal redirect, some of it under other names.
	env       apr.Table
	scriptURL apr.Optional // SCRIPT_URL, while the table does not hold it
	notes     apr.Table
	reply

	// What was found along the sections; an internal redirect starts from it.
	walks
}

// note is a note that a module leaves on a request, where the environment looks.
type note struct{ name, value string }

// line is what a request asks for, by its request line and Host. Nothing changes
// it once it was read, but for the asked path, which is there when it is decoded.
type line struct {
	method   string
	protocol string
	target   string       // as parsed: the request target or its replacement
	path     apr.Optional // the target's path; nil for a sub-request by file
	foreign  bool         // the target has a scheme that is neither http nor https
	hostname string       // the name the client asked for, "" if none
	hostPort int          // the port it gave, 0 if none

	asked      string       // the decoded path before any rule
	askedQuery apr.Optional // the query before any rule
}

// mapping is what a request maps to at this point, and the configuration that
// holds for that. A request that becomes another one takes it over as a whole.
type mapping struct {
	uri      string       // httpd's r->uri
	args     apr.Optional // the query string
	filename apr.Optional // file name, or URL while server rules run
	unmapped bool         // filename is a URL-path, as there is no document root
	pathInfo apr.Optional

	file   fs.FileInfo // what filename was found to be
	kind   fileKind
	dir    *dirConfig // the configuration that holds at this point
	walked *walkResult
	alias  *aliasContext // nil unless an alias mapped the request
	// mappedByRule says the rules of the server made a file name, which need
	// not lie below the document root.
	mappedByRule bool
	root         string // what the file was mapped below, as in Result.Root
	strayed      bool   // a directive mapped it outside of every root
	granted      bool   // a Require let it in, and not merely the lack of one

	proxied    bool         // a rule's P sends it to the proxy
	noCanon    bool         // the proxied URL goes out as it is
	socket     string       // Unix socket that the proxy is reached through
	restartsAt apr.Optional // the URL of the internal redirect that it restarts as
}

// content is what the configuration says of the content of the file. It goes
// with the mapping.
type content struct {
	handler     string
	contentType string
	encoding    string
	languages   []string
	deflated    bool // by a filter of an extension
	parsed      bool // for server-side includes, by a filter of an extension
}

// reply is what was gathered for the response.
type reply struct {
	status      int // httpd's r->status: rules leave it behind
	location    string
	vary        string
	keepVary    bool
	earlyHeader map[string][]string // of the response, before the handler runs
}

// walks is what was found along the <Location>, <Files> and <If> sections.
type walks struct {
	made            int // as in mergedConfig
	locations       [locationWalks]locationWalk
	locationsWalked int
	filesWalked     *fileWalk
	ifsWalked       []ifWalk
}

// redirectHandler is the name that the handler of a request has which restarts as
// an internal redirect. A ruleset may write it, too: it decides nothing but what
// httpd lets a name decide. See restartsAt.
const redirectHandler = "redirect-handler"

// redirectPrefixEnv is put before the names of the environment of a request that
// is redirected internally.
const redirectPrefixEnv = "REDIRECT_"

const (
	proxyPrefix    = "proxy:"
	passPrefix     = "passthrough:"
	redirectPrefix = "redirect:" // for %{REQUEST_FILENAME} alone
	proxyHandler   = "proxy-server"
)

func (s *state) isProxy() bool {
	return s.proxied && strings.HasPrefix(s.filename.Text, proxyPrefix)
}

func (s *state) redirects() int {
	n := 0
	for p := s.prev; p != nil; p = p.prev {
		n++
	}
	return n
}

func (s *state) depth() int {
	n := 0
	for p := s.parent; p != nil; p = p.parent {
		n++
	}
	return n
}

// tooDeep reports whether the request may not be redirected internally or make
// a sub-request any more.
func (s *state) tooDeep() bool {
	l := s.eval.engine.limits
	maxRedirects, maxSubs := cmp.Or(s.server.redirects, l.InternalRedirects), cmp.Or(s.server.subrequests, l.Subrequests)
	redirects, subs := 0, 0
	for top := s; top.prev != nil || top.parent != nil; {
		if top.prev != nil {
			if redirects++; redirects >= maxRedirects {
				return true
			}
			top = top.prev
		}
		if top.prev == nil && top.parent != nil {
			if subs++; subs >= maxSubs {
				return true
			}
			top = top.parent
		}
	}
	return false
}

// internalRedirect returns the request that s restarts as with target, nil if
// it was redirected too often.
func (s *state) internalRedirect(target string) *state {
	if s.tooDeep() {
		return nil
	}
	n := &state{
		eval: s.eval, server: s.server, parent: s.parent, prev: s, ended: s.ended,
		headersIn: s.headersIn, headersSet: s.headersSet,
		line:    line{method: s.method, protocol: s.protocol, hostname: s.hostname},
		mapping: mapping{dir: s.server.base},
		reply:   reply{status: s.status},
	}
	n.setTarget(target)
	n.hostname, n.hostPort = s.hostname, s.hostPort
	if isRedirect(s.status) {
		n.location = s.location
	}
	if s.keepVary {
		n.vary = s.vary
	}
	s.tabulateScript()
	if !s.eval.charge(s.env.Size(len(redirectPrefixEnv))) {
		return nil
	}
	n.env = s.env.Prefixed(redirectPrefixEnv, &s.eval.meter)
	n.env.Set("REDIRECT_STATUS", strconv.Itoa(s.status))
	return n
}

// setTarget splits a request target into path and query.
func (s *state) setTarget(target string) uri.URI {
	s.target = target
	for strings.HasPrefix(target, "//") {
		target = target[1:]
	}
	u, ok := uri.Parse(target)
	if !ok {
		s.status, s.uri, s.hostPort = 400, target, u.Port
		return u
	}
	if u.Scheme != "" && uri.EqualFold(u.Scheme, s.scheme()) {
		s.hostname, s.hostPort = u.Host, u.Port
	}
	s.foreign = u.Scheme != "" && !uri.EqualFold(u.Scheme, "http") && !uri.EqualFold(u.Scheme, "https")
	s.args = apr.Optional{Text: u.Query, OK: u.HasQuery}
	s.path = apr.Optional{Text: u.Path, OK: u.HasPath}
	switch {
	case u.HasPath:
		s.uri = u.Path
	case s.method == "OPTIONS":
		s.uri = "*"
	default:
		s.uri = "/"
	}
	return u
}

func isRedirect(status int) bool { return status >= 300 && status <= 399 }
