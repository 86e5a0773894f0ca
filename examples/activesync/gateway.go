package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/modrewrite-go/modrewrite/examples/activesync/access"
	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

// gateway judges what comes for ActiveSync and passes on what it lets in. It is
// safe for concurrent use.
type gateway struct {
	*flags
	rules   *rewrite.Middleware // nil without
	judge   http.Handler        // by rules and policy
	forward http.Handler
	devices *table
	log     *slog.Logger
	lines   *batch // what log writes to

	files        front.Files
	certificates *front.Certificates
	policy       atomic.Pointer[access.Policy]
}

// How long a user's name can be, and what is read of a Provision or Settings
// document, in bytes; more of that passes unread.
const (
	maxName     = 256
	maxDocument = 64 << 10
)

// newGateway reads all files that the flags name. The log goes to out.
func newGateway(f *flags, out io.Writer) (*gateway, error) {
	g := &gateway{flags: f, judge: http.HandlerFunc(apply), lines: newBatch(out)}
	g.log = slog.New(slog.NewJSONHandler(g.lines, nil))
	g.files.Log = g.log
	opts := rewrite.Options{
		Transport: newUpstream(f.wait), PreserveHost: true, BackendPause: f.wait, Logger: g.log, Answer: decided,
	}
	g.forward = rewrite.NewProxy(f.upstream, &opts)
	var errs [4]error
	if f.rules != "" {
		// Rulesets are written for servers that have the rewrite engine on from the start.
		g.rules, errs[0] = rewrite.Load(f.rules, &rewrite.LoadOptions{Options: opts, Match: &matcher.Options{EngineOn: true}})
		if g.rules != nil {
			g.judge = g.rules.Handler(g.judge)
		}
	}
	if f.access != "" {
		errs[1] = g.files.Add(g.loadPolicy, f.access)
	}
	g.devices, errs[2] = newTable(f.state, f.devices)
	g.certificates, errs[3] = f.tls.Load(&g.files)
	return g, errors.Join(errs[:]...)
}

func (g *gateway) loadPolicy(contents [][]byte) error {
	p, err := access.Parse(g.access, contents[0])
	if err != nil {
		return err
	}
	if old := g.policy.Load(); old != nil && old.Demanded() && !p.Demanded() {
		return fmt.Errorf(`%s: the "encrypting" line is gone; if that is meant, write: encrypting off`, g.access)
	}
	if !p.Demanded() {
		g.log.Warn(`there is no "encrypting" line: devices that do not encrypt are let in`, "file", g.access)
	}
	g.policy.Store(p)
	return nil
}

// visit is a request on its way through the gateway.
type visit struct {
	*gateway
	record
	out      writer
	query    eas.Query
	agent    string                 // the User-Agent, whole
	document map[eas.Element]string // of the request
	judged   bool                   // the device was
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit { return ctx.Value(visitKey{}).(*visit) }

// ServeHTTP answers a request or passes it on.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	v := &visit{gateway: g, out: writer{ResponseWriter: w, status: http.StatusOK}, agent: r.UserAgent()}
	now := began.UTC().Format(time.RFC3339)
	v.record = record{State: invalid, First: now, Last: now, UserAgent: clip(v.agent)}
	defer func() {
		line := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
		line.AddAttrs(slog.String("method", clip(r.Method)), slog.String("path", clip(r.URL.Path)), slog.String("command", v.query.Command),
			slog.String("client", r.RemoteAddr), slog.Int("status", v.out.status), slog.Float64("seconds", time.Since(began).Seconds()),
			slog.Any("device", &v.record))
		_ = g.log.Handler().Handle(r.Context(), line) // Where a log cannot be written there is no place to say so.
	}()
	if status, err := v.handle(&v.out, r); err != nil {
		v.answer(&v.out, status, err.Error())
	}
}

// answer answers without the server. The reason is for the log, too.
func (v *visit) answer(w http.ResponseWriter, status int, reason string) {
	v.Rule = cmp.Or(v.Rule, reason)
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, reason, status)
}

// writer remembers the status of a response.
type writer struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and sends it.
func (w *writer) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController access to the writer beneath.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// handle decides about what does not depend on the device, and has commands judged.
// With an error the request has not been answered.
func (v *visit) handle(w http.ResponseWriter, r *http.Request) (status int, err error) {
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		v.Certificate = clip(r.TLS.PeerCertificates[0].Subject.String())
	}
	if err := v.certificates.VerifyClient(r.TLS, time.Now()); err != nil {
		v.State = unadmitted
		return http.StatusForbidden, err
	}
	if status, err := v.admitLogin(w, r); err != nil {
		return status, err
	}
	path, judged, err := resolve(r.URL.Path)
	if err != nil {
		return http.StatusBadRequest, err
	}
	r = v.request(r, path)
	if !judged {
		v.State = elsewhere
		if !v.other.pass(path) {
			return http.StatusForbidden, errors.New("only ActiveSync is served here")
		}
		v.forward.ServeHTTP(w, r)
		return 0, nil
	}
	if v.query, err = eas.ParseQuery(r.URL.RawQuery); err == nil && len(r.Header["User-Agent"]) > 1 {
		err = errors.New("more than one User-Agent")
	}
	if err != nil {
		return http.StatusBadRequest, err
	}
	v.DeviceID, v.DeviceType = v.query.DeviceID, v.query.DeviceType
	v.key = keyOf(v.User, v.DeviceID)
	v.Protocol = cmp.Or(v.query.Version, clip(r.Header.Get("MS-ASProtocolVersion")))
	if r.Method == http.MethodOptions {
		v.State = asked
		v.forward.ServeHTTP(w, r)
		return 0, nil
	}
	if v.query.Command == "" || v.query.DeviceID == "" || v.query.DeviceType == "" {
		return http.StatusBadRequest, errors.New("a command needs Cmd, DeviceId and DeviceType")
	}
	v.report(r)
	v.judged, v.State = true, blocked
	v.judge.ServeHTTP(w, r)
	return 0, nil
}

