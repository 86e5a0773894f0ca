package main

import (
	"fmt"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// decided answers what the rules refuse as the protocol has it, not with their
// redirect or page. What is judged is what is forwarded: rules have no other say.
func decided(w http.ResponseWriter, r *http.Request, d *rewrite.Decision) bool {
	v, res := visitOf(r.Context()), d.Result
	if d.Failed != 0 {
		return false // An error document for a server that fails.
	}
	v.Rule = "rules: " + res.Action.String()
	if res.Reason != nil {
		v.Rule = res.Reason.Message
	}
	if res.Rule.From.Line > 0 {
		v.At = fmt.Sprintf("%s:%d", res.Rule.Name, res.Rule.From.Line)
	}
	answers := res.Action == matcher.Redirect || res.Action == matcher.Respond
	switch {
	case d.Err == nil && res.Action == matcher.Pass:
		return false
	case d.Err == nil && answers && res.Status < http.StatusInternalServerError:
		v.refuse(w)
	default:
		v.answer(w, max(res.Status, http.StatusInternalServerError), "the request cannot be judged")
	}
	return true
}
