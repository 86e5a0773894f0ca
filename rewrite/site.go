package rewrite

import (
	_ "embed"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// SiteOptions say how Site serves a folder. A nil *SiteOptions means the zero
// value.
type SiteOptions struct {
	LoadOptions
	// AllowDotfiles sends files whose names begin with a dot, see [FilesOptions].
	// The source of scripts is sent with Options.AllowSource.
	AllowDotfiles bool
	// StayInRoot refuses symbolic links that lead out of the folder, whatever
	// Options in access files says, and those with an absolute target. It is for
	// folders that other people write to, who could otherwise have any file of
	// this machine served that this process may read. Without it links are
	// followed as by httpd: a site whose uploads or packages lie elsewhere works.
	StayInRoot bool
}

// Site returns a handler for the site in the folder root: its files, by the rules
// and directives of its .htaccess files. It is for a site that has no
// configuration of a server, and serves it as Debian's apache2 does under
// "AllowOverride All" and "Options FollowSymLinks", except that what a server would
// run or hide is not sent, see [Files]; and directories are listed only where an
// .htaccess file has "Options +Indexes".
//
//	site, err := rewrite.Site("/srv/www", nil)
//
// Changes of .htaccess files count from the next request on. Site fails where root
// is not a directory, and where opts.Match.FS is set. DocumentRoot and Directories of
// opts.Match are set here, and Resolver is net.DefaultResolver if it is nil.
func Site(root string, opts *SiteOptions) (http.Handler, error) {
	if opts == nil {
		opts = &SiteOptions{}
	}
	load := opts.LoadOptions
	if load.Match != nil && load.Match.FS != nil {
		return nil, errSiteFS
	}
	files := FilesOptions{AllowSource: load.AllowSource, AllowDotfiles: opts.AllowDotfiles, Logger: load.Logger}
	load.AllowSource = true // Files refuses sources itself
	match := matcher.Options{}
	if load.Match != nil {
		match = *load.Match
	}
	match.Directories, load.Match = true, &match
	if opts.StayInRoot {
		wall, err := public.NewWall(root)
		if err != nil {
			return nil, err
		}
		match.FS, files.wall, load.wall, root = wall, wall, wall, wall.Dir()
	}
	m, err := LoadSite(root, &load)
	if err != nil {
		return nil, err
	}
	return m.Handler(Files(&files)), nil
}

var errSiteFS = errors.New("rewrite: Site serves the machine's own files: Match.FS must be nil")

// debianConfig is the configuration of a site without one.
//
//go:embed debian.conf
var debianConfig []byte

// debianName is the name of debianConfig in findings, which nobody can look up.
const debianName = "debian.conf"

// LoadSite returns a middleware that runs the .htaccess files of the site in the
// folder root, and takes everything else from the defaults of Debian's apache2.
// [Site] is this with the handler for the files; LoadSite is for a handler of your
// own, which serves Info.Filename.
//
// With opts.Match.WebConfig folders without an .htaccess file are governed by their
// web.config, with the Dialect "webconfig" all are. A ruleset of ISAPI_Rewrite 2 or IIRF
// is one of the server, which [Load] reads.
//
// Of opts.Match, DocumentRoot is set here, and Resolver is net.DefaultResolver if it
// is nil. Without opts.Match, Directories is on. There is no file to be read again
// by [Middleware.Reload].
func LoadSite(root string, opts *LoadOptions) (*Middleware, error) {
	if opts == nil {
		opts = &LoadOptions{}
	}
	match := matcher.Options{Directories: true}
	if opts.Match != nil {
		match = *opts.Match
	}
	if root == "" {
		return nil, &fs.PathError{Op: "open", Path: root, Err: fs.ErrNotExist}
	}
	match.DocumentRoot = root
	if match.FS == nil {
		abs, err := filepath.Abs(root)
		if err != nil {
			return nil, err
		}
		match.DocumentRoot = filepath.ToSlash(abs)
	}
	if match.Resolver == nil {
		match.Resolver = net.DefaultResolver
	}
	if opts.Dialect == string(dialect.WebConfig) {
		match.WebConfig, match.AccessFiles = true, []string{}
	}
	m := New(nil, &opts.Options)
	complete(&match, &m.opts)
	parse := parser.Options{}
	if opts.Parse != nil {
		parse = *opts.Parse
	}
	parse.ISAPI3 = parse.ISAPI3 || opts.Dialect == string(dialect.ISAPI3)
	f, err := parser.Parse(debianName, debianConfig, &parse)
	if err != nil {
		return nil, err
	}
	e, err := matcher.Compile(f, &match)
	if err != nil {
		return nil, err
	}
	m.builtIn = debianName
	m.Swap(e)
	return m, nil
}
