package matcher

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of the compiler's findings.
const (
	codeBadPattern       parser.Code = "bad-pattern"       // a regular expression that PCRE refuses
	codeUnknownDirective parser.Code = "unknown-directive" // no directive of httpd
	CodeUnsupported      parser.Code = "unsupported"       // a directive the engine does not run
	CodeNotAllowed       parser.Code = "not-allowed"       // a directive where it may not stand
	CodeBadArgument      parser.Code = "bad-argument"      // a directive with a wrong argument
	codeNoMapFile        parser.Code = "no-map-file"       // the file of a RewriteMap is missing
	codeNoDocumentRoot   parser.Code = "no-document-root"  // a document root that is no directory
	codeNoEffect         parser.Code = "no-effect"         // a directive that does nothing here
	codeDangling         parser.Code = "dangling-cond"     // a RewriteCond without RewriteRule
	codeAccessFile       parser.Code = "access-file"       // an access file that can't be read or used
	codeMapFailed        parser.Code = "map-failed"        // a map that failed while running
)

// scopeKind is the kind of context a directive stands in.
type scopeKind int

const (
	scopeServer scopeKind = iota
	scopeVirtualHost
	scopeDirectory // <Directory>, <DirectoryMatch>
	scopeLocation  // <Location>, <LocationMatch>
	scopeProxy     // <Proxy>, <ProxyMatch>
	scopeFiles     // <Files>, <FilesMatch>
	scopeIf        // <If>, <ElseIf>, <Else>
	scopeAccessFile
)

func (k scopeKind) isServer() bool { return k <= scopeVirtualHost }

// scope is where a directive stands and what it configures.
type scope struct {
	*compiler

	kind    scopeKind
	name    string // the section as written, for messages
	server  *server
	dir     *dirConfig
	path    string        // what becomes the prefix of the rules
	allow   overrideClass // what may stand here
	access  bool          // inside an access file, at any depth
	outer   *scope        // nil for the main server and access files
	section *section      // nil outside of sections
	vhosts  *[]*server    // where <VirtualHost> goes

	override override        // in access files: what there may stand, in full
	excluded access.Methods  // by <Limit>: methods that nothing is said about
	requires *access.Section // the Require section here; nil outside of any
}

// compiler turns trees into configurations and collects findings.
type compiler struct {
	engine   *engine
	flags    pcre.Flags // of regular expressions
	finds    parser.Diagnostics
	effect   bool            // a directive was compiled that can affect a request
	ruled    bool            // a rule was compiled, which has an effect where the engine is on
	switched bool            // a directive switches the engine on
	consume  bool            // nodes are dropped once they are compiled
	access   bool            // an access file is compiled
	patterns int64           // bytes that the patterns take, as estimated
	ignored  []parser.Extent // what AllowOverride does not permit, with Nonfatal
	// errors are those among the first counted of finds.
	errors, counted int
}

func (c *compiler) report(sev parser.Severity, code parser.Code, at parser.Extent, hint, format string, args ...any) {
	c.finds = append(c.finds, &parser.Diagnostic{
		Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (c *compiler) errorf(code parser.Code, at parser.Extent, format string, args ...any) {
	c.report(parser.Error, code, at, "", format, args...)
}

// badArgument reports what is wrong with the arguments of n.
func (c *compiler) badArgument(n *parser.Directive, why string) {
	c.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, why)
}

// nodes compiles a list of nodes in scope sc.
func (c *compiler) nodes(nodes []parser.Node, sc *scope) {
	for i, n := range nodes {
		if sc.access && c.givesUp() {
			return
		}
		c.node(n, sc)
		if c.consume {
			nodes[i] = nil
		}
	}
}

// close completes what the modules have in scope sc, which ends.
func (c *compiler) close(sc *scope) {
	for _, m := range c.engine.modules {
		if m.close != nil {
			m.close(sc)
		}
	}
}

// maxAccessErrors is how many errors of an access file are looked for: it is
// refused anyhow, and a request waits.
const maxAccessErrors = 100

// givesUp reports whether enough errors have been found.
func (c *compiler) givesUp() bool {
	for ; c.counted < len(c.finds); c.counted++ {
		if c.finds[c.counted].Severity == parser.Error {
			c.errors++
		}
	}
	return c.errors >= maxAccessErrors
}

func (c *compiler) node(n parser.Node, sc *scope) {
	switch n := n.(type) {
	case *parser.Conditional:
		if !sc.permits("<"+n.Directive, overrideAll) {
			c.errorf(CodeNotAllowed, n.Extent, "<%s> is not allowed in %s context", n.Directive, sc.describe())
			return
		}
		c.nodes(n.Nodes, sc)
	case *parser.Include:
		for _, f := range n.Files {
			c.nodes(f.Nodes, sc)
		}
	case *parser.Section:
		c.section(n, sc)
	case *parser.Directive:
		c.directive(n, sc)
	default:
		for _, m := range c.engine.modules {
			if m.node != nil && m.node(sc, n) {
				return
			}
		}
	}
}

// hasModule reports whether the server has the module called name.
func (c *compiler) hasModule(name string) bool {
	if has := c.engine.parse.HasModule; has != nil {
		return has(name)
	}
	return parser.DefaultModules(name)
}

// CodeLimit is the code of errors that say a request went over a limit.
const CodeLimit parser.Code = "limit"
