package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// fileTest is the test of a condition that is IsFile or IsDirectory.
type fileTest struct{ directory bool }

func (t *fileTest) name() string {
	if t.directory {
		return "IsDirectory"
	}
	return "IsFile"
}

// Holds reports whether input names a file, or a directory. Without a document root no
// files are known.
func (t *fileTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	s := runOf(r).req
	if input == "" || !s.Server.Rooted {
		return false
	}
	name := strings.ReplaceAll(input, `\`, "/")
	path, ok := uri.CleanFile(name)
	if !ok || !strings.HasPrefix(path, "/") {
		return false
	}
	info, err := s.Eval.Stat(path)
	if err != nil {
		return false
	}
	if t.directory {
		return info.IsDir()
	}
	return httpd.KindOf(info) == httpd.RegularFile && !strings.HasSuffix(name, "/")
}

// Silent says that looking at a file does not show.
func (*fileTest) Silent(*rules.Cond) bool { return true }

// Terms returns no terms.
func (*fileTest) Terms(*rules.Watcher, *rules.Cond) ([]index.Term, bool) { return nil, false }
