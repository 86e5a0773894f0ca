package lint

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// serverFolders are the folders that packages of httpd keep parts of its configuration in.
var serverFolders = []string{
	"sites-available", "sites-enabled", "conf-available", "conf-enabled", "conf.d", "conf.modules.d", "vhosts.d", "vhosts", "extra",
}

// MayBeServer reports whether a file that was found in a folder may be configuration of
// httpd, by its name and that of its folder.
func MayBeServer(name string) bool {
	name = strings.ToLower(filepath.ToSlash(name))
	base, folder := path.Base(name), path.Base(path.Dir(name))
	if !strings.HasSuffix(base, ".conf") {
		return false
	}
	return strings.HasPrefix(base, "httpd") || strings.HasPrefix(base, "apache") || slices.Contains(serverFolders, folder)
}

var (
	// serverLine is a line that configuration of httpd has, and that of no other server.
	serverLine = regexp.MustCompile(`(?im)^[ \t]*(?:Rewrite(?:Engine|Rule|Cond|Base|Map|Options)|Redirect(?:Match|Permanent|Temp)?|DocumentRoot|ScriptAlias|AliasMatch)[ \t]+[^;{}\n]*$`)
	// otherLine is a line of other programs: a block of nginx, lighttpd or Caddy, or the
	// head of a section of an INI file, such as supervisor's.
	otherLine = regexp.MustCompile(`(?m)^[ \t]*(?:[^#\s].*\{[ \t]*(?:#.*)?|\[[\w:. -]+\][ \t]*)\r?$`)
)

// IsServer reports whether a file that may be configuration of httpd is, by how its text
// begins. nginx and others call their files and folders the same.
func IsServer(name string, start []byte) bool {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	return !otherLine.Match(start) && (base == "httpd.conf" || base == "apache2.conf" || serverLine.Match(start))
}

// Outermost returns the sources without those that were found in a folder and that another
// one includes: what they mean depends on where that is, so they are looked at there.
func Outermost(sources []Source, o *Options) []Source {
	var included map[string][]int // files, and the sources that include them
	for i := range sources {
		if src := &sources[i]; src.Found {
			for name := range src.includes(o) {
				if included == nil {
					included = map[string][]int{}
				}
				included[name] = append(included[name], i)
			}
		}
	}
	var out []Source
	for i := range sources {
		by := included[sources[i].absolute()]
		if !sources[i].Found || !slices.ContainsFunc(by, func(j int) bool { return i != j && !slices.Contains(included[sources[j].absolute()], i) }) {
			out = append(out, sources[i])
		}
	}
	return out
}

// absolute returns the path of the file.
func (src *Source) absolute() string {
	return path.Join(src.ServerRoot, path.Base(filepath.ToSlash(src.Name)))
}

// includes returns the paths of the files that the source includes.
func (src *Source) includes(o *Options) map[string]bool {
	po := o.Parse
	if po.ServerRoot == "" {
		po.ServerRoot = src.ServerRoot
	}
	names := map[string]bool{}
	f, _ := parser.Parse(src.Name, src.Text, &po) // what is wrong with it is reported when it is looked at
	if f == nil {
		return names
	}
	for n := range parser.All(f) {
		if in, ok := n.(*parser.Include); ok {
			for _, file := range in.Files {
				names[path.Clean("/"+strings.TrimPrefix(file.Name, "/"))] = true
			}
		}
	}
	return names
}
