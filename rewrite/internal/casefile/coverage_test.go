package casefile

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// covered tells what requests did with the rules of a report, a line each.
func covered(rep *Report) []string {
	var lines []string
	for _, r := range rep.Rules {
		for _, c := range r.Conds {
			lines = append(lines, fmt.Sprintf("%s:%d cond held=%v failed=%v", c.Source, c.Line, c.Held(), c.Failed()))
		}
		lines = append(lines, fmt.Sprintf("%s:%d rule reached=%v matched=%v", r.Source, r.Line, r.Reached(), r.Matched()))
	}
	return lines
}

const conditions = `-- .htaccess --
RewriteEngine On
RewriteCond %{HTTP_HOST} ^a [OR]
RewriteCond %{HTTP_HOST} ^b
RewriteCond %{REQUEST_METHOD} =GET
RewriteRule ^x$ y [L]
RewriteCond %{QUERY_STRING} q
RewriteRule ^z$ - [F]
RewriteRule ^never$ - [G]
-- requests --
http://a.example/x
	rewrite /y
POST http://b.example/x
	pass
`

func TestCoverageOfConditions(t *testing.T) {
	t.Parallel()
	for _, parallel := range []int{0, 8} {
		f, err := Parse(nil, "x.txtar", conditions)
		require.NoError(t, err)
		f.Parallel = parallel
		rep := f.Run(t.Context(), nil)
		require.NoError(t, rep.AsError())
		want := []string{
			"x.txtar:3 cond held=true failed=true",
			"x.txtar:4 cond held=true failed=false",
			"x.txtar:5 cond held=true failed=true",
			"x.txtar:6 rule reached=true matched=true",
			"x.txtar:7 cond held=false failed=false",
			"x.txtar:8 rule reached=true matched=false",
			"x.txtar:9 rule reached=true matched=false",
		}
		if diff := cmp.Diff(want, covered(rep)); diff != "" {
			t.Errorf("parallel %d: coverage mismatch (-want +got)\n%s", parallel, diff)
		}
		require.Len(t, rep.Listings, 1)
		require.Equal(t, 1, rep.Listings[0].Before)
		require.Equal(t, "RewriteEngine On", rep.Listings[0].Lines[0])
	}
}

// TestCovers wants it said which of the requests did something new.
func TestCovers(t *testing.T) {
	t.Parallel()
	rep := report(t, conditions+"http://a.example/x\n\trewrite /y\n")
	var got []bool
	for _, q := range rep.Requests {
		got = append(got, q.Covers)
	}
	require.Equal(t, []bool{true, true, false}, got)
}

// site is a folder with a real site, a real configuration and a case beside them.
func site(requests string) fstest.MapFS {
	return fstest.MapFS{
		"public/.htaccess":      {Data: []byte("RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . index.php [L]\n")},
		"public/index.php":      {},
		"public/img/logo.png":   {},
		"public/img/.htaccess":  {Data: []byte("RewriteEngine On\nRewriteRule ^old\\.png$ /img/logo.png [R=301]\nRewriteRule ^x$ - [F]\n")},
		"server/main.conf":      {Data: []byte("ServerName www.example.com\nDocumentRoot /var/www/shop\n<Directory /var/www/shop>\nAllowOverride All\nOptions FollowSymLinks\n</Directory>\nIncludeOptional sites/*.conf\n")},
		"server/sites/one.conf": {Data: []byte("<VirtualHost *:80>\nServerName www.example.com\nRewriteEngine On\nRewriteRule ^/gone - [G]\nRewriteRule ^/other - [F]\n</VirtualHost>\n")},
		"cases/x.txtar":         {Data: []byte(requests)},
	}
}

