package httpd

import (
	"io/fs"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/parser"
)

// AccessLanguage is a language of access files beside httpd's. A module that has one
// asks for its files itself, see Request.AccessConfig: they are found, kept and read
// again as those of httpd are.
type AccessLanguage struct {
	Names   []string // of its files
	AnyCase bool     // a file with one of the names in another case is one, too
	Limit   int64    // how long one may be in bytes, where Limits.AccessFile does not say
	// Compile makes a configuration of a file. Findings that are errors refuse it, and
	// the requests below with 500.
	Compile func(f *AccessFile) (*DirConfig, parser.Diagnostics)
}

// AccessFile is an access file in another language that is to be compiled.
type AccessFile struct {
	Engine *Engine
	Path   string // with slashes, absolute
	Dir    string // that it lies in, with a slash at its end
	Text   []byte

	made []askedFile
}

// OpenFile opens a file of at most limit bytes that the access file is made of, too:
// when it changes, both are read again.
func (f *AccessFile) OpenFile(path string, limit int64) (fs.File, error) {
	file, err := f.Engine.Files.open(path)
	part := askedFile{name: path, found: err == nil}
	if err == nil {
		part.id, err = identity(file, f.Engine.Files.Opener(path), limit)
		part.unknown = part.id == (fileid.ID{})
	}
	f.made = append(f.made, part)
	if err != nil && file != nil {
		_ = file.Close() // nothing was written
		return nil, err
	}
	return file, err
}

// identity returns that of a file that is open. The error says that it is not a regular
// file of at most limit bytes.
func identity(file fs.File, open func() (fs.File, error), limit int64) (fileid.ID, error) {
	info, err := file.Stat()
	if err != nil {
		return fileid.ID{}, err
	}
	id, err := fileid.Of(info, open)
	switch {
	case err != nil:
		return fileid.ID{}, err
	case !info.Mode().IsRegular():
		return id, fileid.ErrNotRegular
	case info.Size() > limit:
		return id, fileid.ErrTooLarge
	}
	return id, nil
}

// Missed notes that the access file is made of a file that was not found, or was not
// opened: once it is there, both are read again.
func (f *AccessFile) Missed(path string) { f.made = append(f.made, askedFile{name: path}) }

// Lstat describes a file, links not followed.
func (f *AccessFile) Lstat(path string) (fs.FileInfo, error) { return f.Engine.Files.lstat(path) }

// compileForeign compiles the text of an access file in another language.
func (e *Engine) compileForeign(path string, src []byte, key accessKey) *compiledFile {
	f := &AccessFile{Engine: e, Path: path, Dir: key.dir, Text: src}
	config, finds := key.language.Compile(f)
	compiled := &compiledFile{size: compiledSize + compiledRatio*int64(len(src)), asked: f.made}
	for _, d := range finds {
		if d.Severity != parser.Error && e.onReport != nil {
			e.onReport(d)
		}
	}
	if compiled.err = finds.Err(); compiled.err == nil {
		compiled.config = e.seal(config)
	}
	return compiled
}

// AccessConfig returns what the file of language l in dir, which ends in a slash,
// compiles to, nil if there is none, or why it can't be used.
func (s *Request) AccessConfig(dir string, l *AccessLanguage) (*DirConfig, error) {
	paused := s.Eval.ask() // others may be reading it
	config, status, err := s.Eval.Engine.loadAccessFile(accessKey{dir: dir, server: s.Server, language: l})
	s.Eval.Meter.Resume(paused)
	if status != 0 {
		return nil, err
	}
	return config, nil
}

// HasAccessFile reports whether dir, which ends in a slash, has an access file of httpd's
// that AllowOverride has read.
func (s *Request) HasAccessFile(dir string) bool {
	for _, name := range s.Server.accessFiles {
		if _, err := s.Eval.Stat(dir + name); err == nil || !isMissing(err) && !isNotDir(err) {
			return s.readsAccessFile(dir)
		}
	}
	return false
}

// readsAccessFile reports whether an access file in dir is read: access files do not
// change that, so the sections tell.
func (s *Request) readsAccessFile(dir string) bool {
	w := &walker{s: s, options: s.Dir.Core.Options, override: s.Dir.Core.override}
	depth := 0
	for i := range len(dir) {
		if dir[i] == '/' {
			w.sections(dir[:i+1], depth)
			depth++
		}
	}
	return w.override.readsFiles()
}

// Merge returns over merged on top of base, which may be nil.
func (e *Engine) Merge(base, over *DirConfig) *DirConfig { return e.merge(base, over) }

// SealConfig prepares a configuration that a module made itself.
func (e *Engine) SealConfig(d *DirConfig) *DirConfig { return e.seal(d) }
