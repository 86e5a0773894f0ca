package matcher_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// status evaluates req and returns the status of the result.
func status(t *testing.T, e *matcher.Engine, req matcher.Request) int {
	t.Helper()
	if req.Target == "" {
		req.Target = "/"
	}
	req.Host = "www.example.com"
	res, err := e.Eval(context.Background(), &req)
	require.NoError(t, err)
	return res.Status
}

// guarded returns an engine whose whole URL space is guarded by rules.
func guarded(t *testing.T, rules string, opts *matcher.Options) *matcher.Engine {
	t.Helper()
	return compile(t, "<Location />\n"+rules+"\n</Location>\n", opts)
}

// TestClient asks who is let in by what only a caller can say of the client.
func TestClient(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rules string
		req   matcher.Request
		want  int
	}{
		{"Require host example.com", matcher.Request{RemoteHost: "a.example.com"}, 200},
		{"Require host example.com", matcher.Request{RemoteHost: "Example.COM"}, 200},
		{"Require host example.com", matcher.Request{RemoteHost: "badexample.com"}, 403},
		{"Require host example.com", matcher.Request{}, 403},
		{"Require host other.example # example.com", matcher.Request{RemoteHost: "example.com"}, 403},
		{"Require host %{HTTP:X-Host}", matcher.Request{RemoteHost: "a.b", Header: map[string][]string{"X-Host": {"x.y a.b"}}}, 200},
		{"Require host %{HTTP:X-Host}", matcher.Request{RemoteHost: "a.b", Header: map[string][]string{"X-Host": {"#a.b"}}}, 403},
		{"Order Allow,Deny\nAllow from .example", matcher.Request{RemoteHost: "a.example"}, 200},
		{"Order Allow,Deny\nAllow from .example", matcher.Request{RemoteHost: "example"}, 403},
		{"Require ip 2001:db8::/32", matcher.Request{RemoteAddr: "2001:db8::1"}, 200},
		{"Require ip 2001:db8::/32", matcher.Request{RemoteAddr: "2001:db9::1"}, 403},
		{"Require ip 192.0.2", matcher.Request{RemoteAddr: "::ffff:192.0.2.7"}, 200},
		{"Require ip 0.0.0.0/0.0.0.0", matcher.Request{}, 403},
		{"Deny from 192.0.2.7", matcher.Request{RemoteAddr: "192.0.2.7"}, 403},
		{"Require local", matcher.Request{RemoteAddr: "192.0.2.7"}, 403},
		{"Require local", matcher.Request{RemoteAddr: "192.0.2.7", ServerAddr: "192.0.2.7"}, 200},
		{"Require local", matcher.Request{RemoteAddr: "::1"}, 200},
		{"Require local", matcher.Request{}, 403},
		{"Require ssl-verify-client", matcher.Request{}, 403},
		{"Require ssl-verify-client", matcher.Request{TLS: true}, 403},
		{"Require ssl-verify-client", matcher.Request{TLS: true, TLSVar: func(string) string { return "SUCCESS" }}, 200},
		{"Require env A", matcher.Request{Env: map[string]string{"a": ""}}, 200},
		{"Require expr %{REMOTE_USER} == 'ann'", matcher.Request{RemoteUser: "ann"}, 200},
		{"Require expr %{REMOTE_USER} == 'ann'", matcher.Request{RemoteUser: "bob"}, 401},
		{"Require expr %{REMOTE_USER} == 'ann'", matcher.Request{}, 500},
		{"Require expr md5('a') == %{env:x y}", matcher.Request{}, 403},
	}
	for _, tt := range tests {
		e := guarded(t, tt.rules, &matcher.Options{Handled: []string{"HostnameLookups"}})
		if got := status(t, e, tt.req); got != tt.want {
			t.Errorf("%q lets %+v in with %d, want %d", tt.rules, tt.req, got, tt.want)
		}
	}
}

// TestOnlyNegative has requirements that let nobody in: httpd refuses to start
// with them, but not to read them in an access file.
func TestOnlyNegative(t *testing.T) {
	t.Parallel()
	const rules = "<RequireAll>\nRequire not ip 10\n</RequireAll>\n"
	f, err := parser.Parse("test.conf", []byte("<Location />\n"+rules+"</Location>\n"), nil)
	require.NoError(t, err)
	_, err = matcher.Compile(f, nil)
	require.ErrorContains(t, err, "test.conf:2:1: only negative requirements")

	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": rules})})
	require.Equal(t, 403, status(t, e, matcher.Request{RemoteAddr: "192.0.2.1"}))
}