func TestFilesFrom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src string
		covered   []string
	}{
		{"a site", `-- settings --
files from ../public
-- requests --
/img/logo.png
	pass
	file img/logo.png
/blog
	rewrite /index.php
	by public/.htaccess:3
/img/old.png
	redirect 301 http://www.example.com/img/logo.png
	by public/img/.htaccess:2
`, []string{
			"public/.htaccess:2 cond held=true failed=true",
			"public/.htaccess:3 rule reached=true matched=true",
			"public/img/.htaccess:2 rule reached=true matched=true",
			"public/img/.htaccess:3 rule reached=true matched=false",
		}},
		{"with files of the case before it", `-- settings --
files from ../public
-- img/.htaccess --
RewriteEngine Off
-- files --
img/old.png
latest -> img
-- requests --
/img/old.png
	pass
	file img/old.png
/latest/logo.png
	pass
	file latest/logo.png
`, []string{
			"public/.htaccess:2 cond held=false failed=false",
			"public/.htaccess:3 rule reached=false matched=false",
		}},
		{"a real configuration", `-- settings --
files from ../public as /var/www/shop
files from ../server as /etc/apache2
document-root /var/www/shop
ruleset ../server/main.conf as httpd.conf
-- requests --
/gone
	status 410
	by server/sites/one.conf:4
/blog
	rewrite /index.php
	by public/.htaccess:3
`, []string{
			"server/sites/one.conf:4 rule reached=true matched=true",
			"server/sites/one.conf:5 rule reached=true matched=false",
			"public/.htaccess:2 cond held=true failed=true",
			"public/.htaccess:3 rule reached=true matched=true",
			"public/img/.htaccess:2 rule reached=false matched=false",
			"public/img/.htaccess:3 rule reached=false matched=false",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, err := Load(site(test.src), "cases/x.txtar")
			require.NoError(t, err)
			rep := f.Run(t.Context(), nil)
			require.NoError(t, rep.AsError())
			if diff := cmp.Diff(test.covered, covered(rep)); diff != "" {
				t.Errorf("coverage mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestFilesFromIsRefused(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"files from ../../public":                     "outside the folder under test",
		"files from /etc":                             "outside the folder under test",
		"files from ../nothing":                       "not exist",
		"files from ../public/index.php":              "it is not a folder",
		"files ../public":                             "names a folder",
		"files from":                                  "names a folder",
		"files from ../public as ../x":                "outside the document root",
		"files from ../public\nfiles from ../public":  "is taken by line 2",
		"file from ../public":                         `did you mean "files"?`,
		"rulset ../public/.htaccess":                  `did you mean "ruleset"?`,
		"files from ../public as /srv/http/../../../": "can't be the name of a file",
	} {
		_, err := Load(site("-- settings --\n"+setting+"\n-- requests --\n/\n\tpass\n"), "cases/x.txtar")
		require.ErrorContains(t, err, want, setting)
	}
}

// TestOverlay holds the file system of a case with a real folder to the rules of
// file systems.
func TestOverlay(t *testing.T) {
	t.Parallel()
	f, err := Load(site("-- settings --\nfiles from ../public as real\n-- files --\nreal/extra.txt\nown.txt\n-- requests --\n/\n\tpass\n"), "cases/x.txtar")
	require.NoError(t, err)
	require.NoError(t, fstest.TestFS(f.fileSystem(), "srv/http/own.txt", "srv/http/real/extra.txt", "srv/http/real/index.php", "srv/http/real/img/logo.png"))
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"pas": "pass", "redirct": "redirect", "REWRITE": "rewrite", "statsu": "status", "headder": "header", "proxi": "proxy",
		"x": "", "": "", "passes": "", "pathinfo": "path-info",
	} {
		got := suggest(word, requestWords())
		if want != "" {
			want = `, did you mean "` + want + `"?`
		}
		require.Equal(t, want, got, word)
	}
	_, err := Parse(nil, "x.txtar", "-- request --\n/\n\tpass\n")
	require.ErrorContains(t, err, `request is a file, did you mean "requests"?`)
	for _, w := range requestWords() {
		if _, err := Parse(nil, "x.txtar", "-- requests --\n/\n\t"+w+"\n"); err != nil && strings.Contains(err.Error(), "unknown word") {
			t.Errorf("%s is suggested and unknown", w)
		}
	}
	for _, w := range settingWords() {
		if _, err := Parse(nil, "x.txtar", "-- settings --\n"+w+"\n-- requests --\n/\n\tpass\n"); err != nil && strings.Contains(err.Error(), "unknown setting") {
			t.Errorf("%s is suggested and unknown", w)
		}
	}
}
