package rewrite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
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
	// Match are the matcher's options. A relative DocumentRoot there starts from
	// the working directory, not from the folder of the file. Its Report defaults
	// to ReportTo of Options.Logger, with Directories its Types to [Types]; Compress is on, CGI
	// where Options has FastCGI servers, and AuthBasicProvider handled where it has
	// Authenticate.
	Match *matcher.Options
	// Dialect is the language of the rules: "apache", "webconfig" for IIS, "isapi2" and
	// "isapi3" for ISAPI_Rewrite, "iirf" for Ionic's filter. With "" the name and the text
	// of the file tell.
	Dialect string
	// Still is how long the files must not have changed for Reload to take
	// them, so that none is read while it is being written. Zero means 200
	// milliseconds; with a negative value they must only be the same before and
	// after they are read. Watch uses its own interval instead.
	Still time.Duration
	// AllowEmpty permits Reload and Watch to replace a ruleset that has rules with
	// one in which nothing has an effect, or with one of whose files one has become
	// empty. That is refused otherwise, because a file that has just been truncated
	// looks the same.
	AllowEmpty bool
	// MaxBytes is how large the file may be; 0 means 64 MiB. The files it
	// includes have a limit of their own, of 64 MiB together.
	MaxBytes int64
}

// The defaults of LoadOptions.
const (
	defaultStill    = 200 * time.Millisecond
	defaultMaxBytes = 64 << 20
)

// ErrAccessFile is the error of Load for a file with the name of an access file.
var ErrAccessFile = errors.New(`an access file is not the configuration of a server: ` +
	`Site and LoadSite serve the folder of a site by the access files in it ("modrewrite serve -root DIR", "modrewrite explain -root DIR")`)

// Load reads the ruleset in the file name, which may include others, and
// returns a middleware that runs it. The error holds every finding as
// parser.Diagnostics if the file could be read; findings that are not errors go
// to Options.Logger, here and with each reload.
//
// The file is configuration of a server. One with the name of an access file, such
// as ".htaccess" (see [matcher.Options].AccessFiles), is refused with
// [ErrAccessFile]: its rules would run, but on other paths than they were written
// for.
//
// A web.config, an httpd.ini of ISAPI_Rewrite 2 or an IIRF.ini runs in its own language.
// A web.config holds for the root of the site, in the place of the one in
// [matcher.Options].DocumentRoot, below which other folders may have theirs.
//
// The file is read again by [Middleware.Reload] and [Middleware.Watch] only.
// Access files need neither: the engine looks after them.
//
// If Match permits programs, close the engine when the middleware is no longer
// used, to end them: m.Engine().Close().
func Load(name string, opts *LoadOptions) (*Middleware, error) {
	if opts == nil {
		opts = &LoadOptions{}
	}
	m := New(nil, &opts.Options)
	s, err := newSource(name, opts)
	if err != nil {
		return nil, err
	}
	if s.isAccessFile() {
		return nil, fmt.Errorf("%s: %w", name, ErrAccessFile)
	}
	complete(&s.match, &m.opts)
	m.source = s
	if err := m.reload(nil, 0, readTries); err != nil {
		return nil, err
	}
	if m.Engine().Empty() {
		m.opts.Logger.Warn("nothing in the ruleset has an effect", "file", name)
	}
	return m, nil
}

// complete sets what match leaves open and opts answer.
func complete(match *matcher.Options, opts *Options) {
	if match.Report == nil {
		match.Report = ReportTo(opts.Logger)
	}
	if opts.Authenticate != nil {
		match.Handled = append(slices.Clip(match.Handled), "AuthBasicProvider")
	}
	if match.Types == nil && match.Directories {
		match.Types = Types()
	}
	match.Compress = true
	match.CGI = match.CGI || len(opts.FastCGI) > 0 || opts.FPM != ""
}

// source is where a ruleset is read from.
type source struct {
	name  string // for positions, as it was given
	inFS  string // in fsys
	fsys  fs.FS
	parse parser.Options
	match matcher.Options

	still      time.Duration
	allowEmpty bool
	maxBytes   int64
	language   dialect.Dialect // "" for that of the file's name and text
}

