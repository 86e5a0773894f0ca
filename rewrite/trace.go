package rewrite

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// maxTraceBody is the longest body that "TraceEnable extended" sends back.
const maxTraceBody = 64 << 10

// echo answers a TRACE request with itself, as far as net/http keeps it: the
// fields of the header come in the order of their names.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxTraceBody+1))
	switch {
	case len(body) > maxTraceBody:
		answer(w, r, &matcher.Result{}, http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		answer(w, r, &matcher.Result{}, http.StatusBadRequest)
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\n", r.Method, r.RequestURI, r.Proto)
	if r.Host != "" {
		fmt.Fprintf(&b, "Host: %s\r\n", r.Host)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, v := range r.Header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	b.WriteString("\r\n")
	b.Write(body)
	w.Header().Set("Content-Type", "message/http")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	// The client may be gone; nothing is left to be done then.
	_, _ = io.WriteString(w, b.String())
}

// maxForwards returns what a forwarded request has left of its Max-Forwards, ""
// if it has none. ok is false where it may not be forwarded and is answered, as
// by mod_proxy.
func maxForwards(w http.ResponseWriter, r *http.Request) (left string, ok bool) {
	const name = "Max-Forwards"
	value := r.Header.Get(name)
	if value == "" {
		return "", true
	}
	n, err := strconv.ParseInt(value, 10, 32)
	switch {
	case err == nil && n > 0:
		return strconv.FormatInt(n-1, 10), true
	case err != nil || n < 0:
		Fail(w, r, http.StatusBadRequest)
	case r.Method == http.MethodTrace && r.ContentLength == 0:
		echo(w, r)
	case r.Method == http.MethodTrace:
		Fail(w, r, http.StatusRequestEntityTooLarge)
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusOK)
	default:
		Fail(w, r, http.StatusBadRequest)
	}
	return "", false
}
