package expr

import (
	"io/fs"

	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// fileTest asks what a file is.
type fileTest struct {
	op syntax.UnaryOp
	x  word
}

func (n *fileTest) eval(ev *evaluation) bool {
	name := n.x.eval(ev)
	if ev.err != nil || name == "" {
		return false
	}
	stat := ev.env.Stat
	if n.op == syntax.Link || n.op == syntax.Executable {
		stat = ev.env.Lstat
	}
	info, err := stat(name)
	return err == nil && n.holds(info)
}

// holds reports whether the test is true of a file that exists.
func (n *fileTest) holds(info fs.FileInfo) bool {
	mode := info.Mode()
	switch n.op {
	case syntax.Dir:
		return mode.IsDir()
	case syntax.File:
		return mode.IsRegular()
	case syntax.FileSize:
		return mode.IsRegular() && info.Size() > 0
	case syntax.Link:
		return mode&fs.ModeSymlink != 0
	case syntax.Executable:
		// A link is not followed, and has all bits on the systems httpd runs
		// on, if not in every fs.FS.
		return mode&0o111 != 0 || mode&fs.ModeSymlink != 0
	default:
		return true
	}
}

// subFile is "-F x".
type subFile struct{ x word }

func (n subFile) eval(ev *evaluation) bool {
	s := n.x.eval(ev)
	return ev.err == nil && ev.env.LookupFile(s)
}

// subURL is "-U x".
type subURL struct{ x word }

func (n subURL) eval(ev *evaluation) bool {
	s := n.x.eval(ev)
	return ev.err == nil && ev.env.LookupURL(s)
}
