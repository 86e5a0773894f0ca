package fastcgi_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/fcgi"

	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
)

// A script of PHP-FPM would be run for SCRIPT_FILENAME; here a server in Go answers.
func Example() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		_ = fcgi.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s runs %s", r.Method, fcgi.ProcessEnv(r)["SCRIPT_FILENAME"])
		}))
	}()

	client := fastcgi.Client{Network: "tcp", Address: l.Addr().String()}
	resp, err := client.Do(context.Background(), &fastcgi.Request{Params: []fastcgi.Param{
		{Name: "REQUEST_METHOD", Value: "GET"},
		{Name: "SERVER_PROTOCOL", Value: "HTTP/1.1"},
		{Name: "REQUEST_URI", Value: "/shop"},
		{Name: "SCRIPT_FILENAME", Value: "/srv/www/shop.php"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Header.Get("Content-Type"))
	fmt.Println(string(text))
	// Output:
	// text/plain; charset=utf-8
	// GET runs /srv/www/shop.php
}
