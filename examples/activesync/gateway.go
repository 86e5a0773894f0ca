package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/examples/activesync/access"
	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// gateway judges what comes for ActiveSync and passes on what it lets in. It is
// safe for concurrent use.
type gateway struct {
	rules   *rewrite.Middleware // nil without
	judge   bool                // by policy
	policy  atomic.Pointer[access.Policy]
	revoked atomic.Pointer[revocations]
	others  others
	devices *table
	logins  *lru[[sha256.Size]byte, time.Time] // those the server accepted, by Authorization header
	forward http.Handler
	log     *requestLog
	report  *slog.Logger
}

// How long a login counts as accepted, and how many are remembered.
const (
	loginKeep = 24 * time.Hour
	maxLogins = 10_000
)

// maxName is how long a user's name can be, in bytes.
const maxName = 256

// maxDocument is how much of a Provision or Settings document is read, in bytes;
// more passes unread.
const maxDocument = 64 << 10

// visit is a request on its way through the gateway.
type visit struct {
	*gateway
	w http.ResponseWriter
	record
	query    eas.Query
	version  eas.Version
	agent    string       // the User-Agent, whole
	document eas.Document // of the request
	login    [sha256.Size]byte
	judged   bool // the device was
	passed   bool
	refusal  int // the status that the rules refuse the request with, 0 if they do not
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// ServeHTTP answers a request or passes it on.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	v := &visit{gateway: g, w: w, agent: r.UserAgent()}
	v.record = record{State: invalid, First: began, Last: began, UserAgent: clip(v.agent)}
	out := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	v.w = out
	defer func() { g.log.write(v, r, out.status, time.Since(began)) }()
	v.handle(r)
}

// handle decides about what does not depend on the device, and hands commands on to
// be judged.
func (v *visit) handle(r *http.Request) {
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		v.Certificate = clip(r.TLS.PeerCertificates[0].Subject.String())
	}
	if err := v.revoked.Load().check(r.TLS, v.Last); err != nil {
		v.State = unadmitted
		v.answer(http.StatusForbidden, err.Error())
		return
	}
	if !v.admitLogin(r) {
		return
	}
	path, judged, err := resolve(r.URL.Path)
	if err != nil {
		v.answer(http.StatusBadRequest, err.Error())
		return
	}
	r = v.request(r, path)
	if !judged {
		v.State = elsewhere
		if !v.others.pass(path) {
			v.answer(http.StatusForbidden, "only ActiveSync is served here")
			return
		}
		v.pass(r)
		return
	}
	v.query, err = eas.ParseQuery(r.URL.RawQuery)
	if err == nil && len(r.Header["User-Agent"]) > 1 {
		err = errors.New("more than one User-Agent")
	}
	v.DeviceID, v.DeviceType = v.query.DeviceID, v.query.DeviceType
	v.version = v.query.Version
	if v.version == 0 {
		v.version = eas.ParseVersion(r.Header.Get("MS-ASProtocolVersion"))
	}
	v.Protocol = v.version.String()
	if err == nil && r.Method == http.MethodOptions {
		v.State = asked
		v.pass(r)
		return
	}
	if err == nil {
		err = v.query.Check()
	}
	if err == nil {
		err = v.readDocument(r)
	}
	if err != nil {
		v.answer(http.StatusBadRequest, err.Error())
		return
	}
	v.decide(r)
}

// request returns the request as it is passed on: with the path that was judged,
// the query as it came, and without the fields by which modules of IIS take the
// path or the method from elsewhere.
func (v *visit) request(r *http.Request, path string) *http.Request {
	u := *r.URL
	u.Path, u.RawPath = path, ""
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	r.URL = &u
	for _, name := range []string{"X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if r.Header[name] != nil {
			r.Header = r.Header.Clone()
			delete(r.Header, name)
		}
	}
	return r
}

