package rewrite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

// LoadOptions say how Load reads and runs a ruleset. A nil *LoadOptions means
// the zero value.
type LoadOptions struct {
	Options
	// Parse are the parser's options. Where they name no ServerRoot, relative
	// Includes start from the folder of the file loaded. Where they name no
	// FS, files are the machine's own.
	Parse *parser.Options
	// Match are the matcher's options. Its Report defaults to Options.Logger.
	Match *matcher.Options
}

// Load reads the ruleset in the file name, which may include others, and
// returns a middleware that runs it. The error holds every finding as
// parser.Diagnostics if the file could be read.
//
// The file is read again by [Middleware.Reload] and [Middleware.Watch] only.
// Access files need neither: the engine looks after them.
//
// Where Match permits programs, close the engine when the middleware is done
// with, to end them: m.Engine().Close().
func Load(name string, opts *LoadOptions) (*Middleware, error) {
	if opts == nil {
		opts = &LoadOptions{}
	}
	m := New(nil, &opts.Options)
	s, err := newSource(name, opts)
	if err != nil {
		return nil, err
	}
	if s.match.Report == nil {
		s.match.Report = m.logFinding
	}
	m.source = s
	if err := m.Reload(); err != nil {
		return nil, err
	}
	return m, nil
}

// ErrNotLoaded is what Reload returns and Watch reports where a Middleware has
// no file to read because it was not made by Load.
var ErrNotLoaded = errors.New("rewrite: middleware was not made by Load")

// Reload reads the ruleset again, with all it includes, and puts it in the
// place of the running one in one step. If it has an error nothing changes:
// the old ruleset stays, and the findings are returned. The old engine is
// closed once its evaluations have ended, which Reload waits for.
func (m *Middleware) Reload() error {
	if m.source == nil {
		return ErrNotLoaded
	}
	m.loading.Lock()
	defer m.loading.Unlock()
	e, read, err := m.source.compile()
	m.read = read
	if err != nil {
		return err
	}
	if old := m.engine.Swap(e); old != nil {
		old.Close()
	}
	return nil
}

// logFinding tells the log of a finding made while running.
func (m *Middleware) logFinding(d *parser.Diagnostic) {
	m.opts.Logger.Warn(d.Message, "at", d.String(), "code", string(d.Code))
}

// source is where a ruleset is read from.
type source struct {
	name  string // for positions, as it was given
	inFS  string // in fsys
	fsys  fs.FS
	parse parser.Options
	match matcher.Options
}

func newSource(name string, opts *LoadOptions) (*source, error) {
	s := &source{name: name}
	if opts.Parse != nil {
		s.parse = *opts.Parse
	}
	if opts.Match != nil {
		s.match = *opts.Match
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	s.fsys = s.parse.FS
	if s.fsys != nil {
		abs = path.Join("/", filepath.ToSlash(name))
	} else {
		s.fsys = os.DirFS(filepath.VolumeName(abs) + "/")
	}
	abs = filepath.ToSlash(strings.TrimPrefix(abs, filepath.VolumeName(abs)))
	s.inFS = strings.TrimPrefix(abs, "/")
	if s.parse.ServerRoot == "" {
		s.parse.ServerRoot = path.Dir(abs)
	}
	return s, nil
}

// compile makes an engine of the files as they are now. It returns in any case
// what it looked at.
func (s *source) compile() (*matcher.Engine, files, error) {
	rec := newRecorder(s.fsys)
	src, err := fs.ReadFile(rec, s.inFS)
	if err != nil {
		return nil, rec.files(), s.named(err)
	}
	po, mo := s.parse, s.match
	mo.Consume = true
	po.FS = rec
	rs, err := ruleset.Read(s.name, src, false, &po, &mo)
	if err != nil {
		return nil, rec.files(), err
	}
	return rs.Engine, rec.files(), rs.Findings.Err()
}

// named returns err, which is about the file of the ruleset, with the name that
// the caller knows it by, and not that within fsys.
func (s *source) named(err error) error {
	var pe *fs.PathError
	if !errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return &fs.PathError{Op: pe.Op, Path: s.name, Err: pe.Err}
}
