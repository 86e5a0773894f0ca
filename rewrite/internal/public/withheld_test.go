package public

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is withheld by its name, whatever the file system makes of names.
func TestSourceName(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]error{
		"a.php A.PHP a.pHp3 a.php8 a.phps a.phtml a.phar x.php.jpg x.phtml.bak.txt .php a.php. a.php::$DATA a.php:x ..php " +
			"index.p\u200chp a.pH\u200bP A~1.PHP INDEX~1.PHT b~12.pha c.cgi c.ASPX c.aſpx c.asp c.ashx c.cshtml c.jsp c.inc " +
			"c.inc.. c.txt.inc VIEWS~1.CSH": errScript,
		"httpd.ini HTTPD.INI Httpd.ini... httpd.ini:s " +
			"IIRF.ini iirf.INI IirfGlobal.ini IIRFGL~1.INI IsapiRewrite4.ini isapir~1.ini httpd.parse.errors": errConfig,
		"a.txt php phpinfo.html a.php9 a.phpx a.php-old a.cgi.txt a.inc.html asp.html web.config.txt notweb.config my~1.txt " +
			"a~1.css jsp a.json a.pht a.cs a.csh": nil,
	} {
		for name := range strings.FieldsSeq(names) {
			if got := sourceName(name); !errors.Is(got, want) {
				t.Errorf("sourceName(%q) = %v, want %v", name, got, want)
			}
		}
	}
	require.ErrorIs(t, sourceName("a.php "), errScript)
	require.ErrorIs(t, sourceName("httpd.ini . "), errConfig)
}

// plainInfo describes a file that is no link.
type plainInfo struct{ fs.FileInfo }

func (plainInfo) Mode() fs.FileMode { return 0 }

// web.config is withheld as a file and as a directory, whatever else is shown.
func TestWebConfigName(t *testing.T) {
	t.Parallel()
	g := &guard{show: Show{Source: true, Dotfiles: true}, roots: [2]string{"/srv", "/srv"}}
	for name, want := range map[string]error{
		"web.config": errWebConfig, "WEB.Config": errWebConfig, "web.config.": errWebConfig, "web.config\x20.": errWebConfig,
		"web.config::$DATA": errWebConfig, "web.config:x": errWebConfig, "WEB~1.CON": errWebConfig, "web~2.con": errWebConfig,
		"we\u200bb.config": errWebConfig,
		"web.config.txt":   nil, "notweb.config": nil, "web.conf": nil, "web": nil, "my~1.con": nil,
	} {
		for _, last := range []bool{false, true} {
			if got := g.see("/srv/www", name, last, plainInfo{}); !errors.Is(got, want) {
				t.Errorf("see(%q, last: %v) = %v, want %v", name, last, got, want)
			}
		}
	}
}

// On Windows a backslash is not a part of a name.
func TestLeads(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{`..\..\secret`: true, `a/b\web.config`: true, `\`: true, "a/b": false, "": false} {
		require.Equal(t, want, leads(name, '\\'), name)
		require.False(t, leads(name, '/'), name)
	}
}

// A name that begins with a dot is hidden, and one of which a dot is the first that is seen.
func TestDotfile(t *testing.T) {
	t.Parallel()
	g := &guard{roots: [2]string{"/srv", "/srv"}}
	for name, want := range map[string]error{
		".env": errDotfile, "\u200b.env": errDotfile, "...": errDotfile, ".\u200b": errDotfile, "a.env": nil, "\u200benv": nil,
		".htpasswd": errAccessFile, "\u200b.htpasswd": errAccessFile,
	} {
		require.ErrorIs(t, g.segment("/srv", name), want, "%q", name)
	}
}

// A folder lists its names in either case, however many there are.
func TestListed(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 2100 {
		files[fmt.Sprintf("a~%d.txt", i)] = ""
	}
	dir := tree(t, files)
	for i := range 210 {
		name := fmt.Sprintf("a~%d.txt", 10*i)
		require.True(t, listed(dir, strings.ToUpper(name)), name)
	}
	require.False(t, listed(dir, "b~1.txt"))
	require.False(t, listed(dir+"/none", "a~1.txt"))
	require.False(t, listed(dir+"/a~1.txt", "a~1.txt"))
}
