package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// server is the main server or a virtual host, its settings merged with the
// main server's.
type server struct {
	at           parser.Extent
	hostname     string
	port         int // written in ServerName, 0 if none
	https        bool
	admin        string
	documentRoot string // without final slash, so "" for "/"
	rooted       bool   // there is a document root
	path         string // ServerPath, "" if unset
	aliases      []string
	addrs        []serverAddr
	parts        parts      // of modules
	base         *dirConfig // what holds before any section
	directories  []*section // by depth, then those with a regular expression
	locations    []*section
	proxies      []*section
	mapped       bool     // a directive maps URLs to files
	roots        []string // what such files lie below, where that is open to rules
	mergeSlashes apr.Toggle
	accessFiles  []string
	limits       requestLimits
	trace        traceMode
	redirects    int // LimitInternalRecursion, 0 if unset
	subrequests  int
}

// serverAddr is an address of <VirtualHost>.
type serverAddr struct {
	host string // as written
	addr string // the address that host is or has, in its shortest form
	any  bool   // "*" or "_default_"
	port int    // 0 for any
}

// named reports whether host is the server's name or one of its aliases.
func (s *server) named(host string) bool {
	if uri.EqualFold(host, s.hostname) {
		return true
	}
	for _, a := range s.aliases {
		if uri.EqualFold(host, a) || strings.ContainsAny(a, "*?") && apr.MatchWild(strings.ToLower(a), strings.ToLower(host)) {
			return true
		}
	}
	return false
}

// dirConfig is a per-directory configuration: of a section, an access file,
// or what several of them merged to. It is immutable once compiled.
type dirConfig struct {
	core      coreConfig
	files     []*section // <Files> and <FilesMatch>
	ifs       []*ifSection
	errorDocs errorDocuments
	parts     parts   // of modules
	plan      hookSet // which hooks have anything to do, once sealed
}

// coreConfig is the part of a dirConfig that is not mod_rewrite's.
type coreConfig struct {
	options               options
	override              override
	encodedSlashes        uri.Slashes
	encodedSlashesSet     bool
	canonicalName         canonicalName
	hostnameLookups       hostnameLookups
	canonicalPhysicalPort apr.Toggle
	forced                forced
	defaultCharset        defaultCharset
	outputFilters         apr.Optional
	filtersByExtension    bool // the name of a file may add output filters
	bodyLimit             bodyLimit
}

func (c coreConfig) over(base coreConfig) coreConfig {
	m := c
	m.options = c.options.over(base.options)
	m.override = c.override.over(base.override)
	if !c.encodedSlashesSet {
		m.encodedSlashes, m.encodedSlashesSet = base.encodedSlashes, base.encodedSlashesSet
	}
	if c.canonicalName == canonicalUnset {
		m.canonicalName = base.canonicalName
	}
	if c.hostnameLookups == lookupsUnset {
		m.hostnameLookups = base.hostnameLookups
	}
	m.canonicalPhysicalPort = c.canonicalPhysicalPort.Over(base.canonicalPhysicalPort)
	m.forced = c.forced.over(base.forced)
	if !c.defaultCharset.set {
		m.defaultCharset = base.defaultCharset
	}
	if !c.outputFilters.OK {
		m.outputFilters = base.outputFilters
	}
	m.filtersByExtension = c.filtersByExtension || base.filtersByExtension
	if !c.bodyLimit.set {
		m.bodyLimit = base.bodyLimit
	}
	return m
}

// over merges d on top of base.
func (d *dirConfig) over(base *dirConfig) *dirConfig {
	return &dirConfig{
		core: d.core.over(base.core), files: apr.Concat(base.files, d.files), ifs: apr.Concat(base.ifs, d.ifs),
		errorDocs: d.errorDocs.over(base.errorDocs), parts: d.parts.over(base.parts),
	}
}

// section is a <Directory>, <Files> or <Location> section.
type section struct {
	at      parser.Extent
	path    string           // what the section's argument says
	regex   *pattern.Pattern // of the Match variants
	names   []string         // environment variables set by named groups, by group
	wild    bool             // path holds wildcards
	depth   int              // directories in path, for <Directory>
	config  *dirConfig
	ordinal int // place among the sections of its kind
}
