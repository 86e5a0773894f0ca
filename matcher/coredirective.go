package matcher

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// hasCore reports whether one of nodes is a directive or section of httpd's core.
// Where an access file has none, httpd has nothing of the core's to merge for
// it, and Options stay as they were.
func hasCore(nodes []parser.Node) bool {
	return slices.ContainsFunc(nodes, func(n parser.Node) bool {
		switch n := n.(type) {
		case *parser.Conditional:
			return hasCore(n.Nodes)
		case *parser.Section:
			return isCore("<" + n.Directive)
		case *parser.Directive:
			return isCore(n.Directive)
		}
		return false
	})
}

func isCore(name string) bool {
	return strings.Contains(coreDirectives, " "+strings.ToLower(name)+" ")
}

// coreDirectives are those that may stand in an access file, in lower case, a
// blank on either side of each.
const coreDirectives = " <else <elseif <files <filesmatch <if <limit <limitexcept acceptpathinfo adddefaultcharset cgimapextension " +
	"cgipassauth cgivar contentdigest defaulttype enablemmap enablesendfile error errordocument fileetag forcetype limitrequestbody " +
	"limitxmlrequestbody options qualifyredirecturl rlimitcpu rlimitmem rlimitnproc serversignature setinputfilter sethandler " +
	"setoutputfilter "