func newSource(name string, opts *LoadOptions) (*source, error) {
	s := &source{name: name, still: opts.Still, allowEmpty: opts.AllowEmpty, maxBytes: opts.MaxBytes}
	if s.still == 0 {
		s.still = defaultStill
	}
	if s.maxBytes <= 0 {
		s.maxBytes = defaultMaxBytes
	}
	if opts.Parse != nil {
		s.parse = *opts.Parse
	}
	if opts.Match != nil {
		s.match = *opts.Match
	}
	if opts.Dialect != "" {
		var err error
		if s.language, err = dialect.Parse(opts.Dialect); err != nil {
			return nil, err
		}
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	s.fsys = s.parse.FS
	if s.fsys != nil {
		abs = path.Join("/", filepath.ToSlash(name))
	} else {
		s.fsys = machine{filepath.VolumeName(abs) + "/"}
	}
	abs = filepath.ToSlash(strings.TrimPrefix(abs, filepath.VolumeName(abs)))
	s.inFS = strings.TrimPrefix(abs, "/")
	if s.parse.ServerRoot == "" {
		s.parse.ServerRoot = path.Dir(abs)
	}
	return s, nil
}

// isAccessFile reports whether the file, or what a symbolic link of that name
// leads to, is named like an access file.
func (s *source) isAccessFile() bool {
	names := s.match.AccessFiles
	if names == nil {
		names = []string{".htaccess"}
	}
	found := []string{path.Base(s.inFS)}
	if m, ok := s.fsys.(machine); ok {
		if target, err := m.resolve(s.inFS); err == nil {
			found = append(found, filepath.Base(target))
		}
	}
	return slices.ContainsFunc(names, func(n string) bool {
		return slices.ContainsFunc(found, func(base string) bool { return strings.EqualFold(n, base) })
	})
}

// compile makes an engine of the files in rec. It fails if one of the findings
// is an error.
func (s *source) compile(rec *recorder) (*ruleset.Ruleset, error) {
	var src []byte
	if "/"+s.inFS != os.DevNull { // which is not a regular file, but httpd takes it
		var err error
		src, _, err = fileid.Read(func() (fs.File, error) { return rec.Open(s.inFS) }, s.maxBytes)
		if err != nil {
			return nil, s.named(err)
		}
	}
	po, mo := s.parse, s.match
	switch d := s.dialect(src); d {
	case dialect.Apache:
	case dialect.ISAPI3:
		po.ISAPI3 = true
	case dialect.WebConfig, dialect.ISAPI2, dialect.IIRF:
		rs, err := ruleset.ReadForeign(d, s.name, src, &ruleset.Place{Folder: &folder{rec, s.fsys, path.Dir(s.inFS)}, Files: rec, Path: s.inFS}, &mo)
		if err != nil {
			return nil, err
		}
		return rs, rs.Findings.Err()
	}
	mo.Consume = true
	po.FS = rec
	rs, err := ruleset.Read(s.name, src, false, &po, &mo)
	if err != nil {
		return nil, err
	}
	return rs, rs.Findings.Err()
}

// dialect returns the language of rules that the file, which holds src, is written in.
func (s *source) dialect(src []byte) dialect.Dialect {
	if s.language != "" {
		return s.language
	}
	return dialect.Of(s.name, src)
}

// folder is the folder of the ruleset, for the files that it refers to. What they
// resolve to has to lie below it.
type folder struct {
	files fs.FS // that are noted
	fsys  fs.FS
	dir   string
}

// errOutside is the error for a link that leads out of a folder.
var errOutside = errors.New("it is a link that leads out of the folder")

// Open opens a file in the folder.
func (d *folder) Open(name string) (fs.File, error) {
	full := path.Join(d.dir, name)
	if m, ok := d.fsys.(machine); ok {
		dir, err := m.resolve(d.dir)
		if err != nil {
			return nil, err
		}
		target, err := m.resolve(full)
		if err != nil {
			return nil, err
		}
		if rel, err := filepath.Rel(dir, target); err != nil || !filepath.IsLocal(rel) {
			return nil, &fs.PathError{Op: "open", Path: name, Err: errOutside}
		}
	}
	return d.files.Open(full)
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
