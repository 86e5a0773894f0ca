package authz_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/authn"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/authz"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/core"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/env"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/groupfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/macro"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/ssl"
	"github.com/modrewrite-go/modrewrite/parser"
)

// modules are the modules that access control is tested with.
func modules() *httpd.ModuleSet {
	all := []*httpd.Module{
		core.Module(), authz.Compat(), authn.Core(), authz.Core(), groupfile.Module(), env.Module(), macro.Module(), ssl.Module(),
	}
	return &httpd.ModuleSet{
		Modules: all, Commands: httpd.NewCommandTable(all, nil),
		Phases: &httpd.Phases{Access: httpd.InPhase(ssl.Access(), authz.Access())},
	}
}

// server is a server as a case describes it.
type server struct {
	conf, access string            // its configuration, and that of /www/dir
	handled      []string          // directives that the caller enforces
	names        map[string]string // of addresses, and addresses of names; nil for no resolver
	reports      []string
}

// compile compiles the server's configuration. The document root is /www.
func (v *server) compile(t *testing.T) (*httpd.Engine, error) {
	t.Helper()
	f, err := parser.Parse("conf", []byte(v.conf), nil)
	require.NoError(t, err)
	w := &httpd.World{
		DocumentRoot: "/www", Handled: v.handled,
		FS: fstest.MapFS{
			"www/dir/.htaccess": {Data: []byte(v.access)}, "www/dir/f": {}, "www/f": {}, "www/empty": {}, "www/say": {Data: []byte("bob")},
		},
		Report: func(d *parser.Diagnostic) { v.reports = append(v.reports, finding(d)) },
	}
	if v.names != nil {
		w.Resolver = resolver(v.names)
	}
	return httpd.Compile(f, w, modules())
}

// finding returns what a finding says, and where: line and column, and the byte that it
// begins at.
func finding(d *parser.Diagnostic) string {
	text := fmt.Sprintf("%s: %s [%s]", d.Severity, d.Message, d.Code)
	if d.IsValid() {
		text = fmt.Sprintf("%d:%d-%d:%d (%d) ", d.From.Line, d.From.Col, d.To.Line, d.To.Col, d.From.Offset) + text
	}
	return text
}

// resolver looks names up among addresses by name, and names by address. "?" can't be
// found out.
type resolver map[string]string

func (r resolver) LookupAddr(_ context.Context, addr string) ([]string, error) {
	name, err := r.find(addr)
	return []string{name}, err
}

func (r resolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	text, err := r.find(host)
	if err != nil {
		return nil, err
	}
	return []netip.Addr{netip.MustParseAddr(text)}, nil
}

func (r resolver) find(what string) (string, error) {
	switch found, ok := r[what]; {
	case found == "?":
		return "", errors.New("the name server is not well")
	case ok:
		return found, nil
	}
	return "", &net.DNSError{Err: "no such host", Name: what, IsNotFound: true}
}

// clientOf reads "METHOD PATH [tls] [strict] [name=value…]"; a name in capitals is of an
// environment variable.
func clientOf(t *testing.T, line string) *httpd.Client {
	t.Helper()
	words := strings.Fields(line)
	c := &httpd.Client{
		Method: words[0], Target: words[1], Proto: "HTTP/1.1", Host: "localhost", RemoteAddr: "10.1.2.3",
		ServerAddr: "10.0.0.1", ServerPort: 80, Header: map[string][]string{}, Env: map[string]string{},
	}
	verify := ""
	for _, w := range words[2:] {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "from":
			c.RemoteAddr = value
		case "to":
			c.ServerAddr = value
		case "name":
			c.RemoteHost = value
		case "user":
			c.RemoteUser, c.AuthType = value, "Basic"
		case "tls":
			c.TLS = true
		case "verify":
			verify = value
			c.TLSVar = func(name string) string {
				if name == "SSL_CLIENT_VERIFY" {
					return verify
				}
				return ""
			}
		default:
			if name != strings.ToUpper(name) {
				c.Header[strings.ToUpper(name[:1])+name[1:]] = []string{value}
				continue
			}
			c.Env[name] = value
		}
	}
	return c
}

// ask returns what the engine decides for a client, a line for each thing that it says.
func ask(e *httpd.Engine, c *httpd.Client) []string {
	ev := e.BeginEvaluation(context.Background())
	defer ev.End()
	ev.Req = c
	var said []string
	ev.Step = func(happened httpd.Event) {
		switch {
		case happened.Kind == httpd.EventDecision && happened.Detail == httpd.EventAdmitted:
			said = append(said, fmt.Sprintf("admitted by %s%s", where(happened.At), depth(&happened)))
		case happened.Kind == httpd.EventReason:
			said = append(said, fmt.Sprintf("refused by %s: %s%s", where(happened.At), happened.Reason.Message, depth(&happened)))
		}
	}
	a := ev.Decide()
	last := fmt.Sprint(max(a.Status(), 200))
	if ev.Rule.IsValid() {
		last += " by " + where(ev.Rule)
	}
	if vary := a.Response.Vary; vary != "" {
		last += ", varies by " + vary
	}
	if ev.Failure != nil {
		for _, d := range parser.Findings(ev.Failure) {
			last += ", failed: " + finding(d)
		}
	}
	return append(said, last)
}

func where(at parser.Extent) string {
	if !at.IsValid() {
		return "nothing"
	}
	return fmt.Sprintf("%s:%d", at.Name, at.From.Line)
}

func depth(happened *httpd.Event) string {
	text := ""
	if happened.Depth > 0 {
		text += ", in a sub-request"
	}
	if happened.Redirects > 0 {
		text += ", after a redirect"
	}
	return text
}
