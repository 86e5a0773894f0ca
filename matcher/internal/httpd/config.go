package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Server is the main server or a virtual host, its settings merged with the
// main server's.
type Server struct {
	At           parser.Extent
	hostname     string
	hasName      bool // ServerName was here, perhaps with a port alone
	port         int  // written in ServerName, 0 if none
	https        bool
	admin        string
	DocumentRoot string // without final slash, so "" for "/"
	Rooted       bool   // there is a document root
	path         string // ServerPath, "" if unset
	aliases      []string
	addrs        []serverAddr
	Parts        Parts            // of modules
	Base         *DirConfig       // what holds before any section
	directories  []*Section       // <Directory> and <DirectoryMatch>, without those of the main server
	walked       []*directoryList // those of the main server, then its own; no list is empty
	Locations    []*Section
	// locationIndex is of Locations, which are those of the main server and then its own.
	locationIndex *index.List
	proxies       []*Section
	mapped        bool     // a directive maps URLs to files
	roots         []string // what such files lie below, where that is open to rules
	mergeSlashes  apr.Toggle
	strictHost    apr.Toggle // StrictHostCheck
	protocol      protocolOptions
	accessFiles   []string
	limits        requestLimits
	trace         traceMode
	redirects     int // LimitInternalRecursion, 0 if unset
	subrequests   int
	idle          HookSet // hooks that have nothing to do for it; see DirConfig.idle
}

// serverAddr is an address of <VirtualHost>.
type serverAddr struct {
	host string // as written
	addr string // the address that host is or has, in its shortest form
	any  bool   // "*" or "_default_"
	port int    // 0 for any
}

// named reports whether host is the server's name or one of its aliases.
func (s *Server) named(host string) bool {
	if uri.EqualFold(host, s.hostname) {
		return true
	}
	for _, a := range s.aliases {
		if uri.EqualFold(host, a) || hasWild(a) && apr.MatchWild(apr.Lower(a), apr.Lower(host)) {
			return true
		}
	}
	return false
}

// hasWild reports whether an alias holds a wildcard.
func hasWild(alias string) bool {
	return strings.IndexByte(alias, '*') >= 0 || strings.IndexByte(alias, '?') >= 0
}

// DirConfig is a per-directory configuration: of a section, an access file,
// or what several of them merged to. It is immutable once compiled.
type DirConfig struct {
	Core      CoreConfig
	files     *fileList // <Files> and <FilesMatch>
	ifs       *ifList
	errorDocs errorDocuments
	Parts     Parts   // of modules
	idle      HookSet // hooks that have nothing to do, see Request.idle; none where it was not sealed
}

// CoreConfig is the part of a DirConfig that is not mod_rewrite's.
type CoreConfig struct {
	Options               Options
	override              override
	EncodedSlashes        uri.Slashes
	encodedSlashesSet     bool
	canonicalName         canonicalName
	hostnameLookups       hostnameLookups
	canonicalPhysicalPort apr.Toggle
	forced                forced
	defaultCharset        defaultCharset
	OutputFilters         apr.Optional
	FiltersByExtension    bool // the name of a file may add output filters
	bodyLimit             bodyLimit
	passAuth              apr.Toggle
	currentURI            apr.Toggle // REQUEST_URI of scripts is that after internal redirects
	qualifyRedirectURL    apr.Toggle
}

func (c CoreConfig) over(base CoreConfig) CoreConfig {
	m := c
	m.Options = c.Options.over(base.Options)
	m.override = c.override.over(base.override)
	if !c.encodedSlashesSet {
		m.EncodedSlashes, m.encodedSlashesSet = base.EncodedSlashes, base.encodedSlashesSet
	}
	if c.canonicalName == canonicalUnset {
		m.canonicalName = base.canonicalName
	}
	if c.hostnameLookups == lookupsUnset {
		m.hostnameLookups = base.hostnameLookups
	}
	m.passAuth = c.passAuth.Over(base.passAuth)
	m.currentURI, m.qualifyRedirectURL = c.currentURI.Over(base.currentURI), c.qualifyRedirectURL.Over(base.qualifyRedirectURL)
	m.canonicalPhysicalPort = c.canonicalPhysicalPort.Over(base.canonicalPhysicalPort)
	m.forced = c.forced.over(base.forced)
	if !c.defaultCharset.set {
		m.defaultCharset = base.defaultCharset
	}
	if !c.OutputFilters.OK {
		m.OutputFilters = base.OutputFilters
	}
	m.FiltersByExtension = c.FiltersByExtension || base.FiltersByExtension
	if !c.bodyLimit.set {
		m.bodyLimit = base.bodyLimit
	}
	return m
}

// over merges d on top of base.
func (d *DirConfig) over(base *DirConfig) *DirConfig {
	return &DirConfig{
		Core: d.Core.over(base.Core), files: base.files.Join(d.files), ifs: base.ifs.Join(d.ifs),
		errorDocs: d.errorDocs.over(base.errorDocs), Parts: d.Parts.over(base.Parts),
	}
}

// Section is a <Directory>, <Files> or <Location> section.
type Section struct {
	at      parser.Extent
	Path    string           // what the section's argument says
	Regex   *pattern.Pattern // of the Match variants
	names   []string         // environment variables set by named groups, by group
	wild    bool             // path holds wildcards
	depth   int              // directories in path, for <Directory>
	Config  *DirConfig
	ordinal int // place among the sections of its kind
}
