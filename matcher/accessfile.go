package matcher

import (
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/parser"
)

// maxAccessFile is the most bytes an access file may have.
const maxAccessFile = 64 << 20

// accessKey tells access files apart that were compiled differently.
type accessKey struct {
	dir      string
	server   *server
	override override
}

// accessEntry is what is known of a directory's access file.
type accessEntry struct {
	mu      sync.Mutex
	checked time.Time
	known   bool
	path    string // of the file found, "" if there is none
	modTime time.Time
	size    int64
	config  *dirConfig
	status  int
	err     error
}

// accessFile returns the compiled access file of dir, nil if it has none, or
// the status to answer with: 500 for a file with an error, 403 for one that
// can't be read.
func (s *state) accessFile(dir string, o override) (*dirConfig, int) {
	if len(s.server.accessFiles) == 0 {
		return nil, 0
	}
	e := s.eval.engine
	paused := s.eval.ask() // others may be reading it
	config, status, err := e.loadAccessFile(accessKey{dir, s.server, o})
	s.eval.meter.Resume(paused)
	switch {
	case status == 0:
	case s.parent == nil:
		s.eval.fail(err)
	case s.eval.engine.onReport != nil:
		// The sub-request fails, which is all that httpd makes of it.
		for _, d := range parser.Findings(err) {
			s.eval.engine.onReport(d)
		}
	}
	return config, status
}

func (e *Engine) loadAccessFile(key accessKey) (*dirConfig, int, error) {
	v, ok := e.accessFiles.Load(key)
	if !ok {
		v, _ = e.accessFiles.LoadOrStore(key, &accessEntry{})
	}
	a := v.(*accessEntry) //nolint:forcetypeassert // the map holds nothing else
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.known || !e.fresh(a.checked) {
		e.refresh(a, key)
		a.known, a.checked = true, e.now()
	}
	return a.config, a.status, a.err
}

// fresh reports whether something looked at then needs no new look yet.
func (e *Engine) fresh(then time.Time) bool {
	return e.revalidate < 0 || e.revalidate > 0 && e.now().Sub(then) < e.revalidate
}

// refresh looks for the access file again and compiles it if it changed.
func (e *Engine) refresh(a *accessEntry, key accessKey) {
	for _, name := range key.server.accessFiles {
		path := key.dir + name
		info, err := e.files.stat(path)
		switch {
		case err == nil && !info.Mode().IsRegular():
			err = fileid.ErrNotRegular
		case err == nil:
			e.reload(a, key, path, info)
			return
		case isMissing(err), isNotDir(err):
			continue
		}
		a.forget()
		a.status = 403
		a.err = e.accessError(path, err)
		return
	}
	if a.path != "" {
		e.forgetMerges()
	}
	a.forget()
}

func (a *accessEntry) forget() {
	a.path, a.config, a.status, a.err = "", nil, 0, nil
}

func (e *Engine) accessError(path string, err error) error {
	return &parser.Diagnostic{
		Extent: parser.Extent{Name: path}, Severity: parser.Error, Code: CodeAccessFile,
		Message: "access file can't be read: " + err.Error(),
	}
}

// reload compiles the access file at path unless it is the one compiled
// already.
func (e *Engine) reload(a *accessEntry, key accessKey, path string, info fs.FileInfo) {
	if a.path == path && a.modTime.Equal(info.ModTime()) && a.size == info.Size() {
		return
	}
	if a.path != "" {
		e.forgetMerges()
	}
	a.forget()
	a.path, a.modTime, a.size = path, info.ModTime(), info.Size()
	src, _, err := fileid.Read(e.files.opener(path), maxAccessFile)
	if err != nil {
		a.path, a.status, a.err = "", 403, e.accessError(path, err)
		return
	}
	a.config, err = e.compileAccessFile(path, src, key)
	if err != nil {
		a.status, a.err = 500, err
	}
}

// outside returns the findings that are not about what was ignored.
func outside(finds parser.Diagnostics, ignored []parser.Extent) parser.Diagnostics {
	return slices.DeleteFunc(finds, func(d *parser.Diagnostic) bool {
		return slices.ContainsFunc(ignored, func(at parser.Extent) bool {
			return at.Name == d.Name && at.From.Offset <= d.From.Offset && d.From.Offset <= at.To.Offset
		})
	})
}

// compileAccessFile compiles the text of an access file in key.dir.
func (e *Engine) compileAccessFile(path string, src []byte, key accessKey) (*dirConfig, error) {
	opts := e.parse
	opts.AccessFile = true
	f, err := parser.Parse(path, src, &opts)
	if f == nil {
		return nil, err
	}
	c := &compiler{engine: e, flags: e.flags}
	sc := &scope{
		kind: scopeAccessFile, server: &server{}, dir: &dirConfig{}, path: key.dir,
		allow: key.override.classes, override: key.override, conds: new([]*cond), access: true,
	}
	c.nodes(f.Nodes, sc)
	c.dangling(sc)
	c.finds = append(c.finds, outside(slices.Concat(parser.Findings(err), f.Warnings), c.ignored)...)
	c.finds.Sort()
	for _, d := range c.finds {
		if d.Severity != parser.Error && e.onReport != nil {
			e.onReport(d)
		}
	}
	if err := c.finds.Err(); err != nil {
		return nil, err
	}
	sc.dir.core.options.absent = !hasCore(f.Nodes)
	sc.dir.setEnvIf.prepare(e.linear)
	return e.seal(sc.dir), nil
}
