package matcher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// optionFindings are the words of Options that are not run, and what is said of
// them.
var optionFindings = []struct {
	words    string
	severity parser.Severity
	message  string // "" for none
}{
	{"+MultiViews", parser.Warning, "MultiViews is not run"},
	{"FollowSymLinks MultiViews", parser.Warning, "MultiViews is not run"},
	{"RunScripts", parser.Warning, "MultiViews is not run"},
	{"+Includes", parser.Warning, "server-side includes are not run"},
	{"+IncludesNOEXEC", parser.Warning, "server-side includes are not run"},
	{"+Indexes", parser.Note, "Indexes has no effect"},
	{"+ExecCGI", parser.Note, "ExecCGI has no effect"},
	{"All", parser.Note, "of All only FollowSymLinks has an effect"},
	{"-MultiViews -Indexes", 0, ""},
	{"None", 0, ""},
	{"FollowSymLinks", 0, ""},
}

// What a ruleset switches on and the engine does not run is a finding.
func TestOptionsFindings(t *testing.T) {
	t.Parallel()
	for _, tt := range optionFindings {
		f, err := parser.Parse("site.conf", []byte("<Directory />\nOptions "+tt.words+"\n</Directory>\n"), nil)
		require.NoError(t, err)
		e, err := matcher.Compile(f, nil)
		require.NoError(t, err)
		checkFinding(t, "site.conf:2:", tt.words, tt.severity, tt.message, e.Warnings())
	}
}

// Those in access files are reported when the file is read: the parser's, too.
func TestAccessFileFindings(t *testing.T) {
	t.Parallel()
	report := func(text string) (finds parser.Diagnostics) {
		e := compile(t, "", &matcher.Options{
			DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": text, "index.html": ""}),
			Report: func(d *parser.Diagnostic) { finds = append(finds, d) },
		})
		require.Equal(t, 200, status(t, e, matcher.Request{Target: "/index.html"}))
		return finds
	}
	for _, tt := range optionFindings {
		checkFinding(t, "/srv/www/.htaccess:1:", tt.words, tt.severity, tt.message, report("Options "+tt.words+"\n"))
	}
	checkFinding(t, "/srv/www/.htaccess:1:", "RewriteCond", parser.Warning, "RewriteCond without a RewriteRule",
		report("RewriteCond %{HTTP_HOST} x\n"))
	checkFinding(t, "/srv/www/.htaccess:2:", "flag", parser.Warning, "flag 'DXX' has no effect",
		report("RewriteEngine On\nRewriteRule ^nothing$ /x [DXX]\n"))
}

func checkFinding(t *testing.T, at, what string, severity parser.Severity, message string, found parser.Diagnostics) {
	t.Helper()
	if message == "" {
		require.Empty(t, found, what)
		return
	}
	for _, d := range found {
		if strings.Contains(d.Message, message) && d.Severity == severity && strings.HasPrefix(d.String(), at) {
			return
		}
	}
	t.Errorf("%s: no %s %q at %s among %v", what, severity, message, at, found)
}

// Filters that are not run are findings.
func TestFilterFindings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		names      string
		compresses bool
		severity   parser.Severity
		message    string // "" for none
	}{
		{"DEFLATE", true, 0, ""},
		{"deflate", false, parser.Warning, "filters are not run; of DEFLATE, Vary is set"},
		{"BROTLI_COMPRESS", true, parser.Note, "nothing is compressed with Brotli"},
		{"BROTLI_COMPRESS", false, parser.Note, "nothing is compressed with Brotli"},
		{"SUBSTITUTE", true, parser.Warning, `the filter "SUBSTITUTE" is not run`},
		{"DEFLATE;SUBSTITUTE", true, parser.Warning, `the filter "SUBSTITUTE" is not run`},
	} {
		f, err := parser.Parse("site.conf", []byte("<Directory />\nSetOutputFilter "+tt.names+"\n</Directory>\n"), nil)
		require.NoError(t, err)
		e, err := matcher.Compile(f, &matcher.Options{Compress: tt.compresses})
		require.NoError(t, err)
		checkFinding(t, "site.conf:2:", tt.names, tt.severity, tt.message, e.Warnings())
	}
}
