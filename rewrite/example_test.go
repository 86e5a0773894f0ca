package rewrite_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing/fstest"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// A ruleset in front of an application, read again whenever its file changes.
func Example() {
	rules, err := rewrite.Load("site.conf", nil)
	if err != nil {
		log.Fatal(err) // every mistake in the rules, with file:line:column
	}
	go rules.Watch(context.Background(), 2*time.Second, nil)

	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		fmt.Fprintf(w, "asked for %s, served as %s\n", info.Original, r.URL)
	})
	server := http.Server{
		Addr: "localhost:8080", Handler: rewrite.Timeouts{}.Handler(rules.Handler(app)),
		ReadHeaderTimeout: 20 * time.Second, IdleTimeout: time.Minute,
	}
	log.Fatal(server.ListenAndServe())
}

func ExampleMiddleware_Handler() {
	const rules = `
RewriteEngine On
RewriteRule ^/old/(.*)$ https://example.org/new/$1 [R=301,L]
RewriteRule ^/private   - [F]
RewriteRule ^/item/(\d+)$ /show?id=$1
`
	f, err := parser.Parse("site.conf", []byte(rules), nil)
	if err != nil {
		log.Fatal(err)
	}
	e, err := matcher.Compile(f, nil)
	if err != nil {
		log.Fatal(err)
	}
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "app sees %s", r.URL)
	})
	h := rewrite.New(e, nil).Handler(app)

	for _, path := range []string{"/old/a", "/private", "/item/42", "/other"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		switch location := w.Header().Get("Location"); {
		case w.Code == http.StatusOK:
			fmt.Println(path, "->", w.Body)
		case location != "":
			fmt.Println(path, "->", w.Code, location)
		default:
			fmt.Println(path, "->", w.Code)
		}
	}
	// Output:
	// /old/a -> 301 https://example.org/new/a
	// /private -> 403
	// /item/42 -> app sees /show?id=42
	// /other -> app sees /other
}

// A folder with .htaccess files, as a site.
func ExampleSite() {
	site, err := rewrite.Site("/srv/www", nil)
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{
		Addr: "localhost:8080", Handler: rewrite.Timeouts{}.Handler(site),
		ReadHeaderTimeout: 20 * time.Second, IdleTimeout: time.Minute,
	}
	log.Fatal(server.ListenAndServe())
}

// An application behind the rules in the .htaccess files of a folder.
func ExampleLoadSite() {
	rules, err := rewrite.LoadSite("/srv/www", nil)
	if err != nil {
		log.Fatal(err)
	}
	files := rewrite.Files(nil)
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		if info.Handler == "my-app" { // by AddHandler or SetHandler
			fmt.Fprintf(w, "run %s here", info.Filename)
			return
		}
		files.ServeHTTP(w, r)
	})
	log.Fatal(http.ListenAndServe("localhost:8080", rules.Handler(app)))
}

// The files of a site whose configuration is one for httpd, served by the rules in it.
func ExampleFiles() {
	rules, err := rewrite.Load("site.conf", &rewrite.LoadOptions{Match: &matcher.Options{Directories: true}})
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{
		Addr: "localhost:8080", Handler: rewrite.Timeouts{}.Handler(rules.Handler(rewrite.Files(nil))),
		ReadHeaderTimeout: 20 * time.Second, IdleTimeout: time.Minute,
	}
	log.Fatal(server.ListenAndServe())
}

func ExampleFromContext() {
	h := load(`
RewriteEngine On
RewriteRule ^/(en|de)/(.*)$ /$2 [E=LANG:$1]
`).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		fmt.Fprintf(w, "%s in %q, asked for as %s, by the rule in line %d",
			r.URL.Path, info.Env["LANG"], info.Original, info.Rule.From.Line)
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/de/news", http.NoBody))
	fmt.Println(w.Body)
	// Output: /news in "de", asked for as /de/news, by the rule in line 3
}

