package rewritetest_test

import (
	"fmt"
	"testing/fstest"

	"github.com/modrewrite-go/modrewrite/rewrite/rewritetest"
)

// A folder with one case file, all of whose expectations are met.
func ExampleCheck() {
	folder := fstest.MapFS{"moved.txtar": {Data: []byte(`
-- .htaccess --
RewriteEngine On
RewriteRule ^old$ /new [R=301]
-- requests --
GET /old
	redirect 301 http://www.example.com/new
	by .htaccess:2
GET /other
	pass
`)}}
	fmt.Println(rewritetest.Check(folder))
	// Output: <nil>
}

// A table of requests for a ruleset that is in use. In a test it is
// rewritetest.RunCases(t, os.DirFS("."), …).
func ExampleCheckCases() {
	site := fstest.MapFS{"site.conf": {Data: []byte(`RewriteEngine On
RewriteRule ^/shop/(.*)$ https://shop.example.org/$1 [R=301,L]
RewriteCond %{HTTP_USER_AGENT} badbot [NC]
RewriteRule ^ - [F]
`)}}
	err := rewritetest.CheckCases(
		site, "ruleset site.conf",
		rewritetest.Case{Request: "/shop/cart?id=1", Want: "redirect 301 https://shop.example.org/cart?id=1"},
		rewritetest.Case{Request: "/about\nUser-Agent: BadBot/2.0", Want: "status 403\nby site.conf:4"},
		rewritetest.Case{Request: "/about", Want: "pass"},
	)
	fmt.Println(err)
	// Output: <nil>
}

// A failure says what was expected, what happened and why.
func ExampleCheckCases_failure() {
	site := fstest.MapFS{".htaccess": {Data: []byte("RewriteEngine On\nRewriteRule ^old$ /new [R]\n")}}
	fmt.Println(rewritetest.CheckCases(site, "ruleset .htaccess", rewritetest.Case{"/old", "redirect 301 http://www.example.com/new"}))
	// Output:
	// /old: expected (-) and found (+):
	// 	- redirect 301 http://www.example.com/new
	// 	+ redirect 302 http://www.example.com/new
	// 	how it came about:
	// 	  the rules of @DOCROOT@/ on "@DOCROOT@/old"
	// 	  .htaccess:2: pattern ^old$ on "old": matches
	// 	  .htaccess:2: the rule matches
	// 	  .htaccess:2: "old" becomes "/new"
	// 	  .htaccess:2: redirect 302 to http://www.example.com/new
}

// What the case files of a folder leave out.
func ExampleCover() {
	folder := fstest.MapFS{"moved.txtar": {Data: []byte(`
-- .htaccess --
RewriteEngine On
RewriteCond %{HTTPS} off
RewriteRule ^old$ /new [R=301]
RewriteRule ^gone$ - [G]
-- requests --
GET /old
	redirect 301 http://www.example.com/new
`)}}
	covered, err := rewritetest.Cover(folder)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%.0f %%\n", covered.Percent)
	for _, line := range covered.Missing {
		fmt.Println(line)
	}
	// Output:
	// 50 %
	// moved.txtar:4: never false: RewriteCond %{HTTPS} off
	// moved.txtar:6: never matched: RewriteRule ^gone$ - [G]
}
