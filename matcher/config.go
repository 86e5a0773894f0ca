package matcher

import (
	"maps"
	"slices"
	"strings"

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
	mergeSlashes toggle
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
		if uri.EqualFold(host, a) || strings.ContainsAny(a, "*?") && matchWild(strings.ToLower(a), strings.ToLower(host)) {
			return true
		}
	}
	return false
}

// serverRewrite is mod_rewrite's configuration of a server.
type serverRewrite struct {
	owned      bool // the server has a mod_rewrite directive of its own
	state      toggle
	options    parser.RewriteOption
	optionsSet bool
	rules      []*rule
	list       *ruleList // of rules, once all are known
	maps       map[string]Map
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

// dirRewrite is mod_rewrite's part of a dirConfig.
type dirRewrite struct {
	state      toggle
	options    parser.RewriteOption
	optionsSet bool
	rules      []*rule
	list       *ruleList // of rules, once all are known
	base       string    // RewriteBase, "" if unset
	baseSet    bool      // RewriteBase was here, as far as httpd remembers
	prefix     string    // the directory with a final slash; "" for a server's own
	hasPrefix  bool
	at         parser.Extent // where the engine was turned on
	pending    []*cond       // conditions that wait for their rule while the scope is compiled
}

// mod_rewrite's places in the configuration of a directory and of a server.
var (
	rewriteSlot = &slot[dirRewrite]{
		merge: (*dirRewrite).over,
		seal: func(e *Engine, d *dirRewrite) {
			if d.list == nil {
				d.list = newRuleList(d.rules, e.linear)
			}
		},
		inDirectory: func(d *dirRewrite, dir string) *dirRewrite {
			there := *d
			there.prefix = dir
			return &there
		},
		size: func(d, over *dirRewrite) int64 {
			if over == nil || d.list == over.list {
				return 0
			}
			return mergeRuleSize * int64(len(d.rules))
		},
	}
	serverRewriteSlot = &slot[serverRewrite]{
		merge: (*serverRewrite).over,
		seal:  func(e *Engine, s *serverRewrite) { s.list = newRuleList(s.rules, e.linear) },
	}
)

// serverRewriteOf returns mod_rewrite's part of the configuration of s.
func serverRewriteOf(s *server) *serverRewrite { return serverRewriteSlot.of(s.parts) }

// coreConfig is the part of a dirConfig that is not mod_rewrite's.
type coreConfig struct {
	options               options
	override              override
	encodedSlashes        uri.Slashes
	encodedSlashesSet     bool
	canonicalName         canonicalName
	hostnameLookups       hostnameLookups
	canonicalPhysicalPort toggle
	forced                forced
	defaultCharset        defaultCharset
	outputFilters         optional
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
	m.canonicalPhysicalPort = c.canonicalPhysicalPort.over(base.canonicalPhysicalPort)
	m.forced = c.forced.over(base.forced)
	if !c.defaultCharset.set {
		m.defaultCharset = base.defaultCharset
	}
	if !c.outputFilters.ok {
		m.outputFilters = base.outputFilters
	}
	if !c.bodyLimit.set {
		m.bodyLimit = base.bodyLimit
	}
	return m
}

// over merges d on top of base.
func (d *dirConfig) over(base *dirConfig) *dirConfig {
	return &dirConfig{
		core: d.core.over(base.core), files: concat(base.files, d.files), ifs: concat(base.ifs, d.ifs),
		errorDocs: d.errorDocs.over(base.errorDocs), parts: d.parts.over(base.parts),
	}
}

// over merges d on top of base as RewriteOptions says.
func (d *dirRewrite) over(base *dirRewrite) *dirRewrite {
	m := *d
	if d.state == unset {
		m.state, m.at = base.state, base.at
	}
	if !d.optionsSet {
		m.options, m.optionsSet = base.options, base.optionsSet
	}
	m.baseSet = false // httpd forgets in a merge without MergeBase that there was one
	if m.options&parser.MergeBase != 0 {
		m.baseSet = d.baseSet || base.baseSet
		if !d.baseSet {
			m.base = base.base
		}
	}
	m.rules = inheritRules(m.options, base.options, d.rules, base.rules)
	if len(m.rules) != len(d.rules) {
		m.list = nil
	}
	return &m
}

// inheritRules combines the rules of a scope with those of the scope above it,
// given their effective options.
func inheritRules(own, above parser.RewriteOption, child, parent []*rule) []*rule {
	ignore := own&parser.IgnoreInherit != 0
	switch {
	case own&parser.Inherit != 0, above&parser.InheritDown != 0 && !ignore:
		return slices.Concat(child, parent)
	case own&parser.InheritBefore != 0, above&parser.InheritDownBefore != 0 && !ignore:
		return slices.Concat(parent, child)
	}
	return child
}

// over merges the rewrite configuration of a virtual host on top of the main
// server's.
func (s *serverRewrite) over(base *serverRewrite) *serverRewrite {
	m := *s
	m.state = s.state.over(base.state)
	if !s.optionsSet {
		m.options, m.optionsSet = base.options, base.optionsSet
	}
	ignore := m.options&parser.IgnoreInherit != 0
	m.rules = inheritRules(m.options, base.options, s.rules, base.rules)
	switch {
	case m.options&parser.Inherit != 0, base.options&parser.InheritDown != 0 && !ignore:
		m.maps = joinMaps(base.maps, s.maps)
	case m.options&parser.InheritBefore != 0, base.options&parser.InheritDownBefore != 0 && !ignore:
		m.maps = joinMaps(s.maps, base.maps)
	}
	return &m
}

// joinMaps returns the maps of both; those of b win.
func joinMaps(a, b map[string]Map) map[string]Map {
	m := make(map[string]Map, len(a)+len(b))
	maps.Copy(m, a)
	maps.Copy(m, b)
	return m
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
