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