func TestUsersNeedHandling(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rules   string
		handled []string
		want    string // in the finding
	}{
		{"Require valid-user", nil, ""},
		{"Require group staff", nil, ""},
		{"Require file-group", nil, "Require file-group is not supported"},
		{"Require file-group", []string{"Require"}, ""},
		{"AuthType Digest", nil, "AuthType Digest guards access and is not supported"},
		{"AuthType Form", []string{"Require"}, "AuthType Form guards access and is not supported"},
		{"AuthType Digest", []string{"AuthType"}, ""},
		{"AuthBasicProvider ldap file", nil, "AuthBasicProvider ldap is not supported"},
		{"AuthBasicProvider own", nil, `AuthBasicProvider: unknown provider "own"`},
		{"AuthBasicProvider ldap own file", []string{"AuthBasicProvider"}, ""},
		{"AuthBasicFake x", nil, "AuthBasicFake guards access and is not supported"},
		{"Require ldap-group x", []string{"Require"}, `unknown authorization provider "ldap-group"`},
		{"AuthType", []string{"AuthType"}, "AuthType takes one argument"},
		{"Require valid-user", []string{"require"}, ""},
		{"AuthType Basic\nAuthName x\nRequire group staff", []string{"Require", "AuthType", "AuthName"}, ""},
	}
	for _, tt := range tests {
		f, err := parser.Parse("test.conf", []byte("<Location />\n"+tt.rules+"\n</Location>\n"), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, &matcher.Options{Handled: tt.handled})
		switch {
		case tt.want == "":
			require.NoError(t, err, tt.rules)
		case err == nil || !strings.Contains(err.Error(), tt.want):
			t.Errorf("Compile(%q) handled %v = %v, want %q", tt.rules, tt.handled, err, tt.want)
		}
	}
}

// TestGivenUserInGroup has the caller name the user, with an AuthType and without: a group
// that may not come in is kept out either way.
func TestGivenUserInGroup(t *testing.T) {
	t.Parallel()
	groups := filepath.Join(t.TempDir(), "groups")
	require.NoError(t, os.WriteFile(groups, []byte("banned: ann\n"), 0o600))
	const rules = "<RequireAll>\nRequire valid-user\nRequire not group banned\n</RequireAll>\n"
	for authType, refused := range map[string]int{"": 403, "AuthType Basic\nAuthName x\n": 401} {
		f, err := parser.Parse("test.conf", []byte("<Location />\n"+authType+"AuthGroupFile "+groups+"\n"+rules+"</Location>\n"), nil)
		require.NoError(t, err)
		e, err := matcher.Compile(f, &matcher.Options{Handled: []string{"Require"}})
		require.NoError(t, err)
		require.Equal(t, refused, status(t, e, matcher.Request{RemoteUser: "ann"}), authType)
		require.Equal(t, 200, status(t, e, matcher.Request{RemoteUser: "bob"}), authType)
	}
}

// TestMethods has a method that only the configuration knows.
func TestMethods(t *testing.T) {
	t.Parallel()
	e := guarded(t, "<Limit FETCH>\nRequire all denied\n</Limit>\n<LimitExcept FETCH>\nRequire method GET POST\n</LimitExcept>", nil)
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 200, "PUT": 403, "FETCH": 403, "OTHER": 403} {
		if got := status(t, e, matcher.Request{Method: method}); got != want {
			t.Errorf("%s: %d, want %d", method, got, want)
		}
	}
}

func TestAccessIsExplained(t *testing.T) {
	t.Parallel()
	e := compile(t, "SetEnvIf Host ^(www) NAME=$1\nSetEnvIf NAME . !NAME\n<Location />\nDeny from all\n</Location>\n", nil)
	var texts []string
	res, err := e.Explain(context.Background(), &matcher.Request{Target: "/", Host: "www.example.com"}, func(s matcher.Step) {
		texts = append(texts, s.At.String()+" "+s.String())
	})
	require.NoError(t, err)
	require.Equal(t, 403, res.Status)
	require.Equal(t, uint32(4), res.Rule.From.Line)
	want := []string{
		`test.conf:1:1 set NAME to "www"`,
		"test.conf:2:1 unset NAME",
		"test.conf:4:1 the client without address is not let in",
		"test.conf:4:1 respond with 403",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("steps mismatch (-want +got):\n%s", diff)
	}
}

func TestDocumentRootBelowServerRoot(t *testing.T) {
	t.Parallel()
	const access = "RewriteEngine On\nRewriteRule ^x$ - [G]\n"
	e := compile(t, "ServerRoot /srv\nDocumentRoot www\n<Directory /srv/www>\nAllowOverride All\n</Directory>\n", &matcher.Options{
		FS: site(map[string]string{".htaccess": access}),
	})
	require.Equal(t, 410, status(t, e, matcher.Request{Target: "/x"}))
}

// TestHostileSetEnvIf has values that grow with every request they see.
func TestHostileSetEnvIf(t *testing.T) {
	t.Parallel()
	grow := "SetEnvIf A (.*) A=x$1$1\nSetEnvIf B ^$ C\n"
	e := compile(t, strings.Repeat(grow, 40), nil)
	_, err := e.Eval(context.Background(), &matcher.Request{Target: "/", Host: "h"})
	var finding *parser.Diagnostic
	require.ErrorAs(t, err, &finding)
	require.Equal(t, matcher.CodeLimit, finding.Code)
	require.Equal(t, "the value of A is too long", finding.Message)
}
