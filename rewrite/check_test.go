package rewrite_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

func ExampleCheck() {
	rules := "RewriteEngine On\nRewriteRule ^/about$ about.php [L]\n"
	found, err := rewrite.Check(".htaccess", []byte(rules), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range found {
		fmt.Printf("%v [%s]\n%s\n", d, d.Code, d.Hint)
	}
	// Output:
	// .htaccess:2:13: the rules of a folder are compared with paths that do not begin with a slash, so "^/about$" never matches [leading-slash]
	// drop the slash, or write ^/? where the rules are used for a server, too
}

func codes(ds parser.Diagnostics) []parser.Code {
	out := []parser.Code{}
	for _, d := range ds {
		out = append(out, d.Code)
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	loop := []byte("RewriteEngine On\nRewriteRule ^(.*)$ public/$1 [L]\n")
	for _, c := range []struct {
		name, text string
		opts       *rewrite.CheckOptions
		want       []parser.Code
	}{
		{"a.conf", "RewriteEngine On\nRewriteRule ^/about$ /about.php\n", nil, []parser.Code{}},
		{"a.conf", "RewriteEngine On\nRewriteRule ^about$ /about.php\n", &rewrite.CheckOptions{Parse: &parser.Options{AccessFile: true}}, []parser.Code{}},
		{"a.conf", "RewriteRule ^/about$ /about.php\n", &rewrite.CheckOptions{Match: &matcher.Options{EngineOn: true}}, []parser.Code{}},
		{"a.conf", "RewriteEngine On\nRewriteRule ^/a$ /b [QSA]\n", &rewrite.CheckOptions{Pedantic: true}, []parser.Code{"pointless-qsa"}},
		{"", "", nil, []parser.Code{}},
		{"x/.htaccess", string(loop), nil, []parser.Code{"rewrite-loop"}},
		{"x/.htaccess", string(loop), &rewrite.CheckOptions{FS: fstest.MapFS{"public/.htaccess": {Data: []byte("RewriteEngine On\n")}}}, []parser.Code{}},
	} {
		got, err := rewrite.Check(c.name, []byte(c.text), c.opts)
		require.NoError(t, err)
		require.Equal(t, c.want, codes(got), c.text)
	}
}
