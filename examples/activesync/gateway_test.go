package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

const syncQuery = "?Cmd=Sync&User=alice&DeviceId=Appl1&DeviceType=iPhone"

// TestResolve lists paths, what IIS makes of them, and whether that is ActiveSync.
func TestResolve(t *testing.T) {
	t.Parallel()
	const as = endpointPath
	tests := []struct {
		path, clean string
		judged, bad bool
	}{
		{as, as, true, false},
		{"/microsoft-server-activesync", as, true, false},
		{"/MICROSOFT-SERVER-ACTIVESYNC/", as, true, false},
		{"//Microsoft-Server-ActiveSync", as, true, false},
		{"/./Microsoft-Server-ActiveSync", as, true, false},
		{"/owa/../Microsoft-Server-ActiveSync", as, true, false},
		{`/owa\..\Microsoft-Server-ActiveSync`, as, true, false},
		{"/../../Microsoft-Server-ActiveSync", as, true, false},
		{"/Microsoft-Server-ActiveSync/default.eas", as + "/default.eas", true, false},
		{"/Microsoft-Server-ActiveSync/../owa", "/owa", false, false},
		{"/%4dicrosoft-Server-ActiveSync", "", false, true}, // decodes twice
		{"/%254dicrosoft-Server-ActiveSync", "", false, true},
		{"/Microsoft-Server-ActiveSync.", "", false, true},
		{"/Microsoft-Server-ActiveSync;x", "", false, true},
		{"/Microsoft-Server-ActiveSync::$DATA", "", false, true},
		{"/M\u0131crosoft-Server-ActiveSync", "", false, true},
		{"/\uFF2Dicrosoft-Server-ActiveSync", "", false, true},
		{"/Micro\u017Foft-Server-ActiveSync", as, true, false},
		{"/owa/\u00FCber", "/owa/\u00FCber", false, false},
		{"/Microsoft-Server-ActiveSync ", "", false, true},
		{"/owa/Microsoft-Server-ActiveSync", "", false, true},
		{"/Microsoft-Server-ActiveSync\x00", "", false, true},
		{"Microsoft-Server-ActiveSync", "", false, true},
		{"", "", false, true},
		{"/owa/", "/owa/", false, false},
		{"/", "/", false, false},
		{"/owa/100% of it", "/owa/100% of it", false, false},
	}
	for _, test := range tests {
		clean, judged, err := resolve(test.path)
		if clean != test.clean || judged != test.judged || (err != nil) != test.bad {
			t.Errorf("resolve(%q) = %q, %v, %v", test.path, clean, judged, err)
		}
	}
}

// TestScope sends paths as they are written on the wire. What is judged is what is
// forwarded.
func TestScope(t *testing.T) {
	t.Parallel()
	files := map[string]string{"access": "default block\n"}
	prefixes := newWorld(t, files, "-access", "DIR/access", "-other", "/owa,/EWS/")
	deny := newWorld(t, files, "-access", "DIR/access")
	pass := newWorld(t, files, "-access", "DIR/access", "-other", "pass")
	tests := []struct {
		w       *world
		path    string
		status  int
		forward string // "" for none
	}{
		{prefixes, "/%4dicrosoft-server-activesync" + syncQuery, 200, ""},
		{prefixes, "/owa/%2e%2e/Microsoft-Server-ActiveSync" + syncQuery, 200, ""},
		{prefixes, "/owa/%2e%2e%2fMicrosoft-Server-ActiveSync" + syncQuery, 200, ""},
		{prefixes, "/owa%5c..%5cMicrosoft-Server-ActiveSync" + syncQuery, 200, ""},
		{prefixes, "//Microsoft-Server-ActiveSync" + syncQuery, 200, ""},
		{prefixes, "/%254dicrosoft-server-activesync" + syncQuery, 400, ""},
		{prefixes, "/OWA/x%20y?a=%41;b&%zz", 200, "/OWA/x%20y?a=%41;b&%zz"},
		{prefixes, "/owa", 200, "/owa"},
		{prefixes, "/owa/a/../b//c/", 200, "/owa/b/c/"},
		{prefixes, "/ews/exchange.asmx", 200, "/ews/exchange.asmx"},
		{prefixes, "/owax", 403, ""},
		{prefixes, "/owa/../ecp", 403, ""},
		{deny, "/owa", 403, ""},
		{pass, "/ecp/", 200, "/ecp/"},
		{pass, "/microsoft-server-activesync" + syncQuery, 200, ""},
	}
	for _, test := range tests {
		test.w.upstream.take()
		req := request(t, http.MethodPost, test.w.front+"/", nil)
		path, query, _ := strings.Cut(test.path, "?")
		req.URL.Opaque, req.URL.RawQuery = "//"+req.URL.Host+path, query
		resp, _ := send(t, test.w.client(t, "none"), req)
		got := test.w.upstream.take()
		switch {
		case resp.StatusCode != test.status, (len(got) > 0) != (test.forward != ""):
			t.Errorf("%s: status %d, forwarded %v", test.path, resp.StatusCode, got)
		case len(got) > 0 && got[0].uri != test.forward:
			t.Errorf("%s: forwarded %s, want %s", test.path, got[0].uri, test.forward)
		}
	}
}

