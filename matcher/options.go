package matcher

import (
	"context"
	"database/sql"
	"io/fs"
	"net/netip"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// Options tell Compile about the server around the rules. A nil *Options means
// the zero value.
type Options struct {
	// DocumentRoot is the directory that URL-paths map to. A relative one starts
	// from the working directory at the time of Compile, or from the root of FS.
	// Compile fails if it is not a directory. The ruleset's own DocumentRoot
	// overrides it. When set, access files below it are honoured as under
	// "AllowOverride All" and "Options FollowSymLinks", unless a <Directory>
	// section says otherwise.
	//
	// Where neither it nor the ruleset names a document root, a URL-path that no
	// Alias maps stands for no known file: of the <Directory> sections only
	// those for "/" hold, and a rewritten path goes to the next handler.
	DocumentRoot string
	// FS is the file system, rooted at "/"; nil means the machine's own.
	FS fs.FS
	// EngineOn is the state of RewriteEngine before any directive. httpd's is
	// off; the IIS ports of mod_rewrite have it on.
	EngineOn bool
	// AccessFiles are the names of per-directory configuration files; nil
	// means ".htaccess", an empty list none.
	AccessFiles []string
	// WebConfig has the rules of IIS run in the folders of the document root: those of
	// the web.config in each, request filtering and httpRedirect, as on IIS. Where a
	// folder has an access file, see AccessFiles, that governs it and its web.config is
	// not run. Requests below a web.config that can't be used are answered with 500.
	//
	// A folder into which strangers write should not have it: it is another language
	// in which files give orders.
	WebConfig bool
	// ApplicationHost is the configuration of IIS as a whole, with global rules and the
	// server variables that rules may set; nil for none.
	ApplicationHost *webconfig.File
	// SiteConfig holds for the root of the site in the place of the web.config there;
	// nil for none. Its rules run without a document root, too.
	SiteConfig *webconfig.File
	// ISAPI is the rules of ISAPI_Rewrite 2 or IIRF for the server as a whole; nil for
	// none. The name that it was parsed with says where the files of its maps are.
	ISAPI *isapi.File
	// Revalidate is how long a cached access file or map file is trusted
	// before its modification time and size are looked at again. Zero looks
	// at every request, as httpd does; a negative value never does.
	Revalidate time.Duration
	// Maps are rewrite maps beside those the ruleset declares, by name. A
	// declared one of the same name wins.
	Maps map[string]Map
	// DB answers maps of type dbd: and fastdbd:, which are errors without it. A
	// ruleset with such a map runs SQL of its choice there. The database stays
	// the caller's to close. Its driver should heed contexts, for the limits to
	// hold. Where it fails or takes longer than Limits.MapTime, the key has no
	// value, as in httpd, which is reported; the next lookup asks again.
	DB *sql.DB
	// Placeholder is what stands for an argument in SQL for DB: "$1" for
	// PostgreSQL; "" means "?".
	Placeholder string
	// Programs permits maps of type prg:. A ruleset with such a map runs a
	// program of its choice on this machine, whatever FS is, with the rights of
	// this process: set it for rulesets of people you trust with that. Without
	// it prg: is an error, unless no server has the engine on, where nothing is
	// started. Engine.Close ends the programs.
	//
	// A program that cannot be started, does not answer within Limits.MapTime or
	// answers without end denies the request. One that ends gives an empty
	// value, as in httpd, which never starts it again; here that happens with
	// the next lookup, or after a pause of up to 10 seconds if it did not last.
	// Both are reported.
	Programs bool
	// Directories does for directories what mod_dir does: a redirect to their
	// URL with a slash, their index files, and FallbackResource where there is
	// no file. The caller must serve Result.Filename then: a handler that
	// redirects from an index file to its directory loops. With Types as well it
	// chooses among the variants of a file, as mod_negotiation does by MultiViews and
	// type maps; the handler heeds Static.Part then. Without it this is left to the
	// handler, as are the directives.
	Directories bool
	// Types are the media types of files by extension, in lower case and without its
	// dot, for files that no AddType or ForceType gives one: what TypesConfig would
	// name, and what it replaces where the ruleset has it. It is for a caller that
	// serves Result.Filename; nil leaves types, and TypesConfig, to the handler.
	Types map[string]string
	// CGI has Result.CGI hold what scripts need to know of a request, for a caller that
	// runs them.
	CGI bool
	// Compress says that the caller compresses responses as Response.CompleteEncoded
	// asks it to: the filter DEFLATE is run then. Without it a response's Vary tells that
	// it depends on Accept-Encoding, and a warning that it is not compressed.
	Compress bool
	// Handled names directives that guard access and that the caller
	// enforces itself, or that decide what happens to requests, as ProxyPass, and that
	// the caller carries out; without it those that the engine does not run are errors.
	// "AuthType" stands for all about asking clients who they are: the caller has done
	// so before the request is evaluated, and "Require valid-user" and the like hold or
	// not for Request.RemoteUser. A request that needs a user and has none is answered
	// with 401. "Require" says that the caller has asked some of them: where there is no
	// RemoteUser an "AuthType Basic" is carried out. Requirements that the engine does
	// not know then hold for every user, and keeping the others out is the caller's, as
	// does "Require group" without AuthGroupFile. "AuthBasicProvider" stands for
	// providers other than files, see Request.Authenticate. "HostnameLookups" stands for
	// the names of clients, see Resolver.
	Handled []string
	// Limits bound the work for one request.
	Limits Limits
	// Consume has Compile drop the nodes of the tree as it goes, which are then
	// nil: the tree of a large ruleset takes more memory than the engine made of
	// it, and need not be there together with the whole of that.
	Consume bool
	// Linear tries rules, conditions and SetEnvIf directives one after the
	// other, as httpd does, instead of asking once which of them can match. The
	// results are the same; it is for comparing the two.
	Linear bool
	// Now is the clock behind %{TIME…} and cookie expiry; nil means time.Now.
	Now func() time.Time
	// Getenv answers %{ENV:…} last of all; nil means the environment that the process
	// has when the ruleset is compiled.
	Getenv func(name string) (string, bool)
	// Resolver looks up the names of clients, for "Require host", "Allow from"
	// and "Deny from" with a name and for HostnameLookups; the addresses of
	// names, for "Require forward-dns" and -ipmatch, and once, by Compile, for a
	// <VirtualHost> with a name; and the name of the address that a request arrived
	// at, for "UseCanonicalName DNS". net.DefaultResolver is the machine's. A
	// directive that needs a Resolver is an error without.
	//
	// A client's name counts for access if one of its addresses is the client's,
	// whatever HostnameLookups says; else the client has no name. If the lookup
	// fails - the Resolver returns an error, takes longer than Limits.LookupTime,
	// or Limits.Lookups are running already - what depends on it is denied; httpd
	// treats such a client as one without a name. Names are looked up only where
	// they are needed, and remembered, see Limits.LookupKeep.
	//
	// A Request whose RemoteHost is set is not looked up. With "HostnameLookups"
	// in Handled no client is: the caller knows their names, and an empty
	// RemoteHost is none.
	Resolver Resolver
	// Report receives findings made while running that do not decide a
	// request, such as a map file that vanished. It is called from the
	// evaluating goroutine. Nil drops them.
	Report func(*parser.Diagnostic)
}

// Limits bound the work for one request. Zero fields mean the defaults.
type Limits struct {
	InternalRedirects int // default 10, as LimitInternalRecursion
	Subrequests       int // nesting of sub-requests; default 10
	// SubrequestsTotal bounds all sub-requests of one request, which is denied if it takes
	// more; default 1000. httpd has no such limit and can be made to multiply them.
	SubrequestsTotal int
	RequestLine      int // longest request line in bytes; default 8190, as LimitRequestLine
	// RequestFields is how many header fields a request may have; default 100,
	// as LimitRequestFields. RequestFieldSize is how long each may be, in bytes;
	// default 8190, as LimitRequestFieldSize.
	RequestFields, RequestFieldSize int
	// RequestBody is how long the body of a request may be that is not
	// forwarded by a rule, in bytes; default 1 GiB, as LimitRequestBody. What
	// the ruleset says of any of the four comes before what is said here.
	RequestBody int64
	Rounds      int // restarts by [N]; default 32000, as httpd
	Steps       int // rules applied in one request; default 10 million
	// MatchSteps bounds one regular expression match; default 10 million, as
	// PCRE's match limit.
	MatchSteps int
	// OverrunIsNoMatch says that a match which exceeds MatchSteps counts as none,
	// as in httpd; otherwise the request is answered with 500. Rules are passed over
	// that something else keeps from matching; what they would match is not tried.
	OverrunIsNoMatch bool
	// AccessFile is how long an access file may be, in bytes; default 1 MiB. With
	// a longer one requests for its directory are answered with 403.
	AccessFile int64
	// AccessCache is how many bytes, about, may be taken by all that is kept of
	// access files; default 256 MiB. What was used longest ago is forgotten then,
	// and read again when it is needed.
	AccessCache int64
	// MapFile is the size in bytes up to which the file of a map is read, all of
	// it; default 256 MiB. With a larger one requests that use the map are denied.
	MapFile int64
	// LookupTime bounds one question to Options.Resolver; default 5 seconds. The
	// name of a client takes two.
	LookupTime time.Duration
	// Lookups bounds how many such questions are under way at once: any client
	// can bring one about. Default 256.
	Lookups int
	// LookupEntries is how many answers are remembered, the latest; default
	// 10,000, which takes 3 MB for usual names and at most 25 MB.
	LookupEntries int
	// LookupKeep is how long an answer is remembered; default 5 minutes. That a
	// name does not exist is remembered for at most a minute, a failure for at
	// most 10 seconds.
	LookupKeep time.Duration
	// MapTime bounds one lookup in a map that a program or a database answers,
	// the wait for its turn included, and the wait for the file of a map that
	// another request reads; default 10 seconds. httpd waits forever.
	MapTime time.Duration
	// WaitTime bounds what one request waits for altogether: for maps, for name
	// servers, for disks; default 30 seconds.
	WaitTime time.Duration
	// Time bounds the work for one request, its sub-requests and internal
	// redirects included, by the clock; default 2 seconds. Waiting does not count.
	// The clock starts when some 10,000 steps have been taken, as nearly all
	// requests are decided before. Result.CompleteHeader has as much again.
	//
	// A request that exceeds it, WaitTime or Bytes, or whose context is done, is
	// answered with 500 whatever OverrunIsNoMatch and ErrorDocument say, and the error
	// names the directive it was at. httpd has no such limits.
	Time time.Duration
	// Bytes bounds what the values of one request take that rules and directives
	// make: the environment with its copies for internal redirects and
	// sub-requests, cookies, header fields, Vary, long substitutions. The texts
	// that a single condition or expression makes on the way have to fit into what
	// is left. Default 8 MiB: a thousand times the longest request line, and so
	// little that a hundred such requests at once do not exhaust a small machine.
	// Result.CompleteHeader has as much again.
	Bytes int
	// AuthFile is how many bytes an AuthUserFile or AuthGroupFile may have; default 16
	// MiB. AuthCache is how many bytes, about, may be taken by all that is kept of the
	// former, and of the latter; default 64 MiB. What was used longest ago is forgotten
	// then. A file that exceeds either lets no user in.
	AuthFile, AuthCache int64
	// Hashes bounds how many passwords are hashed at once, which takes a processor each;
	// default half of the processors. A request waits for its turn for at most HashWait,
	// default 5 seconds, and is answered with 503 then.
	Hashes   int
	HashWait time.Duration
	// HashCost is the highest cost of a bcrypt hash that is tried; default 12, about a
	// quarter of a second. SHA-256 and SHA-512 hashes may have 64 rounds, doubled as many
	// times. A user whose hash costs more is not let in, which is reported.
	HashCost int
	// Passwords is how many passwords are remembered, in place of hashing them with
	// each request; default 10,000, for at most a minute. What is kept is an HMAC under a
	// random key.
	Passwords int
}

// Resolver looks host names and addresses up; *net.Resolver is one. A
// *net.DNSError with IsNotFound means that the name does not exist. Any other
// error means that the lookup failed, and what depends on it is denied. Lookups
// must end with their context. They are made concurrently.
type Resolver interface {
	// LookupAddr returns the names of an address, of which the first counts.
	LookupAddr(ctx context.Context, addr string) (names []string, err error)
	// LookupNetIP returns the addresses of a host name. The network is "ip".
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// world returns what o says as the engine has it.
func (o *Options) world() *httpd.World {
	given := make(map[string]httpd.GivenMap, len(o.Maps))
	for name, m := range o.Maps {
		given[name] = m
	}
	return &httpd.World{
		DocumentRoot: o.DocumentRoot, FS: o.FS, EngineOn: o.EngineOn, AccessFiles: o.AccessFiles, Revalidate: o.Revalidate,
		Maps: given, DB: o.DB, Placeholder: o.Placeholder, Programs: o.Programs, Directories: o.Directories, Handled: o.Handled,
		Limits: httpd.Limits(o.Limits), Consume: o.Consume, Linear: o.Linear, Now: o.Now, Getenv: o.Getenv, Resolver: o.Resolver,
		Report: o.Report, Types: o.Types, CGI: o.CGI, Compress: o.Compress,
	}
}

// foreign is the rules that are not httpd's.
type foreign struct {
	iis.Setup
	ISAPI *isapi.File
}

// foreign returns what o says of rules that are not httpd's.
func (o *Options) foreign() *foreign {
	return &foreign{iis.Setup{ApplicationHost: o.ApplicationHost, SiteConfig: o.SiteConfig, WebConfig: o.WebConfig}, o.ISAPI}
}
