package alias

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// locate finds out where in the file system the target of an Alias,
// ScriptAlias or Match variant leads. A relative one starts from ServerRoot.
func (a *alias) locate(serverRoot string) {
	if file, ok := uri.ResolveFile(serverRoot, a.target); ok {
		a.file = file
	}
	literal := a.target
	switch {
	case a.regex != nil:
		literal, a.exact = literalPrefix(a.target)
	default:
		a.exact = a.slashed("")
	}
	if prefix, ok := uri.ResolveFile(serverRoot, literal); ok {
		a.prefix = prefix
		if a.exact {
			a.root = uri.TrimSlash(prefix)
		} else {
			a.root = uri.TrimSlash(httpd.ParentDir(prefix))
		}
	}
}

// opens reports whether the alias is for file, to which it mapped a URL, and
// not the victim of a capture with dot segments.
func (a *alias) opens(file string) bool {
	return a.root != "" && uri.Within(a.root, file) && (a.exact || strings.HasPrefix(file, a.prefix))
}

// slashed reports whether a slash comes between the target and rest, the part
// of a URL that follows the alias's own path.
func (a *alias) slashed(rest string) bool {
	return !strings.HasSuffix(a.path, "/") || strings.HasSuffix(a.target, "/") || strings.HasPrefix(rest, "/")
}

// join returns the file for a URL in which rest follows the alias's path. httpd
// puts the two together as they are: "Alias /a/ /b" maps "/a/c" to "/bc". What
// would climb out of the target is not ok.
func (a *alias) join(rest string) (file string, ok bool) {
	below := strings.TrimLeft(rest, "/")
	switch {
	case a.file == "":
		return "", false
	case below == "":
		return uri.CleanFile(a.file + rest)
	case a.slashed(rest):
		return uri.JoinFile(a.file, below)
	}
	dir := httpd.ParentDir(a.file)
	return uri.JoinFile(dir, a.file[len(dir):]+below)
}

// literalPrefix returns what any substitution of groups in template begins
// with. whole reports that template has no group.
func literalPrefix(template string) (prefix string, whole bool) {
	for i := 0; i < len(template)-1; i++ {
		switch {
		case template[i] == '\\':
			i++
		case template[i] == '$' && apr.IsDigit(template[i+1]):
			return httpd.SubstituteGroups(template[:i], "", &pattern.Captures{}), false
		}
	}
	return httpd.SubstituteGroups(template, "", &pattern.Captures{}), true
}