// strayFields are the fields by which a server takes the path or the method from
// elsewhere, or which end HTTP on the connection.
var strayFields = []string{"X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "Upgrade"}

// request returns the request as it is passed on: with the path that was judged,
// the query as it came, and without stray fields.
func (v *visit) request(r *http.Request, path string) *http.Request {
	out := r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	if u := *r.URL; u.Path != path || u.RawPath != "" {
		u.Path, u.RawPath = path, ""
		out.URL = &u
	}
	for name := range r.Header {
		if slices.Contains(strayFields, name) || strings.Contains(name, "_") { // which IIS takes for "-"
			out.Header = maps.Clone(out.Header)
			delete(out.Header, name)
		}
	}
	return out
}

// admitLogin takes the name from a Basic login. Other kinds are refused: connections
// to the server are shared, and NTLM and Negotiate hold for their connection.
func (v *visit) admitLogin(w http.ResponseWriter, r *http.Request) (status int, err error) {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return 0, nil
	}
	user, _, ok := r.BasicAuth()
	switch scheme, _, _ := strings.Cut(lines[0], " "); {
	case !strings.EqualFold(scheme, "Basic"):
		v.State = unadmitted
		w.Header().Set("WWW-Authenticate", `Basic realm="ActiveSync"`)
		return http.StatusUnauthorized, fmt.Errorf("a login of the kind %s cannot pass, as it may be bound to its connection; use Basic", clip(scheme))
	case !ok || len(lines) > 1 || len(user) > maxName || strings.ContainsFunc(user, unicode.IsControl):
		return http.StatusBadRequest, errors.New("a login that cannot be read")
	}
	sum := sha256.Sum256([]byte(lines[0]))
	v.User, v.login = user, string(sum[:])
	return 0, nil
}

// report reads what a device says of itself in a request, which then can be judged.
func (v *visit) report(r *http.Request) {
	if v.query.Command != "Provision" && v.query.Command != "Settings" {
		return
	}
	r.Header = maps.Clone(r.Header)
	r.Header.Del("Accept-Encoding") // the answer is read, too
	var err error
	if v.document, err = readDocument(&r.Body); err != nil {
		v.Note = "the request's document is not read: " + err.Error()
	}
}

// readDocument reads the document in a body, and puts it back.
func readDocument(body *io.ReadCloser) (map[eas.Element]string, error) {
	start, err := io.ReadAll(io.LimitReader(*body, maxDocument+1))
	*body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), *body), *body}
	switch {
	case err != nil || len(start) == 0:
		return nil, err
	case len(start) > maxDocument:
		return nil, errors.New("it is too long")
	}
	return eas.ReadWBXML(start)
}

// apply judges by the policy, and passes the request on or refuses it.
func apply(w http.ResponseWriter, r *http.Request) {
	v := visitOf(r.Context())
	v.State = allowed
	if v.access != "" {
		verdict := v.decide()
		v.State, v.Rule, v.At = states[verdict.Level], verdict.Rule, verdict.At
		v.Note = strings.Trim(v.Note+"; "+verdict.Note, "; ")
	}
	if v.State != allowed {
		v.refuse(w)
		return
	}
	v.devices.saw(v.record)
	v.forward.ServeHTTP(w, r)
}

// decide asks the policy. What the device reported before counts where the server has
// accepted that.
func (v *visit) decide() access.Verdict {
	known := v.devices.get(v.key)
	return v.policy.Load().Decide(&access.Facts{
		User: v.User, Verified: known.verifies(v.login) || v.devices.get(keyOf(v.User, "")).verifies(v.login),
		DeviceID: v.DeviceID, DeviceType: v.DeviceType, UserAgent: v.agent,
		DeviceModel: cmp.Or(v.document[eas.Model], known.Model), DeviceOS: cmp.Or(v.document[eas.OS], known.OS),
	})
}

// refuse answers a device that may not synchronise as its protocol has it: since
// 14.0 with a document, else with 403. A protocol that is not known gets 403.
func (v *visit) refuse(w http.ResponseWriter) {
	v.devices.saw(v.record)
	doc := eas.Refusal(v.query.Command, eas.StatusBlocked)
	if doc == nil || !slices.Contains(eas.WithStatusInBody, v.Protocol) {
		v.answer(w, http.StatusForbidden, "this device may not synchronise")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/vnd.ms-sync.wbxml")
	w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
	_, _ = w.Write(doc) // A device that hung up is not waited for.
}