// TestForwarded wants a judged request to arrive whole, under the judged path and
// without fields that could name another.
func TestForwarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\n"}, "-access", "DIR/access")
	for _, query := range []string{syncQuery, syncQuery + "&Odd=%2f%2F;x&&", "?" + encode("Sync", "iPhone", "Appl1", 141)} {
		req := request(t, http.MethodPost, w.front+"/microsoft-server-activesync/"+query, []byte("\x03\x01"),
			"X-Original-URL", "/owa", "X-Rewrite-URL", "/owa", "X-HTTP-Method-Override", "OPTIONS", "X_Original_URL", "/owa",
			"Upgrade", "h2c", "Connection", "Upgrade", "X-MS-PolicyKey", "17")
		_, body := send(t, w.client(t, "none"), req)
		require.Equal(t, "in", string(body))
		got := w.upstream.take()
		require.Len(t, got, 1)
		require.Equal(t, endpointPath+query, got[0].uri)
		require.Equal(t, "\x03\x01", got[0].body)
		require.Equal(t, "17", got[0].header.Get("X-MS-PolicyKey"))
		require.Equal(t, req.Header.Get("Authorization"), got[0].header.Get("Authorization"))
		for _, name := range []string{"X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "X_original_url", "Upgrade"} {
			require.Empty(t, got[0].header.Get(name), name)
		}
	}
}

// TestLogins wants logins that are bound to a connection, and those that cannot be
// read, kept away from the server, and only kinds offered that pass.
func TestLogins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\n"}, "-access", "DIR/access", "-other", "pass")
	tests := []struct {
		login  string
		status int
		passes bool
	}{
		{"NTLM TlRMTVNTUAAB", 401, false},
		{"negotiate YIIC", 401, false},
		{"Kerberos x", 401, false},
		{`Digest username="alice"`, 401, false},
		{"Basic YWxpY2UAOng=", 400, false}, // a NUL in the name
		{"Basic\tYWxpY2U6c2VjcmV0", 401, false},
		{"Basic ???", 400, false},
		{"Basic bm9jb2xvbg==", 400, false},
		{"Basic YWxpY2U6c2VjcmV0", 200, true},
		{"basic YWxpY2U6d3Jvbmc=", 401, true},
	}
	for _, path := range []string{endpointPath + syncQuery, "/owa/"} {
		for _, test := range tests {
			w.upstream.take()
			resp, _ := send(t, w.client(t, "none"), request(t, http.MethodPost, w.front+path, nil, "Authorization", test.login))
			if got := w.upstream.take(); resp.StatusCode != test.status || (len(got) > 0) != test.passes {
				t.Errorf("%s %s: status %d, %d requests passed", path, test.login, resp.StatusCode, len(got))
			}
			if offers := resp.Header.Values("WWW-Authenticate"); resp.StatusCode == http.StatusUnauthorized && (len(offers) != 1 || !strings.HasPrefix(offers[0], "Basic ")) {
				t.Errorf("%s: offers %q", test.login, offers)
			}
		}
	}
	w.log.wait(t, "a login of the kind NTLM cannot pass, as it may be bound to its connection; use Basic")
}

