package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// measureMiddleware prints what the middleware costs a handler that answers at
// once: the requests a second without it, and with it and so many rules. Both
// servers run in this process.
func measureMiddleware(ctx context.Context, rules int) error {
	file, err := parser.Parse("rules.conf", []byte(redirects("/", rules)), nil)
	if err != nil {
		return err
	}
	engine, err := matcher.Compile(file, nil)
	if err != nil {
		return err
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<p>small page</p>\n")
	})
	var urls [2]string
	for i, h := range []http.Handler{bare, rewrite.New(engine, nil).Handler(bare)} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		srv := &http.Server{Handler: h}
		defer srv.Close()
		go func() { _ = srv.Serve(l) }()
		urls[i] = "http://" + l.Addr().String() + "/page.html"
	}
	var ratios []float64
	for range *rounds {
		x, err := load(ctx, urls[0])
		if err != nil {
			return err
		}
		y, err := load(ctx, urls[1])
		if err != nil {
			return err
		}
		ratios = append(ratios, y/x)
	}
	fmt.Printf("middleware with %d rules: %.3f of the bare handler's requests a second   %.3f\n", rules, median(slices.Clone(ratios)), ratios)
	return nil
}
