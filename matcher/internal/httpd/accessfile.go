package httpd

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// accessKey tells directories apart whose access files are looked for or
// compiled differently.
type accessKey struct {
	dir      string
	server   *Server
	override override
	language *AccessLanguage // nil for httpd's
}

// accessEntry is a directory's place in the cache.
type accessEntry struct {
	key     accessKey
	state   atomic.Pointer[accessState] // nil before the first look
	used    atomic.Bool                 // since the cache came by
	loading sync.Mutex                  // held while the file is read
	size    int64                       // in the cache, under its lock; 0 if not there
}

// accessState is what is known of a directory's access file. It is not written
// to.
type accessState struct {
	checked time.Time
	path    string // of the file found, "" if there is none
	id      fileid.ID
	file    *compiledFile // nil without a file that could be read
	config  *DirConfig    // that of file, for this directory
	status  int           // to answer with, 0 if all is well
	err     error

	listing listing // of a directory where the file was looked for in any case
}

// accessFile returns the compiled access file of dir, nil if it has none, or
// the status to answer with: 500 for a file with an error, 403 for one that
// can't be read.
func (s *Request) accessFile(dir string, o override) (*DirConfig, int) {
	if len(s.Server.accessFiles) == 0 {
		return nil, 0
	}
	e := s.Eval.Engine
	paused := s.Eval.ask() // others may be reading it
	config, status, err := e.loadAccessFile(accessKey{dir: dir, server: s.Server, override: o})
	s.Eval.Meter.Resume(paused)
	switch {
	case status == 0:
	case s.Parent == nil:
		s.Eval.Fail(err)
	case s.Eval.Engine.onReport != nil:
		// The sub-request fails, which is all that httpd makes of it.
		for _, d := range parser.Findings(err) {
			s.Eval.Engine.onReport(d)
		}
	}
	return config, status
}

func (e *Engine) loadAccessFile(key accessKey) (*DirConfig, int, error) {
	a := e.accessFiles.entry(key)
	st := a.state.Load()
	if st == nil || !e.fresh(st.checked) {
		st = e.refresh(a, st)
	}
	return st.config, st.status, st.err
}

// fresh reports whether something looked at then needs no new look yet.
func (e *Engine) fresh(then time.Time) bool {
	return e.Revalidate < 0 || e.Revalidate > 0 && e.Now().Sub(then) < e.Revalidate
}

// refresh looks for the access file of a again, of which known was known, and
// reads it if it is another one.
func (e *Engine) refresh(a *accessEntry, known *accessState) *accessState {
	if e.accessFiles.sweep(e.Files.isGone) {
		e.forgetMerges()
	}
	st := e.findAccessFile(a.key, known)
	if known.holds(st, e.Files) {
		if e.Revalidate > 0 || st.listing.at != known.listing.at {
			looked := *known
			looked.checked, looked.listing = st.checked, st.listing
			a.state.CompareAndSwap(known, &looked)
		}
		return known
	}
	a.loading.Lock()
	defer a.loading.Unlock()
	if now := a.state.Load(); now != known && now.holds(st, e.Files) {
		return now // another request has read it meanwhile
	}
	if st.id != (fileid.ID{}) {
		e.readAccessFile(st, a.key)
	}
	if e.accessFiles.put(a, st) || known != nil && known.config != nil {
		e.forgetMerges()
	}
	return st
}

// holds reports whether what is known is true of the file that a look found.
func (s *accessState) holds(found *accessState, f Files) bool {
	return s != nil && s.path == found.path && s.id == found.id && s.listing.dir == found.listing.dir && s.file.holds(f)
}

// findAccessFile looks for the access file of a directory, of which known was known. The
// state has the identity of a file that can be read.
func (e *Engine) findAccessFile(key accessKey, known *accessState) *accessState {
	st := &accessState{checked: e.Now()}
	names := key.server.accessFiles
	if key.language != nil {
		names = key.language.Names
	}
	for _, name := range names {
		if st.find(e.Files, key.dir+name) {
			return st
		}
	}
	if key.language != nil && key.language.AnyCase {
		if e.spell(st, key, known); st.listing.spelling != "" {
			st.find(e.Files, key.dir+st.listing.spelling)
		}
	}
	return st
}

// find notes the access file at path. It reports whether there is one.
func (s *accessState) find(f Files, path string) bool {
	info, err := f.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		err = fileid.ErrNotRegular
	case err == nil:
		s.id, err = fileid.Of(info, f.Opener(path))
	}
	if isMissing(err) || isNotDir(err) {
		return false
	}
	if s.path = path; err != nil {
		s.deny(err)
	}
	return true
}

// deny notes that the access file can't be read. What has no identity is tried
// again at the next look.
func (s *accessState) deny(err error) {
	s.status = 403
	s.err = &parser.Diagnostic{
		Extent: parser.Extent{Name: s.path}, Severity: parser.Error, Code: codeAccessFile,
		Message: "access file can't be read: " + err.Error(),
	}
}

