// Package replay answers recorded cases - a configuration and requests to it -
// with this module's engine, in the form in which a real httpd's answers are
// recorded, so that the two can be compared.
//
// A case's text stands inside a <VirtualHost> named www.example.com, once for
// port 80 and once, with TLS, for port 443, under "UseCanonicalName Off". Its
// document root, which holds its files, has "AllowOverride All" and "Options
// FollowSymLinks". Nothing is written to disk: the document root is virtual,
// while the rest of the file system is the machine's own.
package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/tracelog"
)

// Run answers c at c.Place: it sets c.ConfigError or c.Results. The document
// root holds the files of tree beside the case's own. It returns an error if c
// is not a case that can be run, or ctx is done.
func Run(ctx context.Context, c *Case, tree *Tree) error {
	if c.Place == (Place{}) {
		c.Place = NthPlace(0)
	}
	c.ConfigError, c.Refused, c.Results = "", nil, nil
	s, refused, err := newSite(c, tree)
	if err != nil {
		return fmt.Errorf("case %q: %w", c.Name, err)
	}
	if refused != nil {
		c.Refused = refused
		message := strings.ReplaceAll(firstError(refused), path.Dir(c.Place.config())+"/", "")
		c.ConfigError = Encode(message, c.Place.Root)
		return nil
	}
	defer s.close()
	c.Results = make([]Result, len(c.Requests))
	forEach(len(c.Requests), func(i int) {
		if ctx.Err() == nil {
			c.Results[i] = s.answer(ctx, &c.Requests[i])
		}
	})
	return ctx.Err()
}

// firstError returns the message of the first finding that is an error.
func firstError(err error) string {
	for _, d := range parser.Findings(err) {
		if d.Severity == parser.Error {
			return d.Error()
		}
	}
	return err.Error()
}

// share is the number of requests worth a goroutine of their own.
const share = 500

// forEach calls do for 0 to n-1, on several goroutines where there are many.
func forEach(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/share)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// answer evaluates one request. A panic of the engine becomes the result's
// error: one bad request must not hide the results of thousands of others, and
// a result with an error is never counted as equal.
func (s *site) answer(ctx context.Context, q *Request) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			r = Result{Error: fmt.Sprint("panic: ", p)}
		}
	}()
	req, err := engineRequest(q, s.place)
	if errors.Is(err, errBadRequest) {
		return Result{Status: 400}
	}
	if s.log != nil {
		req.RewriteLog = func(level int, message string) {
			m := tracelog.Message{Level: level, Text: message}
			s.log(m.Line(req.RemoteAddr, http.Header(req.Header).Get("Referer")))
		}
	}
	res, err := s.engine.Eval(ctx, req)
	r = s.result(q, &res)
	r.Cause = err
	return r
}