// TestPersonalAllow wants a personal allow to override "encrypting required" only
// for a login that the server has accepted, and no other rule to need that.
func TestPersonalAllow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default block\nencrypting required\nuser alice allow ApplOld\n"}, "-access", "DIR/access")
	c := w.client(t, "none")
	sync := func(password, id string) bool {
		w.upstream.take()
		req := request(t, http.MethodPost, w.front+endpointPath+"?Cmd=Sync&DeviceType=iPhone&DeviceId="+id, nil, "User-Agent", "Apple-iPhone1C2/803.148")
		req.SetBasicAuth(`CORP\Alice`, password)
		send(t, c, req)
		return len(w.upstream.take()) == 1
	}
	options := func(password string) {
		req := request(t, http.MethodOptions, w.front+endpointPath, nil)
		req.SetBasicAuth(`CORP\Alice`, password)
		send(t, c, req)
	}
	require.False(t, sync("secret", "ApplOld"), "a claim")
	options("wrong")
	require.False(t, sync("wrong", "ApplOld"), "a login that was refused")
	options("secret")
	require.True(t, sync("secret", "ApplOld"), "a login that was accepted")
	require.False(t, sync("wrong", "ApplOld"), "the same name with another password")
	require.False(t, sync("secret", "ApplOther"), "another device")
	w.log.wait(t, `"rule":"user alice allow ApplOld","at":"`+w.path("access")+`:3"`)
	w.upstream.set(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusUnauthorized) })
	require.True(t, sync("secret", "ApplOld"), "the server refuses it from now on")
	require.False(t, sync("secret", "ApplOld"), "a login that the server does not accept any more")
}

// TestCommands wants OPTIONS to pass for any device, and no command without one.
func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default block\n"}, "-access", "DIR/access")
	tests := []struct {
		method, query string
		status        int
		passes        bool
	}{
		{"OPTIONS", "", 200, true},
		{"OPTIONS", "?User=a&DeviceId=x&DeviceType=iPhone", 200, true},
		{"OPTIONS", "?jAAJBP92", 400, false},
		{"POST", "", 400, false},
		{"GET", "", 400, false},
		{"PUT", "?Cmd=Sync&DeviceId=x", 400, false},
		{"POST", "?Cmd=Sync&DeviceId=x&DeviceType=", 400, false},
		{"POST", "?DeviceId=x&DeviceType=iPhone", 400, false},
		{"GET", "?Cmd=Sync&DeviceId=x&DeviceType=iPhone", 200, false},
		{"POST", "?Cmd=Nonsense&DeviceId=x&DeviceType=iPhone", 403, false},
	}
	for _, test := range tests {
		w.upstream.take()
		resp, _ := send(t, w.client(t, "none"), request(t, test.method, w.front+endpointPath+test.query, nil))
		if got := w.upstream.take(); resp.StatusCode != test.status || (len(got) > 0) != test.passes {
			t.Errorf("%s %s: status %d, %d requests passed", test.method, test.query, resp.StatusCode, len(got))
		}
	}
}

// document writes WBXML: a tag, the code page in the upper byte, with children or a
// text.
func document(root []byte) []byte { return append([]byte{3, 1, 0x6A, 0}, root...) }

func tag(t uint16, content ...[]byte) []byte {
	b := []byte{0, byte(t >> 8), byte(t) | 0x40}
	return append(append(b, bytes.Join(content, nil)...), 1)
}

func text(s string) []byte { return append(append([]byte{3}, s...), 0) }

func provision(parts ...[]byte) []byte {
	return document(tag(0xE05, tag(0xE06, tag(0xE07, parts...))))
}

