package mime

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// types are media types by extension, in lower case and without its dot.
type types map[string]string

// typesSlot is the place of the engine's list of types; it is empty where types are
// the handler's.
var typesSlot = &httpd.Slot[types]{}

// maxTypes is how long the file of a list of types may be, in bytes.
const maxTypes = 1 << 20

// applyTypesConfig reads the list of types that takes the place of the caller's, if
// the caller serves files by their types.
func applyTypesConfig(sc *httpd.Scope, n *parser.Directive) {
	known := typesSlot.Of(sc.Engine.Parts)
	if known == nil {
		sc.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "",
			"%s is not read: types that no AddType gives are left to the server around", n.Directive)
		return
	}
	name, ok := uri.ResolveFile(sc.Engine.ServerRoot, n.Args[0].Text)
	if !ok {
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: invalid path", n.Directive)
		return
	}
	text, err := sc.Engine.Files.Head(name, maxTypes+1)
	switch {
	case name == "/dev/null":
		*known = types{}
	case err != nil:
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: the list of types can't be read: %v", n.Directive, err)
	case len(text) > maxTypes:
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: the list of types has more than %d bytes", n.Directive, maxTypes)
	default:
		*known = readTypes(string(text))
	}
}

// readTypes reads a list of types: lines of a type and its extensions. The last line
// that names an extension counts.
func readTypes(text string) types {
	t := types{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			t[apr.Lower(words[i])] = words[0]
		}
	}
	return t
}
