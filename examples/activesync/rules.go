package main

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// loadRules reads a ruleset. It is written for servers that have the rewrite
// engine on from the start.
func loadRules(name string, transport http.RoundTripper, log *slog.Logger) (*rewrite.Middleware, error) {
	return rewrite.Load(name, &rewrite.LoadOptions{
		Options: rewrite.Options{Prepare: describe, Observe: decided, Transport: transport, Logger: log},
		Match:   &matcher.Options{EngineOn: true},
	})
}

// describe tells the rules, as %{ENV:…}, what the query says in either form, and
// of the client's certificate what IIS tells its modules.
func describe(r *http.Request, q *matcher.Request) {
	v := visitOf(r.Context())
	q.Env = map[string]string{
		"EAS_CMD": v.query.Command, "EAS_USER": v.query.User, "EAS_DEVICE_ID": v.DeviceID, "EAS_DEVICE_TYPE": v.DeviceType,
		"EAS_VERSION": v.Protocol,
	}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		c := r.TLS.PeerCertificates[0]
		q.Env["CERT_FLAGS"] = "1" // there is one, from an authority that is known
		q.Env["CERT_SUBJECT"] = c.Subject.String()
		q.Env["CERT_ISSUER"] = c.Issuer.String()
		q.Env["CERT_SERIALNUMBER"] = fmt.Sprintf("%X", c.SerialNumber)
	}
}

// decided notes what the rules decided.
func decided(r *http.Request, d *rewrite.Decision) {
	v, res := visitOf(r.Context()), d.Result
	if v.passed {
		return // An error document for a server that fails.
	}
	v.Rule, v.At = "rules: "+res.Action.String(), ""
	switch res.Action {
	case matcher.Redirect, matcher.Respond:
		v.refusal = res.Status
	case matcher.Proxy:
		v.State, v.passed = allowed, true
	case matcher.Pass, matcher.Rewrite: // apply says more
	}
	if res.Reason != nil {
		v.Rule = res.Reason.Message
	}
	if res.Rule.From.Line > 0 {
		v.At = fmt.Sprintf("%s:%d", res.Rule.Name, res.Rule.From.Line)
	}
}

// runRules runs the rules, and the policy where they let the request pass. What they
// refuse is answered as the protocol has it, not with their redirect or page.
func (v *visit) runRules(r *http.Request) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.w = w
		v.apply(r)
	})
	out := v.w
	v.rules.Handler(next).ServeHTTP(&heldWriter{out, v, http.Header{}}, r)
	switch {
	case v.refusal >= http.StatusInternalServerError:
		v.answer(v.refusal, "the request cannot be judged")
	case v.refusal != 0:
		v.refuse()
	}
}

// heldWriter drops the response with which the rules refuse a request.
type heldWriter struct {
	http.ResponseWriter
	v       *visit
	dropped http.Header
}

// Unwrap gives http.ResponseController access to the writer beneath.
func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Header returns the response's header, or one to drop.
func (w *heldWriter) Header() http.Header {
	if w.v.refusal != 0 {
		return w.dropped
	}
	return w.ResponseWriter.Header()
}

// WriteHeader sends the status unless it is a refusal's.
func (w *heldWriter) WriteHeader(status int) {
	if w.v.refusal == 0 {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write sends body unless it is a refusal's.
func (w *heldWriter) Write(body []byte) (int, error) {
	if w.v.refusal != 0 {
		return len(body), nil
	}
	return w.ResponseWriter.Write(body)
}
