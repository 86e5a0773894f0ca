package parser_test

import (
	"fmt"
	"os"

	"github.com/modrewrite-go/modrewrite/parser"
)

func ExampleParse() {
	src := []byte(`RewriteEngine On
RewriteRule ^/old/(.*)$ /new/$1 [R=301,LL]
RewriteRule ^/blog$ /news [passthru]
`)
	_, err := parser.Parse("site.conf", src, nil)
	for _, d := range parser.Findings(err) {
		fmt.Println(d)
		fmt.Println("\t" + d.Hint)
	}
	// Output:
	// site.conf:2:40: RewriteRule: unknown flag 'LL'
	// 	did you mean "L"?
	// site.conf:3:28: RewriteRule: unknown flag 'passthru'
	// 	did you mean "passthrough"?
}

func ExampleAll() {
	src := []byte(`<Directory /srv/www>
    RewriteCond %{HTTP_HOST} !^www\. [NC]
    RewriteRule ^(.*)$ https://www.%{HTTP_HOST}/$1 [R=301,L]
</Directory>
`)
	f, err := parser.Parse("site.conf", src, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range parser.All(f) {
		if v, ok := n.(*parser.Variable); ok {
			fmt.Printf("%v: %s\n", v, v.Var)
		}
	}
	// Output:
	// site.conf:2:17: HTTP_HOST
	// site.conf:3:36: HTTP_HOST
}

func ExampleFprint() {
	src := []byte(`<IfModule mod_rewrite.c>
RewriteEngine   On
RewriteRule ^index\.php$   - [L]
RewriteRule . \
  /index.php [L]
</IfModule>
`)
	f, err := parser.Parse(".htaccess", src, &parser.Options{AccessFile: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := parser.Fprint(os.Stdout, f); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <IfModule mod_rewrite.c>
	//     RewriteEngine On
	//     RewriteRule ^index\.php$   - [L]
	//     RewriteRule .   /index.php [L]
	// </IfModule>
}

func ExampleParseTemplate() {
	t := parser.ParseTemplate("/users/$1/${names:%{REMOTE_USER}|guest}", parser.Extent{})
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Literal:
			fmt.Printf("text %q\n", p.Text)
		case *parser.RuleGroup:
			fmt.Println("group", p.N)
		case *parser.MapCall:
			fmt.Printf("map %s, key %s, default %s\n", p.Map, p.Key.Text, p.Default.Text)
		}
	}
	// Output:
	// text "/users/"
	// group 1
	// text "/"
	// map names, key %{REMOTE_USER}, default guest
}

// A server that was built with a module of its own.
func ExampleOptions() {
	opts := &parser.Options{
		HasModule:    func(name string) bool { return name == "mod_own.c" || parser.DefaultModules(name) },
		HasDirective: func(name string) bool { return name == "OwnRule" || parser.KnownDirective(name) },
	}
	src := []byte(`# what the module does
<IfModule mod_own.c>
OwnRule On
</IfModule>
<IfDirective !OwnRule>
RewriteRule ^ - [F]
</IfDirective>
`)
	f, err := parser.Parse("site.conf", src, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range parser.All(f) {
		switch n := n.(type) {
		case *parser.Comment:
			fmt.Println(n.Span(), n.Text)
		case *parser.Conditional:
			fmt.Println(n, n.Directive, n.Holds)
		}
	}
	// Output:
	// site.conf:1:1 # what the module does
	// site.conf:2:1 IfModule true
	// site.conf:5:1 IfDirective false
}
