package main

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
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
// time. Without authorities it trusts those of the system.
func newUpstream(wait time.Duration, authorities []*x509.Certificate, minTLS uint16) *upstream {
	t := rewrite.NewTransport()
	t.ResponseHeaderTimeout = wait
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 1024, 1024
	t.ForceAttemptHTTP2 = false // the server's login and limits are made for HTTP/1.1
	t.TLSClientConfig = &tls.Config{}
	if authorities != nil {
		t.TLSClientConfig.RootCAs = newPool(authorities)
	}
	old(t.TLSClientConfig, minTLS)
	t.ReadBufferSize, t.WriteBufferSize = 2<<10, 2<<10 // a Ping holds them for an hour
	return &upstream{t}
}

// RoundTrip sends a request and notes what the answer says of the device.
func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := u.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kept := resp.Header["Www-Authenticate"][:0]
	for _, offer := range resp.Header["Www-Authenticate"] {
		scheme, _, _ := strings.Cut(strings.ToLower(offer), " ")
		if scheme == "basic" || scheme == "digest" || scheme == "bearer" {
			kept = append(kept, offer)
		}
	}
	if resp.Header["Www-Authenticate"] != nil {
		resp.Header["Www-Authenticate"] = kept
	}
	if v := visitOf(r.Context()); v != nil {
		v.answered(resp)
	}
	return resp, nil
}

// answered learns from a response to a request that passed.
func (v *visit) answered(resp *http.Response) {
	hasLogin := v.User != "" && v.State != elsewhere
	if resp.StatusCode == http.StatusUnauthorized && hasLogin {
		v.logins.remove(v.login)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return
	}
	if hasLogin {
		v.logins.touch(v.login, func(at *time.Time) { *at = v.Last })
	}
	if !v.judged {
		return
	}
	v.devices.touch(v.key(), func(row *record) {
		row.Accepted = v.Last
		if v.document.Model != "" {
			row.Model = clip(v.document.Model)
		}
		if v.document.OS != "" {
			row.OS = clip(v.document.OS)
		}
		if v.document.PolicyStatus != "" {
			row.Acknowledged = clip(v.document.PolicyStatus)
		}
	})
	if v.query.Command == "Provision" {
		resp.Body = &overheard{ReadCloser: resp.Body, v: v, gzip: resp.Header.Get("Content-Encoding") == "gzip"}
	}
}

var errLong = errors.New("it is too long")

// overheard is the body of an answer to Provision, of which a copy is read.
type overheard struct {
	io.ReadCloser
	v    *visit
	gzip bool
	copy []byte
	done bool
}

// Read reads the body. At its end the policy in it is entered into the table.
func (o *overheard) Read(b []byte) (int, error) {
	n, err := o.ReadCloser.Read(b)
	if len(o.copy) <= maxDocument {
		o.copy = append(o.copy, b[:n]...)
	}
	if errors.Is(err, io.EOF) && !o.done {
		o.done = true
		if policy := o.policy(); policy != "" {
			o.v.devices.touch(o.v.key(), func(row *record) { row.Policy = policy })
		}
	}
	return n, err
}

// policy says what the answer demands of the device's encryption, "" if no policy
// is in it.
func (o *overheard) policy() string {
	doc, err := o.copy, error(nil)
	if o.gzip {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(doc)); err == nil {
			doc, err = io.ReadAll(io.LimitReader(z, maxDocument+1))
		}
	}
	if len(doc) > maxDocument {
		err = errLong
	}
	var d eas.Document
	if err == nil {
		d, err = eas.Read(doc)
	}
	switch {
	case err != nil:
		return "not read: " + err.Error()
	case !d.Policy:
		return ""
	case o.v.version < eas.FirstWithEncryptionPolicy:
		return "this protocol has no such policy"
	case d.Encryption == "":
		return "not in the policy"
	case d.Encryption == "1":
		return "required"
	}
	return "not required"
}