// TestProvision wants policies read on their way to the device, and not changed.
func TestProvision(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\nencrypting off\n"}, "-access", "DIR/access")
	demand := func(value string) []byte {
		return provision(tag(0xE0A, tag(0xE0D, tag(0xE0E, text("1")), tag(0xE1D, text(value)))))
	}
	tests := []struct {
		id, version string
		answer      []byte
		gzip        bool
		want        string
	}{
		{"P1", "14.1", demand("1"), false, "required"},
		{"P2", "12.1", demand("0"), false, "not required"},
		{"P3", "14.0", provision(tag(0xE0A, tag(0xE0D, tag(0xE0E, text("1"))))), false, "not in the policy"},
		{"P4", "12.0", demand("1"), false, "this protocol has no such policy"},
		{"P5", "2.5", provision(tag(0xE0A, text("<wap-provisioningdoc/>"))), false, "this protocol has no such policy"},
		{"P6", "14.1", provision(tag(0xE0B, text("1"))), false, ""},
		{"P7", "14.1", []byte("<html>"), false, "not read: " + eas.ErrWBXML.Error()},
		{"P8", "14.1", provision(text(strings.Repeat("x", maxDocument))), false, "not read: it is too long"},
		{"P9", "14.1", demand("1"), true, "not read: " + eas.ErrWBXML.Error()}, // no request asked for that
		{"P11", "16.1", demand("1")[:20], false, "not read: " + eas.ErrWBXML.Error()},
	}
	for _, test := range tests {
		body := test.answer
		if test.gzip {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(body) // A buffer's never fails.
			require.NoError(t, z.Close())
			body = b.Bytes()
		}
		w.upstream.set(func(rw http.ResponseWriter, r *http.Request) {
			if test.gzip {
				rw.Header().Set("Content-Encoding", "gzip")
			}
			_, _ = rw.Write(body)
		})
		sent := provision(tag(0xE08, text("MS-EAS-Provisioning-WBXML")), tag(0xE09, text("17")), tag(0xE0B, text("2")))
		req := request(t, http.MethodPost, w.front+endpointPath+"?Cmd=Provision&DeviceType=iPhone&DeviceId="+test.id, sent,
			"MS-ASProtocolVersion", test.version, "Accept-Encoding", "gzip")
		w.upstream.take()
		_, got := send(t, w.client(t, "none"), req)
		require.Equal(t, string(body), string(got), "what the device gets")
		require.Equal(t, string(sent), w.upstream.take()[0].body, "what the server gets")
		row := w.device(t, test.id)
		if row.Policy != test.want || row.Acknowledged != "2" || row.Accepted == "" {
			t.Errorf("%s: %q, acknowledged %q, want %q", test.id, row.Policy, row.Acknowledged, test.want)
		}
	}
}

// TestReported wants what a device reports of itself judged in that request, and
// kept for the next ones once the server has accepted it.
func TestReported(t *testing.T) {
	t.Parallel()
	const policy = "default block\nencrypting required\nallow DeviceModel \"iPhone5C2\"\nblock DeviceOS \"iOS 6.1 10B142\"\n"
	w := newWorld(t, map[string]string{"access": policy}, "-access", "DIR/access")
	info := func(model, os string) []byte {
		return document(tag(0x1205, tag(0x1216, tag(0x1208, tag(0x1217, text(model)), tag(0x121A, text(os))))))
	}
	ask := func(cmd, agent, password string, body []byte) bool {
		w.upstream.take()
		req := request(t, http.MethodPost, w.front+endpointPath+"?DeviceId=R1&DeviceType=iPhone&Cmd="+cmd, body, "User-Agent", agent)
		req.SetBasicAuth("alice", password)
		send(t, w.client(t, "none"), req)
		return len(w.upstream.take()) == 1
	}
	const old, five = "Apple-iPhone/705.18", "Apple-iPhone5C1/1002.142"
	require.False(t, ask("Sync", old, "secret", nil), "names no hardware")
	require.False(t, ask("Sync", five, "secret", nil), "another model")
	require.False(t, ask("Settings", old, "secret", info("iPhone1C2", "iOS 4.2.1 8C148")), "does not encrypt")
	require.False(t, ask("Settings", old, "secret", info("iPhone5C2", "iOS 6.1 10B142")), "blocked system")
	require.True(t, ask("Settings", old, "wrong", info("iPhone5C2", "iOS 7")), "passes, and the server refuses it")
	require.False(t, ask("Sync", old, "secret", nil), "was not accepted")
	require.True(t, ask("Settings", old, "secret", info("iPhone5C2", "iOS 7")), "allowed model")
	require.True(t, ask("Sync", old, "secret", nil), "reported before")
	require.Equal(t, "iPhone5C2 iOS 7", w.device(t, "R1").Model+" "+w.device(t, "R1").OS)
	require.False(t, ask("Sync", "Android/0.3", "secret", nil), "a report proves nothing of another client")
}

