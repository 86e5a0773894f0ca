package matcher_test

import (
	"context"
	"fmt"
	"log"
	"testing/fstest"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

const exampleRules = `RewriteEngine On
RewriteCond %{HTTP_USER_AGENT} bot [NC]
RewriteRule ^/private/ - [F]
RewriteRule ^/product/([0-9]+)$ /shop.php?id=$1 [L]
RewriteRule ^/old/(.*)$ https://www.example.com/new/$1 [R=301,L]
`

func mustCompile(rules string, opts *matcher.Options) *matcher.Engine {
	f, err := parser.Parse("site.conf", []byte(rules), nil)
	if err != nil {
		log.Fatal(err)
	}
	e, err := matcher.Compile(f, opts)
	if err != nil {
		log.Fatal(err)
	}
	return e
}

func ExampleEngine_Eval() {
	e := mustCompile(exampleRules, nil)
	requests := []matcher.Request{
		{Target: "/product/42", Host: "shop.example"},
		{Target: "/old/a%20b?x=1", Host: "shop.example"},
		{Target: "/private/x", Host: "shop.example", Header: map[string][]string{"User-Agent": {"SomeBot/1.0"}}},
		{Target: "/private/x", Host: "shop.example"},
	}
	for i := range requests {
		res, err := e.Eval(context.Background(), &requests[i])
		if err != nil {
			log.Fatal(err)
		}
		switch res.Action {
		case matcher.Rewrite:
			fmt.Printf("serve %s?%s\n", res.Path, res.Query)
		case matcher.Redirect:
			fmt.Printf("answer %d, %s\n", res.Status, res.Location)
		case matcher.Respond:
			fmt.Printf("answer %d\n", res.Status)
		case matcher.Pass, matcher.Proxy:
			fmt.Println(res.Action)
		}
	}
	// Output:
	// serve /shop.php?id=42
	// answer 301, https://www.example.com/new/a%20b?x=1
	// answer 403
	// pass
}

func ExampleEngine_Explain() {
	e := mustCompile(exampleRules, nil)
	req := &matcher.Request{Target: "/private/x", Host: "shop.example", Header: map[string][]string{"User-Agent": {"SomeBot/1.0"}}}
	_, err := e.Explain(context.Background(), req, func(s matcher.Step) {
		fmt.Printf("%d: %s\n", s.At.From.Line, s.String())
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 0: the server's rules on "/private/x"
	// 3: pattern ^/private/ on "/private/x": matches
	// 2: condition bot on "SomeBot/1.0": matches
	// 3: the rule matches
	// 3: respond with 403
}

// A document root's access files are part of the evaluation.
func ExampleCompile() {
	site := fstest.MapFS{
		"srv/www/index.php": {Data: []byte("<?php")},
		"srv/www/.htaccess": {Data: []byte("RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php [L]\n")},
	}
	e := mustCompile("", &matcher.Options{DocumentRoot: "/srv/www", FS: site})
	res, err := e.Eval(context.Background(), &matcher.Request{Target: "/some/article", Host: "www.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Action, res.Path, "by", res.Rule)
	// Output: rewrite /index.php by /srv/www/.htaccess:3:1
}

// Mistakes in a ruleset are found with their place, all at once.
func ExampleCompile_findings() {
	f, err := parser.Parse("site.conf", []byte("RewriteRule ^/( /x\nProxyPass /x http://backend.example/\n"), nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = matcher.Compile(f, nil)
	for _, d := range parser.Findings(err) {
		fmt.Println(d.Extent, d.Severity, d.Code)
	}
	// Output:
	// site.conf:1:13 error bad-pattern
	// site.conf:2:1 error unsupported
}
