package isapi

import (
	"io/fs"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// condTest is a test of an IIRF condition other than a regular expression.
type condTest struct {
	op      isapi.CondOp
	operand string
	noCase  bool
}

// Holds reports whether the test holds of input.
func (t *condTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	switch t.op {
	case isapi.CondLess:
		return t.compare(input) < 0
	case isapi.CondGreater:
		return t.compare(input) > 0
	case isapi.CondEqual:
		return t.compare(input) == 0
	case isapi.CondPattern:
		return false
	case isapi.CondFile, isapi.CondDir, isapi.CondSize, isapi.CondLink, isapi.CondJoin:
	}
	return t.file(runOf(r).req, input)
}

func (t *condTest) compare(input string) int {
	if t.noCase {
		return strings.Compare(strings.ToLower(input), strings.ToLower(t.operand))
	}
	return strings.Compare(input, t.operand)
}

// file tests the file called name. Without a document root no files are known.
func (t *condTest) file(s *httpd.Request, name string) bool {
	path, ok := uri.CleanFile(strings.TrimSuffix(strings.ReplaceAll(name, `\`, "/"), "/"))
	if !ok || !strings.HasPrefix(path, "/") || !s.Server.Rooted {
		return false
	}
	info, err := s.Eval.Lstat(path)
	if err != nil {
		return false
	}
	link := info.Mode()&fs.ModeSymlink != 0
	switch t.op {
	case isapi.CondLink, isapi.CondJoin:
		return link
	case isapi.CondDir:
		if link {
			info, err = s.Eval.Stat(path)
		}
		return err == nil && info.IsDir()
	case isapi.CondSize:
		return info.Mode().IsRegular() && info.Size() > 0
	default:
		return info.Mode().IsRegular()
	}
}

// Silent says that testing does not show.
func (*condTest) Silent(*rules.Cond) bool { return true }

// Terms returns no terms.
func (*condTest) Terms(*rules.Watcher, *rules.Cond) ([]index.Term, bool) { return nil, false }