// TestRulesJudge wants the ruleset's refusals answered as the protocol has it, and
// rules to see certificates.
func TestRulesJudge(t *testing.T) {
	t.Parallel()
	const rules = `
RewriteCond %{QUERY_STRING} DeviceType=Evil
RewriteRule ^ http://www.example.com/ [R=301,L]
RewriteCond %{SSL:SSL_CLIENT_VERIFY} !=SUCCESS
RewriteRule ^ - [F]
RewriteCond %{SSL:SSL_CLIENT_S_DN_CN} !=alice
RewriteRule ^ - [F]
RewriteCond %{HTTP_USER_AGENT} broken
RewriteRule ^ - [R=503]
Header set X-Judged yes
`
	w := newWorld(t, map[string]string{"rules": rules, "access": "default block\nallow DeviceType \"iPhone\"\n"},
		"-rules", "DIR/rules", "-access", "DIR/access", "-client-ca", "DIR/ca.pem", "-client-cert", "optional")
	tests := []struct {
		certificate, query, agent string
		status                    int
		in                        bool
		at                        string
	}{
		{"good", syncQuery, "x", 200, true, "access:2"},
		{"good", "?" + encode("Sync", "iPhone", "Appl2", 141), "x", 200, true, "access:2"},
		{"good", "?Cmd=Sync&DeviceId=Appl3&DeviceType=Evil", "x", 200, false, "rules:3"},
		{"good", "?" + encode("Sync", "Evil", "Appl4", 121), "x", 403, false, "access:1"},
		{"good", "?" + encode("Sync", "iPad", "Appl5", 141), "x", 200, false, "access:1"},
		{"none", syncQuery, "x", 200, false, "rules:5"},
		{"good", syncQuery, "broken", 503, false, "rules:9"},
	}
	for _, test := range tests {
		w.upstream.take()
		header := []string{"User-Agent", test.agent}
		if strings.Contains(test.query, "=") && !strings.Contains(test.query, "Cmd") {
			header = append(header, "MS-ASProtocolVersion", "")
		}
		resp, _ := send(t, w.client(t, test.certificate), request(t, http.MethodPost, w.front+endpointPath+test.query, nil, header...))
		got := w.upstream.take()
		if resp.StatusCode != test.status || (len(got) == 1) != test.in || resp.Header.Get("Location") != "" {
			t.Errorf("%v: status %d, %d passed", test, resp.StatusCode, len(got))
		}
		if test.in && resp.Header.Get("X-Judged") != "yes" {
			t.Errorf("%v: Header directives do not apply", test)
		}
		w.log.wait(t, test.at+`"`)
	}
}

// TestRulesOfIIS wants a web.config to judge: by its filter, and by the certificate.
func TestRulesOfIIS(t *testing.T) {
	t.Parallel()
	filter, err := os.ReadFile("filtering.config")
	require.NoError(t, err)
	const certificate = `<rewrite><rules><rule name="certificate"><match url=".*" />
<conditions><add input="{CERT_SUBJECT}" pattern="CN=alice" negate="true" /></conditions>
<action type="CustomResponse" statusCode="403" /></rule></rules></rewrite></system.webServer>`
	rules := strings.Replace(string(filter), "</system.webServer>", certificate, 1)
	w := newWorld(t, map[string]string{"web.config": rules, "access": "default allow\n"},
		"-rules", "DIR/web.config", "-access", "DIR/access", "-client-ca", "DIR/ca.pem", "-client-cert", "optional")
	for _, test := range []struct {
		certificate, query, agent, body string
	}{
		{"good", syncQuery, "x", "in"},
		{"good", "?" + encode("Sync", "iPhone", "Appl2", 141), "x", "in"},
		{"none", syncQuery, "x", ""},
		{"good", syncQuery + "&x=%3C", "x", ""},
		{"good", syncQuery, "sqlmap/1.0", ""},
	} {
		resp, body := send(t, w.client(t, test.certificate), request(t, http.MethodPost, w.front+endpointPath+test.query, nil, "User-Agent", test.agent))
		if resp.StatusCode != http.StatusOK || (string(body) == "in") != (test.body == "in") {
			t.Errorf("%v: %d %q", test, resp.StatusCode, body)
		}
	}
}

// TestRulesOnlyJudge wants a ruleset that would have another request forwarded than
// the one that was judged refused.
func TestRulesOnlyJudge(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"RewriteRule ^ /owa/", "RewriteRule ^ %{REQUEST_URI}?Cmd=Ping", "RewriteRule ^ http://127.0.0.1:1/ [P]"} {
		w := newWorld(t, map[string]string{"rules": rule + "\n"}, "-rules", "DIR/rules")
		resp, _ := send(t, w.client(t, "none"), request(t, http.MethodPost, w.front+endpointPath+syncQuery, nil))
		require.Equal(t, 500, resp.StatusCode, rule)
		require.Empty(t, w.upstream.take(), rule)
	}
}