// readAccessFile completes st with what the file at st.path compiles to, which
// may be known from another directory.
func (e *Engine) readAccessFile(st *accessState, key accessKey) {
	f := e.accessFiles.acquire(st.compiledKey(key))
	if f != nil && !f.holds(e.Files) {
		e.accessFiles.leave(f)
		f = nil
	}
	if f == nil {
		limit := e.Limits.AccessFile
		if l := key.language; l != nil && e.World.Limits.AccessFile <= 0 {
			limit = l.Limit
		}
		src, id, err := fileid.Read(e.Files.Opener(st.path), limit)
		if errors.Is(err, fileid.ErrTooLarge) {
			err = fmt.Errorf("it has more than the %d bytes of Limits.AccessFile", limit)
		}
		if st.id = id; err != nil {
			st.deny(err)
			return
		}
		if key.language != nil {
			f = e.compileForeign(st.path, src, key)
		} else {
			f = e.compileAccessFile(st.path, src, key)
		}
		f.key = st.compiledKey(key)
		e.accessFiles.add(f)
	}
	st.file, st.config = f, f.config.inDirectory(key.dir)
	if st.err = f.err; st.err != nil {
		st.status = 500
	}
}

// compiledKey is the key of the file that was found.
func (s *accessState) compiledKey(key accessKey) compiledKey {
	k := compiledKey{id: s.id, path: s.path, override: key.override, language: key.language}
	if s.id.Physical() && key.language == nil {
		k.path = ""
	}
	return k
}

// InDirectory returns the configuration of an access file as that of the
// directory dir, where the same file is found.
func (d *DirConfig) inDirectory(dir string) *DirConfig {
	if d == nil {
		return nil
	}
	moved, differ := d.Parts.inDirectory(dir)
	if !differ {
		return d
	}
	there := *d
	there.Parts = moved
	return &there
}

// askedFile is a file that an <IfFile> in an access file asked for, or that the
// access file is made of, too.
type askedFile struct {
	name    string
	found   bool
	id      fileid.ID // of one that it is made of
	unknown bool      // it is made of it, and can't tell when it changes
}

// holds reports whether the file is as it was.
func (a *askedFile) holds(f Files) bool {
	if a.unknown {
		return false
	}
	info, err := f.Stat(a.name)
	if (err == nil) != a.found || a.id == (fileid.ID{}) {
		return (err == nil) == a.found
	}
	id, err := fileid.Of(info, f.Opener(a.name))
	return err == nil && id == a.id
}

// holds reports whether the conditions in the file are still as they were when
// it was read. httpd evaluates them at every request.
func (c *compiledFile) holds(f Files) bool {
	if c == nil {
		return true
	}
	for i := range c.asked {
		if !c.asked[i].holds(f) {
			return false
		}
	}
	return true
}

// askedFiles returns the files that the <IfFile> sections of f asked for.
func (e *Engine) askedFiles(f *parser.File) []askedFile {
	var asked []askedFile
	for n := range parser.All(f) {
		c, ok := n.(*parser.Conditional)
		if !ok || !uri.EqualFold(c.Directive, "IfFile") || len(c.Args) == 0 {
			continue
		}
		if name, ok := uri.ResolveFile(e.ServerRoot, c.Args[0].Text); ok {
			asked = append(asked, askedFile{name: name, found: c.Holds != c.Not})
		}
	}
	return asked
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
func (e *Engine) compileAccessFile(path string, src []byte, key accessKey) *compiledFile {
	compiled := &compiledFile{size: compiledSize + compiledRatio*int64(len(src))}
	f, err := parser.Parse(path, src, &e.Parse)
	if f == nil {
		compiled.err = err
		return compiled
	}
	compiled.asked = e.askedFiles(f)
	c := &Compiler{Engine: e, flags: e.flags, access: true}
	sc := &Scope{
		Compiler: c, Kind: scopeAccessFile, Server: &Server{}, Dir: &DirConfig{}, Path: key.dir,
		Allow: key.override.classes, override: key.override, Access: true,
	}
	c.Nodes(f.Nodes, sc)
	c.close(sc)
	compiled.size += c.patterns
	c.Finds = append(c.Finds, outside(slices.Concat(parser.Findings(err), f.Warnings), c.ignored)...)
	c.Finds.Sort()
	for _, d := range c.Finds {
		if d.Severity != parser.Error && e.onReport != nil {
			e.onReport(d)
		}
	}
	if compiled.err = c.Finds.Err(); compiled.err != nil {
		return compiled
	}
	sc.Dir.Core.Options.absent = !e.hasCore(f.Nodes)
	compiled.config = e.seal(sc.Dir)
	return compiled
}
