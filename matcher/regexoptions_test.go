package matcher_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// regexOptionsRules has regular expressions of every kind.
const regexOptionsRules = `
RewriteEngine On
SetEnvIf Request_URI "^/Env$" FROM=regex
SetEnvIf Request_URI "/Plain" FROM=plain
<If "%{REQUEST_URI} =~ m#^/Expr$#">
SetEnv E 1
</If>
<LocationMatch ^/Loc$>
SetEnv L 1
</LocationMatch>
RewriteRule ^/Case$ /case [R]
RewriteRule ^/dot.x$ /dot [R]
RewriteRule ^/end$ /end [R]
RewriteCond %{QUERY_STRING} ^Q$
RewriteRule ^/cond$ /cond [R]
RewriteCond %{ENV:FROM} (.+)
RewriteRule ^ /from-%1 [R]
<Directory /www>
AllowOverride All
</Directory>
`

// TestRegexDefaultOptions compares with what httpd answered.
func TestRegexDefaultOptions(t *testing.T) {
	t.Parallel()
	targets := strings.Fields("/case /Case /dotax /dot%0ax /end /end%0a /END /cond?q /cond?Q /env /Env /plain /Plain /expr /Expr /loc /Loc /ht /Ht /h%0at /ht%0a")
	for _, test := range []struct{ options, want string }{
		{"+DOTALL +DOLLAR_ENDONLY", "-,case,dot,dot,end,-,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
		{"DOTALL DOLLAR_ENDONLY", "-,case,dot,-,end,-,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
		{"+ICASE", "case,case,dot,dot,end,-,end,cond?q,cond?Q,from-regex,from-regex,-,from-plain,E,E,L,L,perdir,perdir,perdir,-"},
		{"ICASE", "case,case,dot,-,end,end,end,cond?q,cond?Q,from-regex,from-regex,-,from-plain,E,E,L,L,perdir,perdir,-,perdir"},
		{"None", "-,case,dot,-,end,end,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
		{"-DOTALL", "-,case,dot,-,end,-,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
		{"-dollar_endonly", "-,case,dot,dot,end,end,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
		{"none +ICASE +DOTALL", "case,case,dot,dot,end,end,end,cond?q,cond?Q,from-regex,from-regex,-,from-plain,E,E,L,L,perdir,perdir,perdir,perdir"},
		{"", "-,case,dot,dot,end,-,-,-,cond?Q,-,from-regex,-,from-plain,-,E,-,L,-,perdir,-,-"},
	} {
		for _, linear := range []bool{false, true} {
			e := compile(t, "RegexDefaultOptions "+test.options+regexOptionsRules, &matcher.Options{
				DocumentRoot: "/www", Linear: linear,
				FS: fstest.MapFS{"www/.htaccess": {Data: []byte("RewriteEngine On\nRewriteRule ^H.?t$ /perdir [R]\n")}},
			})
			var got []string
			for _, target := range targets {
				got = append(got, outcomeName(get(t, e, target)))
			}
			if got := strings.Join(got, ","); got != test.want {
				t.Errorf("RegexDefaultOptions %s: got\n%s, want\n%s", test.options, got, test.want)
			}
		}
	}
}

// outcomeName returns the end of the Location, the one-letter variables that
// are set, or "-".
func outcomeName(res matcher.Result) string {
	if res.Location != "" {
		return res.Location[strings.LastIndexByte(res.Location, '/')+1:]
	}
	for _, name := range []string{"E", "L"} {
		if res.Env[name] != "" {
			return name
		}
	}
	return "-"
}

func TestRegexDefaultOptionsErrors(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{
		"RegexDefaultOptions +FOO",
		"RegexDefaultOptions EXTENDED",
		"RegexDefaultOptions +none",
		`RegexDefaultOptions "ICASE DOTALL"`,
		`RegexDefaultOptions ""`,
		"<VirtualHost *>\nRegexDefaultOptions +ICASE\n</VirtualHost>",
		"<Location />\nRegexDefaultOptions +ICASE\n</Location>",
	} {
		f, err := parser.Parse("test.conf", []byte(rules), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		require.Error(t, err, rules)
	}
}