// TestRevocation changes the list of revoked certificates while a client keeps its
// connection.
func TestRevocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\n"},
		"-access", "DIR/access", "-client-ca", "DIR/ca.pem", "-client-crl", "DIR/crl.pem", "-client-cert", "required")
	c := w.client(t, "good")
	status := func() int {
		resp, _ := send(t, c, request(t, http.MethodPost, w.front+endpointPath+syncQuery, nil))
		return resp.StatusCode
	}
	require.Equal(t, 200, status())
	now := time.Now()
	become := func(want int, list []byte) {
		t.Helper()
		w.write(t, "crl.pem", list)
		require.Eventually(t, func() bool { return status() == want }, 5*time.Second, 10*time.Millisecond)
	}
	become(403, w.ca.revoke(t, now.Add(-time.Hour), now.Add(time.Hour), 4))
	become(200, w.ca.revoke(t, now.Add(-time.Hour), now.Add(time.Hour), revokedSerial))
	become(403, w.ca.revoke(t, now.Add(-2*time.Hour), now.Add(-time.Hour))) // expired
	w.log.wait(t, "the list of certificates that CN=Devices revoked is missing or out of date")
	w.log.wait(t, "a list of revoked certificates has expired: its issuer's are refused\",\"issuer\":\"CN=Devices")
	become(200, w.ca.revoke(t, now.Add(-time.Hour), now.Add(time.Hour)))
	become(403, w.ca.revoke(t, now.Add(time.Hour), now.Add(2*time.Hour))) // not yet valid
	become(200, w.ca.revoke(t, now.Add(-time.Hour), now.Add(time.Hour)))
	for _, bad := range []string{"", "nonsense", string(newAuthority(t, "Devices").revoke(t, now, now.Add(time.Hour)))} {
		w.write(t, "crl.pem", []byte(bad))
		require.NoError(t, os.Chtimes(w.path("crl.pem"), now, now))
		time.Sleep(2 * front.Settle)
		require.Equal(t, 200, status(), "a bad list replaced a good one")
	}
	w.log.wait(t, "signed by none of the authorities")
}

// TestReload changes the access file while it serves.
func TestReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\nencrypting known\n"}, "-access", "DIR/access")
	c := w.client(t, "none")
	in := func() bool {
		_, body := send(t, c, request(t, http.MethodPost, w.front+endpointPath+syncQuery, nil))
		return string(body) == "in"
	}
	require.True(t, in())
	info, err := os.Stat(w.path("access"))
	require.NoError(t, err)
	w.write(t, "access", []byte("default block\nencrypting known\n")) // of the same size, and with the same time
	require.NoError(t, os.Chtimes(w.path("access"), info.ModTime(), info.ModTime()))
	require.Eventually(t, func() bool { return !in() }, 5*time.Second, 10*time.Millisecond)
	for _, bad := range []string{"", "default allow\ndeny\n", "default allow\n"} {
		w.write(t, "access", []byte(bad))
		time.Sleep(2 * front.Settle)
		require.False(t, in(), "a bad file replaced a good one: %q", bad)
	}
	w.log.wait(t, "access:2:1: ")
	w.log.wait(t, `\"encrypting\" line is gone`)
	require.NoError(t, os.Remove(w.path("access")))
	time.Sleep(2 * front.Settle)
	require.False(t, in())
	w.log.wait(t, "no such file")
	time.Sleep(200 * time.Millisecond)
	require.Equal(t, 1, strings.Count(w.log.String(), "no such file"))
	w.write(t, "access", []byte("default allow\nencrypting off\n"))
	require.Eventually(t, in, 5*time.Second, 10*time.Millisecond)
}

// TestStreams wants a request to reach the server while it is being sent, and a
// response the device while it is being made.
func TestStreams(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\n"}, "-access", "DIR/access")
	asked, more := make(chan string), make(chan bool)
	w.upstream.raw = func(rw http.ResponseWriter, r *http.Request) {
		b := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, b)
		asked <- string(b)
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(rw, "first")
		_ = http.NewResponseController(rw).Flush()
		<-more
		_, _ = io.WriteString(rw, "last")
	}
	body, in := io.Pipe()
	req := request(t, http.MethodPost, w.front+endpointPath+syncQuery, nil)
	req.Body, req.ContentLength, req.GetBody = body, -1, nil
	got, c := make(chan *http.Response, 1), w.client(t, "none")
	go func() {
		resp, err := c.Do(req)
		if err == nil {
			got <- resp
		}
	}()
	_, _ = io.WriteString(in, "hello")
	require.Equal(t, "hello", <-asked)
	require.NoError(t, in.Close())
	resp := <-got
	b := make([]byte, 5)
	_, err := io.ReadFull(resp.Body, b)
	require.NoError(t, err)
	close(more)
	rest, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "firstlast", string(b)+string(rest))
}
