package main

import (
	"fmt"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// describe tells the rules, as %{ENV:…}, what the query says in either form. What
// they ask of certificates the library answers.
func describe(r *http.Request, q *matcher.Request) {
	v := visitOf(r.Context())
	q.Env = map[string]string{
		"EAS_CMD": v.query.Command, "EAS_USER": v.query.User, "EAS_DEVICE_ID": v.DeviceID, "EAS_DEVICE_TYPE": v.DeviceType,
		"EAS_VERSION": v.Protocol,
	}
}

// decided notes what the rules decided. What they refuse is answered as the protocol
// has it, not with their redirect or page.
func decided(r *http.Request, d *rewrite.Decision) {
	v, res := visitOf(r.Context()), d.Result
	if d.Failed != 0 {
		return // An error document for a server that fails.
	}
	v.Rule = "rules: " + res.Action.String()
	if res.Reason != nil {
		v.Rule = res.Reason.Message
	}
	if res.Rule.From.Line > 0 {
		v.At = fmt.Sprintf("%s:%d", res.Rule.Name, res.Rule.From.Line)
	}
	switch {
	case res.Action == matcher.Redirect, res.Action == matcher.Respond:
		v.refusal = res.Status
	case d.Err != nil, res.Action != matcher.Pass: // What is judged is what is forwarded: rules have no other say.
		v.refusal = http.StatusInternalServerError
	}
	if v.refusal != 0 {
		v.out.dropped = http.Header{}
	}
}

// writer remembers the status of a response. It drops what the rules answer to a
// request that they refuse.
type writer struct {
	http.ResponseWriter
	status  int
	dropped http.Header // nil if the response is sent
}

// Unwrap gives http.ResponseController access to the writer beneath.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Header returns the response's header, or one to drop.
func (w *writer) Header() http.Header {
	if w.dropped != nil {
		return w.dropped
	}
	return w.ResponseWriter.Header()
}

// WriteHeader notes the status and sends it.
func (w *writer) WriteHeader(status int) {
	if w.dropped != nil {
		return
	}
	if status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *writer) Write(body []byte) (int, error) {
	if w.dropped != nil {
		return len(body), nil
	}
	return w.ResponseWriter.Write(body)
}
