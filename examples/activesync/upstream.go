package main

import (
	"cmp"
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// upstream is the way to the server. It looks at what comes back, and changes
// nothing of it but the kinds of login that could not pass.
type upstream struct{ http.RoundTripper }

// newUpstream returns a transport that waits for the beginning of a response as
// long as a Ping may take, and reuses as many connections as devices need at a
// time.
func newUpstream(wait time.Duration) *upstream {
	t := rewrite.NewTransport()
	t.ResponseHeaderTimeout = wait
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 1024, 1024
	t.ForceAttemptHTTP2 = false                                   // the server's login and limits are made for HTTP/1.1
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS10} // all that an old Exchange knows
	t.ReadBufferSize, t.WriteBufferSize = 2<<10, 2<<10            // a Ping holds them for an hour
	return &upstream{t}
}

// RoundTrip sends a request and notes what the answer says of the device.
func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := u.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if offers := resp.Header["Www-Authenticate"]; offers != nil {
		resp.Header["Www-Authenticate"] = slices.DeleteFunc(offers, func(offer string) bool {
			scheme, _, _ := strings.Cut(offer, " ")
			return !strings.EqualFold(scheme, "Basic")
		})
	}
	switch v := visitOf(r.Context()); {
	case resp.StatusCode >= 200 && resp.StatusCode <= 299:
		v.accepted(resp)
	case resp.StatusCode == http.StatusUnauthorized && v.State != elsewhere:
		v.devices.forget(v.login, v.key, keyOf(v.User, ""))
	}
	return resp, nil
}

// accepted learns from the answer to a request that the server accepted.
func (v *visit) accepted(resp *http.Response) {
	policy := ""
	if v.judged && v.query.Command == "Provision" {
		policy = v.encryptionPolicy(readDocument(&resp.Body))
	}
	if v.State == elsewhere || v.User == "" {
		return
	}
	v.devices.touch(v.key, func(row *record) {
		if row.First == "" { // OPTIONS was asked first, or the table was full
			*row = v.record
		}
		row.Accepted, row.login = v.Last, v.login
		row.Model = cmp.Or(clip(v.document[eas.Model]), row.Model)
		row.OS = cmp.Or(clip(v.document[eas.OS]), row.OS)
		row.Acknowledged = cmp.Or(clip(v.document[eas.PolicyStatus]), row.Acknowledged)
		row.Policy = cmp.Or(policy, row.Policy)
	})
}

// encryptionPolicy says what the server's answer to Provision demands of the device's
// encryption, "" if no policy is in it.
func (v *visit) encryptionPolicy(doc map[eas.Element]string, err error) string {
	_, isPolicy := doc[eas.PolicyData]
	demand, known := doc[eas.RequireEncryption]
	switch {
	case err != nil:
		return "not read: " + err.Error()
	case !isPolicy:
		return ""
	case !slices.Contains(eas.WithEncryptionPolicy, v.Protocol):
		return "this protocol has no such policy"
	case !known:
		return "not in the policy"
	case demand == "1":
		return "required"
	}
	return "not required"
}