// What the web server knows of a client, rules learn through Prepare.
func ExampleOptions() {
	opts := &rewrite.Options{
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Prepare: func(r *http.Request, q *matcher.Request) {
			q.Env = map[string]string{"COUNTRY": r.Header.Get("X-Geo-Country")}
		},
	}
	h := rewrite.New(engine(`
RewriteEngine On
RewriteCond %{ENV:COUNTRY} =NO
RewriteRule ^ https://no.example.org%{REQUEST_URI} [R]
`), opts).Handler(http.NotFoundHandler())
	r := httptest.NewRequest(http.MethodGet, "/fjord", http.NoBody)
	r.Header.Set("X-Geo-Country", "NO")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 302 https://no.example.org/fjord
}

// Decisions that never reach a handler can be counted, with the rule that made them.
func ExampleDecision() {
	opts := &rewrite.Options{Observe: func(r *http.Request, d *rewrite.Decision) {
		fmt.Println(r.URL.Path, d.Result.Action, d.Result.Status, d.Result.Rule)
	}}
	h := rewrite.New(engine("RewriteEngine On\nRewriteRule ^/old /new [R=301]\nRewriteRule ^/secret - [F]\n"), opts).Handler(http.NotFoundHandler())
	for _, path := range []string{"/old", "/secret", "/page"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, http.NoBody))
	}
	// Output:
	// /old redirect 301 site.conf:2:1
	// /secret respond 403 site.conf:3:1
	// /page pass 200
}

// A gateway of your own sends on what the rules make of a URL.
func ExampleInfo() {
	h := rewrite.New(engine("RewriteEngine On\nRewriteRule ^/shop/(.*) /show\\ room/$1?id=7 [QSA]\n"), nil).Handler(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			info, _ := rewrite.FromContext(r.Context())
			fmt.Println(info.Original, "->", info.RequestURI())
		}))
	for _, target := range []string{"/shop/caf%C3%A9?lang=en", "/other%20page"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, target, http.NoBody))
	}
	// Output:
	// /shop/caf%C3%A9?lang=en -> /show%20room/caf%C3%A9?id=7&lang=en
	// /other%20page -> /other%20page
}

// An engine is asked without anything being done.
func ExampleNewRequest() {
	r := httptest.NewRequest(http.MethodGet, "/old", http.NoBody)
	res, err := engine("RewriteEngine On\nRewriteRule ^/old /new [R=301]\n").Eval(r.Context(), rewrite.NewRequest(r, nil))
	fmt.Println(res.Action, res.Location, err)
	// Output: redirect http://example.com/new <nil>
}

// An application has pages of its own for errors, where the rules have none.
func ExampleFailDocument() {
	h := rewrite.New(engine("ErrorDocument 404 \"not here\"\n"), nil).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusNotFound
		if r.URL.Path == "/down" {
			status = http.StatusServiceUnavailable
		}
		if !rewrite.FailDocument(w, r, status) {
			w.WriteHeader(status)
			fmt.Fprintf(w, "the application's page")
		}
	}))
	for _, path := range []string{"/missing", "/down"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 404 not here
	// 503 the application's page
}

// A bad ruleset never replaces a good one.
func ExampleMiddleware_Reload() {
	files := fstest.MapFS{"site.conf": {Data: []byte("RewriteEngine On\nRewriteRule ^ - [G]\n")}}
	m, err := rewrite.Load("site.conf", &rewrite.LoadOptions{Parse: &parser.Options{FS: files}})
	if err != nil {
		log.Fatal(err)
	}
	h := m.Handler(http.NotFoundHandler())

	files["site.conf"].Data = []byte("RewriteEngine On\nRewriteRule ^ - [G,Q]\n")
	fmt.Println(m.Reload())

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	fmt.Println(w.Code)
	// Output:
	// site.conf:2:20: RewriteRule: unknown flag 'Q'
	// 410
}

// engine compiles rules that are known to be good.
func engine(rules string) *matcher.Engine {
	f, err := parser.Parse("site.conf", []byte(rules), nil)
	if err != nil {
		log.Fatal(err)
	}
	e, err := matcher.Compile(f, nil)
	if err != nil {
		log.Fatal(err)
	}
	return e
}

func load(rules string) *rewrite.Middleware { return rewrite.New(engine(rules), nil) }