// admitLogin takes the name from a Basic login. A login that belongs to its
// connection, NTLM and Negotiate, is refused: connections to the server are shared.
func (v *visit) admitLogin(r *http.Request) bool {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return true
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	switch strings.ToLower(scheme) {
	case "basic":
		login, err := base64.StdEncoding.DecodeString(strings.Trim(rest, " "))
		user, _, ok := bytes.Cut(login, []byte(":"))
		if len(lines) > 1 || err != nil || !ok || len(user) > maxName {
			v.answer(http.StatusBadRequest, "a login that cannot be read")
			return false
		}
		v.User, v.login = string(user), sha256.Sum256([]byte(lines[0]))
		return true
	case "bearer", "digest":
		if len(lines) == 1 {
			return true
		}
	}
	v.State = unadmitted
	v.w.Header().Set("WWW-Authenticate", `Basic realm="ActiveSync"`)
	v.answer(http.StatusUnauthorized, "a login of the kind "+clip(scheme)+" is bound to its connection and cannot pass; use Basic")
	return false
}

// readDocument reads what a device reports of itself, which then can be judged.
func (v *visit) readDocument(r *http.Request) error {
	if v.query.Command != "Provision" && v.query.Command != "Settings" {
		return nil
	}
	body := r.Body
	start, err := io.ReadAll(io.LimitReader(body, maxDocument+1))
	if err != nil {
		return errors.New("the body cannot be read")
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), body), body}
	if len(start) == 0 {
		return nil
	}
	if len(start) > maxDocument {
		err = errLong
	} else {
		v.document, err = eas.Read(start)
	}
	if err != nil {
		v.Note = "the request's document is not read: " + err.Error()
	}
	return nil
}

// decide judges the device, by the rules first where there are both.
func (v *visit) decide(r *http.Request) {
	v.judged = true
	v.State, v.Rule = blocked, ""
	switch {
	case v.rules != nil:
		v.runRules(r)
	default:
		v.apply(r)
	}
}

// apply judges by the policy, and passes the request on or refuses it.
func (v *visit) apply(r *http.Request) {
	if v.judge {
		verdict := v.policy.Load().Decide(v.facts())
		v.State = map[access.Level]state{access.Allow: allowed, access.Block: blocked, access.Quarantine: quarantined}[verdict.Level]
		v.Rule, v.At = verdict.Rule, v.policy.Load().At(verdict.Line)
		if verdict.Note != "" {
			v.Note = strings.TrimPrefix(v.Note+"; "+verdict.Note, "; ")
		}
	} else {
		v.State = allowed
	}
	if v.State != allowed {
		v.refuse()
		return
	}
	v.devices.saw(v.record)
	v.pass(r)
}

// facts returns what the policy is asked about. What the device reported before
// counts where the server has accepted that.
func (v *visit) facts() *access.Facts {
	known, _ := v.devices.get(v.key())
	f := &access.Facts{
		User: v.User, DeviceID: v.DeviceID, DeviceType: v.DeviceType, UserAgent: v.agent,
		DeviceModel: v.document.Model, DeviceOS: v.document.OS,
	}
	if f.DeviceModel == "" {
		f.DeviceModel = known.Model
	}
	if f.DeviceOS == "" {
		f.DeviceOS = known.OS
	}
	if at, ok := v.logins.get(v.login); ok {
		f.Verified = v.User != "" && v.Last.Sub(at) < loginKeep
	}
	return f
}

func (v *visit) pass(r *http.Request) {
	v.passed = true
	v.forward.ServeHTTP(v.w, r)
}

// refuse answers a device that may not synchronise as its protocol has it: since
// 14.0 with a document, else with 403. A protocol that is not known gets 403.
func (v *visit) refuse() {
	v.devices.saw(v.record)
	doc := eas.Refusal(v.query.Command, eas.StatusBlocked)
	if v.version < eas.FirstWithStatusInBody || doc == nil {
		v.answer(http.StatusForbidden, "this device may not synchronise")
		return
	}
	h := v.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/vnd.ms-sync.wbxml")
	h.Set("Content-Length", fmt.Sprint(len(doc)))
	_, _ = v.w.Write(doc) // A device that hung up is not waited for.
}

// answer answers without the server. The reason is for the log, too.
func (v *visit) answer(status int, reason string) {
	if v.Rule == "" {
		v.Rule = reason
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Error(v.w, reason, status)
}

// statusWriter remembers a response's status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and sends it.
func (w *statusWriter) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController access to the writer beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
