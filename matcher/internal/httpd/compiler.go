package httpd

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of the compiler's findings.
const (
	CodeBadPattern       parser.Code = "bad-pattern"       // a regular expression that PCRE refuses
	codeUnknownDirective parser.Code = "unknown-directive" // no directive of httpd
	CodeUnsupported      parser.Code = "unsupported"       // a directive the engine does not run
	CodeNotAllowed       parser.Code = "not-allowed"       // a directive where it may not stand
	CodeBadArgument      parser.Code = "bad-argument"      // a directive with a wrong argument
	CodeNoMapFile        parser.Code = "no-map-file"       // the file of a RewriteMap is missing
	codeNoDocumentRoot   parser.Code = "no-document-root"  // a document root that is not a directory
	CodeNoEffect         parser.Code = "no-effect"         // a directive that does nothing here
	CodeDangling         parser.Code = "dangling-cond"     // a RewriteCond without RewriteRule
	codeAccessFile       parser.Code = "access-file"       // an access file that can't be read or used
	CodeMapFailed        parser.Code = "map-failed"        // a map that failed while running
)

// ScopeKind is the kind of context a directive stands in.
type ScopeKind int

// The kinds of context.
const (
	scopeServer ScopeKind = iota
	scopeVirtualHost
	scopeDirectory // <Directory>, <DirectoryMatch>
	ScopeLocation  // <Location>, <LocationMatch>
	ScopeProxy     // <Proxy>, <ProxyMatch>
	scopeFiles     // <Files>, <FilesMatch>
	scopeIf        // <If>, <ElseIf>, <Else>
	scopeAccessFile
)

// IsServer reports whether the context is that of a server, outside of any section.
func (k ScopeKind) IsServer() bool { return k <= scopeVirtualHost }

// Scope is where a directive stands and what it configures.
type Scope struct {
	*Compiler

	Kind    ScopeKind
	Name    string // the section as written, for messages
	Server  *Server
	Dir     *DirConfig
	Path    string        // what becomes the prefix of the rules
	Allow   OverrideClass // what may stand here
	Access  bool          // inside an access file, at any depth
	outer   *Scope        // nil for the main server and access files
	Section *Section      // nil outside of sections
	vhosts  *[]*Server    // where <VirtualHost> goes

	override override        // in access files: what there may stand, in full
	Excluded access.Methods  // by <Limit>: methods that nothing is said about
	Requires *access.Section // the Require section here; nil outside of any
}

// Compiler turns trees into configurations and collects findings.
type Compiler struct {
	Engine   *Engine
	flags    pcre.Flags // of regular expressions
	preparer *Preparer
	Prepared any // what the node that is compiled has been prepared to, or nil
	Finds    parser.Diagnostics
	effect   bool            // a directive was compiled that can affect a request
	Ruled    bool            // a rule was compiled, which has an effect where the engine is on
	Switched bool            // a directive switches the engine on
	consume  bool            // nodes are dropped once they are compiled
	access   bool            // an access file is compiled
	patterns int64           // bytes that the patterns take, as estimated
	ignored  []parser.Extent // what AllowOverride does not permit, with Nonfatal
	// errors are those among the first counted of finds.
	errors, counted int
}

// Report adds a finding. hint says how to mend what it is about, "" if there is
// nothing to say.
func (c *Compiler) Report(sev parser.Severity, code parser.Code, at parser.Extent, hint, format string, args ...any) {
	c.Finds = append(c.Finds, &parser.Diagnostic{
		Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// Errorf adds an error.
func (c *Compiler) Errorf(code parser.Code, at parser.Extent, format string, args ...any) {
	c.Report(parser.Error, code, at, "", format, args...)
}

// BadArgument reports what is wrong with the arguments of n.
func (c *Compiler) BadArgument(n *parser.Directive, why string) {
	c.Errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, why)
}

// Nodes compiles a list of nodes in scope sc.
func (c *Compiler) Nodes(nodes []parser.Node, sc *Scope) {
	ahead := c.prepare(nodes)
	defer ahead.wait()
	for i, n := range nodes {
		if sc.Access && c.givesUp() {
			return
		}
		c.Prepared = ahead.at(i)
		c.node(n, sc)
		if c.consume {
			nodes[i] = nil
		}
	}
}

// close completes what the modules have in scope sc, which ends.
func (c *Compiler) close(sc *Scope) {
	for _, m := range c.Engine.modules {
		if m.Close != nil {
			m.Close(sc)
		}
	}
}

// maxAccessErrors is how many errors of an access file are looked for: it is
// refused anyhow, and a request waits.
const maxAccessErrors = 100

// givesUp reports whether enough errors have been found.
func (c *Compiler) givesUp() bool {
	for ; c.counted < len(c.Finds); c.counted++ {
		if c.Finds[c.counted].Severity == parser.Error {
			c.errors++
		}
	}
	return c.errors >= maxAccessErrors
}

func (c *Compiler) node(n parser.Node, sc *Scope) {
	switch n := n.(type) {
	case *parser.Conditional:
		if !sc.permits("<"+n.Directive, OverrideAll) {
			c.Errorf(CodeNotAllowed, n.Extent, "<%s> is not allowed in %s context", n.Directive, sc.Describe())
			return
		}
		c.Nodes(n.Nodes, sc)
	case *parser.Include:
		for _, f := range n.Files {
			c.Nodes(f.Nodes, sc)
		}
	case *parser.Section:
		c.section(n, sc)
	case *parser.Directive:
		c.directive(n, sc)
	default:
		for _, m := range c.Engine.modules {
			if m.Node != nil && m.Node(sc, n) {
				return
			}
		}
	}
}

// HasModule reports whether the server has the module called name.
func (c *Compiler) HasModule(name string) bool {
	if has := c.Engine.Parse.HasModule; has != nil {
		return has(name)
	}
	return parser.DefaultModules(name)
}

// CodeLimit is the code of errors that say a request went over a limit.
const CodeLimit parser.Code = "limit"
