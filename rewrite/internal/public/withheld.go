package public

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/winname"
)

// Show says which files are sent that a site's own server would not send.
type Show struct {
	Source   bool // of scripts, and the configuration of other servers
	Dotfiles bool // and what lies in directories of such names
	Links    Links
}

// Links says when a symbolic link is followed to a file. Those on the way to its directory
// are for the engine alone to judge.
type Links uint8

// The ways to follow links.
const (
	LinksFreely  Links = iota
	LinksOfOwner       // where the link and the file have one owner
	LinksNever
)

// WithheldError is why a file is not sent.
type WithheldError struct {
	Status int // of the response
	Why    string
	Cure   string // what permits it, "" for nothing
}

// Error says why.
func (e *WithheldError) Error() string { return e.Why }

// What permits a file.
const (
	allowSource   = "AllowSource (serve: -allow-source)"
	allowDotfiles = "AllowDotfiles (serve: -allow-dotfiles)"
)

// The reasons.
var (
	errAccessFile = &WithheldError{http.StatusForbidden, "access files are never sent", ""}
	errDotfile    = &WithheldError{http.StatusForbidden, "names that begin with a dot are hidden", allowDotfiles}
	errScript     = &WithheldError{http.StatusForbidden, "it is the source of a script", allowSource}
	errConfig     = &WithheldError{http.StatusNotFound, "it is the configuration of a server", allowSource}
	errWebConfig  = &WithheldError{http.StatusNotFound, "web.config is never sent", ""}
	errNotPublic  = &WithheldError{http.StatusForbidden, "it lies outside of all that DocumentRoot and Alias name", "Require all granted in its <Directory>"}
	errLink       = &WithheldError{http.StatusForbidden, "Options does not let its link be followed", "Options +FollowSymLinks"}
	errShortName  = &WithheldError{http.StatusNotFound, "it is a second name of the file", allowSource}
)

// ErrHandler is the reason why a file is not sent whose handler would run it.
var ErrHandler error = &WithheldError{http.StatusForbidden, "its handler would run it, and is not here", allowSource}

// guard judges the names that a request's file is reached through.
type guard struct {
	show  Show
	roots [2]string // of the files that are public, as configured and without links

	link fs.FileInfo // that the name of the file is, nil for none
}

// see is the guard's witness. Directories that the configuration itself names
// may have any name.
func (g *guard) see(dir, segment string, last bool, info fs.FileInfo) error {
	name := path.Join(dir, segment)
	if last && g.link == nil && info.Mode()&fs.ModeSymlink != 0 {
		g.link = info
	}
	for _, root := range g.roots {
		if !last && (root == name || strings.HasPrefix(root, strings.TrimSuffix(name, "/")+"/")) {
			return nil
		}
	}
	return g.shown(dir, segment, last)
}

// shown judges a segment of what lies below the roots, last if it is the file's own name.
func (g *guard) shown(dir, segment string, last bool) error {
	if err := g.segment(dir, segment); err != nil {
		return err
	}
	if g.show.Source {
		return nil
	}
	if winname.IsShort(winname.Plain(segment)) && !listed(dir, segment) {
		return errShortName
	}
	if !last {
		return nil
	}
	return sourceName(segment)
}

// mayFollow reports whether the link by which the file was found, if any, is one to be
// followed to what has been found or opened.
func (g *guard) mayFollow(found fs.FileInfo) bool {
	switch {
	case g.link == nil, g.show.Links == LinksFreely:
		return true
	case g.show.Links == LinksOfOwner:
		return sameOwner(g.link, found)
	}
	return false
}

// path judges the segments of name, which lies below the root, whether or not
// it exists.
func (g *guard) path(name string) error {
	if leads(name, os.PathSeparator) {
		return fs.ErrNotExist
	}
	dir := g.roots[0]
	for segment := range strings.SplitSeq(name, "/") {
		if err := g.segment(dir, segment); err != nil {
			return err
		}
		dir = path.Join(dir, segment)
	}
	return nil
}

// leads reports whether a segment of name, whose segments are divided by slashes, holds
// the separator of the file system and so leads on from there, out of the root even.
func leads(name string, separator byte) bool {
	return separator != '/' && strings.IndexByte(name, separator) >= 0
}

// segment judges a segment that may be a directory's.
func (g *guard) segment(dir, segment string) error {
	switch plain := winname.Plain(segment); {
	case strings.HasPrefix(plain, ".ht"):
		return errAccessFile
	case winname.Is(plain, webConfig):
		return errWebConfig
	case g.show.Dotfiles || segment[0] != '.' && !strings.HasPrefix(plain, "."):
		return nil
	case segment == ".well-known" && slices.Contains(g.roots[:], dir):
		return nil
	}
	return errDotfile
}

// webConfig is the name that IIS never sends, of a directory either: what it
// holds, passwords often among it, is for the server alone.
const webConfig = "web.config"

var (
	// scriptAnywhere are the extensions of scripts that count anywhere in a
	// name: httpd takes "a.php.txt" for PHP where a handler belongs to php.
	scriptAnywhere = []string{"php", "php3", "php4", "php5", "php6", "php7", "php8", "phps", "phtml", "phar"}
	// scriptAtEnd are those that count at the end of a name.
	scriptAtEnd = []string{"cgi", "asp", "aspx", "ashx", "cshtml", "jsp", "inc"}
	// configNames are the files, beside web.config, that the ports of
	// mod_rewrite to IIS are configured by, and where one of them writes what it
	// did not understand.
	configNames = []string{"httpd.ini", "httpd.parse.errors", "iirf.ini", "iirfglobal.ini", "isapirewrite4.ini"}
)

// sourceName judges the name of a file: that of a script, or of another server's
// configuration, is withheld.
func sourceName(name string) error {
	plain := winname.Plain(name)
	short := winname.IsShort(plain)
	for _, config := range configNames {
		if winname.Is(plain, config) {
			return errConfig
		}
	}
	_, rest, more := strings.Cut(plain, ".")
	for more {
		var ext string
		ext, rest, more = strings.Cut(rest, ".")
		if isExtension(scriptAnywhere, ext, short) || !more && isExtension(scriptAtEnd, ext, short) {
			return errScript
		}
	}
	return nil
}

// isExtension reports whether list has ext, which is cut to three bytes in a
// short name. Behind it editors write "~" in the name of what was there before.
func isExtension(list []string, ext string, short bool) bool {
	ext = strings.TrimRight(ext, " ~")
	return slices.ContainsFunc(list, func(known string) bool {
		return ext == known || short && len(known) > 3 && ext == known[:3]
	})
}

// maxListed is how many names of a directory are looked at.
const maxListed = 100_000

// listed reports whether the directory dir lists name among its first entries:
// where it does not, a file found under that name has another one.
func listed(dir, name string) bool {
	f, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	for range maxListed / 1000 {
		names, err := f.Readdirnames(1000)
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return true
		}
		if err != nil || len(names) == 0 {
			return false // io.EOF, or it can't be known
		}
	}
	return false
}
