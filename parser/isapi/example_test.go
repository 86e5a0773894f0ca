package isapi_test

import (
	"fmt"
	"log"

	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// A ruleset of ISAPI_Rewrite 2, and its rules.
func ExampleParse() {
	const src = `[ISAPI_Rewrite]
RewriteCond Host: (www\.)?example\.com
RewriteRule /item/(\d+) /show.asp?id=$1 [I,L]
`
	f, err := isapi.Parse("httpd.ini", []byte(src), isapi.Rewrite2, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, n := range f.Nodes {
		if r, ok := n.(*isapi.Rule); ok {
			fmt.Printf("%v: %s becomes %s, last: %t\n", r.Extent, r.Pattern.Text, r.Format.Text, r.Has("L"))
		}
	}
	// Output: httpd.ini:3:1: /item/(\d+) becomes /show.asp?id=$1, last: true
}
