package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/front"
	"github.com/modrewrite-go/modrewrite/rewrite/rewritetest"
)

// TestRules runs the case files of this folder.
func TestRules(t *testing.T) {
	t.Parallel()
	rewritetest.Run(t, os.DirFS("."))
}

// TestRulesAreClean wants nothing to be said about the rulesets, not even a note.
func TestRulesAreClean(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"activesync.conf", "filtering.conf"} {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		findings, err := rewrite.Check(name, src, &rewrite.CheckOptions{Match: &matcher.Options{EngineOn: true}})
		require.NoError(t, err)
		require.Empty(t, findings)
	}
}

// TestDemonstration runs the command as a newcomer does.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Zero(t, run(t.Context(), &out, &errOut, nil), errOut.String())
	for _, want := range []string{
		`(?m)^iPhone 3GS, iOS 4\.0 +Apple-iPhone2C1/801\.293 +refused: 200 +activesync\.conf:26 +%{HTTP_USER_AGENT} matches Apple-iPhone2C1/801\.293\.\*$`,
		`(?m)^iPad 2, iOS 4\.3\.2 +Apple-iPad2C3/808\.8 +let in: 200 +activesync\.conf:32 +%{HTTP_USER_AGENT} matches \.\*iPad\.\*$`,
		`(?m)^Android phone +Android/4\.0\.4-EAS-1\.3 +refused: 200 +activesync\.conf:36 +no condition`,
		`(?m)^iPhone 3G, iOS 4\.2\.1 +Apple-iPhone1C2/803\.148 +refused: 200 +devices\.access:4 +encrypting required: this hardware does not encrypt$`,
		`(?m)^17 devices, and each met the decision expected\.$`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("output lacks %s:\n%s", want, out.String())
		}
	}
}

// TestUnexpectedDecisions runs a ruleset that lets every device in, and wants the
// command to fail and to name those that should not have been.
func TestUnexpectedDecisions(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Equal(t, 1, run(t.Context(), &out, &errOut, []string{"-rules", write(t, "RewriteRule ^ - [L]\n")}))
	if want := "Android phone: let in: 200; expected: refused\n"; !strings.Contains(errOut.String(), want) {
		t.Errorf("errors lack %q:\n%s", want, errOut.String())
	}
	if strings.Contains(errOut.String(), "iPad 2") || strings.Contains(out.String(), "each met") {
		t.Errorf("too much is wrong:\n%s%s", out.String(), errOut.String())
	}
}

// write writes a file of its own for the test and returns its name.
func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "rules.conf")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func TestBadUsage(t *testing.T) {
	t.Parallel()
	const rules, local = "-rules", "127.0.0.1:0"
	open, big := write(t, "default allow\n"), write(t, "")
	require.NoError(t, os.Truncate(big, front.MaxFile+1))
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-nope"}, "flag provided but not defined"},
		{[]string{"extra"}, `unexpected arguments ["extra"]`},
		{[]string{"-upstream", "http://127.0.0.1:1"}, "-upstream needs -listen"},
		{[]string{"-listen", local}, "needs -access or -rules"},
		{[]string{"-listen", ":0", "-access", open}, "in the clear"},
		{[]string{"-listen", "192.0.2.1:443", "-access", open}, "in the clear"},
		{[]string{"-listen", local, "-access", open, "-upstream", "mail"}, "not an http or https URL"},
		{[]string{"-listen", local, "-access", open, "-upstream", "http://mail/exchange"}, "without a path"},
		{[]string{"-listen", local, "-access", open, "-upstream", "http:///"}, "URL of a host"},
		{[]string{"-listen", local, "-access", open, "-upstream", "https://:443"}, "URL of a host"},
		{[]string{"-listen", local, "-access", open, "-cert", "x"}, "go together"},
		{[]string{"-listen", local, "-access", open, "-client-cert", "maybe"}, "off, optional or required"},
		{[]string{"-listen", local, "-access", open, "-client-ca", "x"}, "certificates of clients need"},
		{[]string{"-listen", local, "-access", open, "-client-cert", "required"}, "certificates of clients need"},
		{[]string{"-listen", local, "-access", open, "-other", "owa"}, "-other"},
		{[]string{"-listen", local, "-access", open, "-other", "/owa,/"}, "-other"},
		{[]string{"-listen", local, "-access", open, "-other", "/microsoft-server-activesync"}, "-other"},
		{[]string{"-listen", local, "-access", open, "-status", "0.0.0.0:0"}, "-status-allow"},
		{[]string{"-listen", local, "-access", open, "-status-allow", "all"}, "not a network"},
		{[]string{"-listen", local, "-access", open, "-devices", "0"}, "must be positive"},
		{[]string{"-listen", local, "-access", "no such file"}, "no such file"},
		{[]string{"-listen", local, "-access", big}, "rules.conf: file too large"},
		{[]string{"-listen", local, "-access", write(t, "allow\n")}, "rules.conf:1:1: "},
		{[]string{"-listen", local, "-access", open, "-state", t.TempDir()}, "not a regular file"},
		{[]string{"-listen", local, "-access", open, "-state", t.TempDir() + "/none/state"}, "-state"},
		{[]string{"-listen", local, "-access", t.TempDir()}, "not a regular file"},
		{[]string{"-listen", local, "-access", open, "-state", write(t, `[{"state":"allowed"`)}, "move the file away"},
		{[]string{"-listen", local, "-access", open, "-state", write(t, ``)}, "move the file away"},
		{[]string{"-listen", local, "-access", open, "-state", write(t, `{"version":9}`)}, "move the file away"},
		{[]string{rules, "no such file"}, "no such file"},
		{[]string{rules, write(t, "RewriteRule ^/(\n")}, "rules.conf:1:1: "},
		{[]string{rules, write(t, "RewriteRule ^/( -\n")}, "rules.conf:1:13: "},
	}
	for _, test := range tests {
		var errOut bytes.Buffer
		code := run(t.Context(), io.Discard, &errOut, test.args)
		if code != 2 || !strings.Contains(errOut.String(), test.want) {
			t.Errorf("run(%q) = %d, %q; want 2, %q", test.args, code, errOut.String(), test.want)
		}
	}
}

// TestDevicesCommand asks the table.
func TestDevicesCommand(t *testing.T) {
	t.Parallel()
	tests := []struct{ arg, want string }{
		{"7E18", "build 7E18 = 705.18 = 705.018, iOS 3.1.3"},
		{"705.18", "build 7E18 = 705.18 = 705.018, iOS 3.1.3"},
		{"705.018", "build 7E18 = 705.18 = 705.018, iOS 3.1.3"},
		{"508.01100001", "build 5H11a = 508.1100001 = 508.01100001, iOS 2.2.1 (iPod variant)"},
		{"99Z9999", "build 99Z9999 = 9926.9999 = 9926.9999"},
		{"iPhone1,2", "iPhone1,2 (iPhone 3G): does not encrypt"},
		{"iPod2C1", "iPod2,1 (iPod touch, second generation): does not encrypt"},
		{"iPad1,1", "iPad1,1 (iPad): encrypts"},
		{"Apple-iPhone14C7/2101.329", "iPhone14,7: encrypts"},
		{"Apple-iPhone/705.18", "before iOS 4, which does not name its hardware: undecidable"},
		{"Apple-iPhone2C1/nothing", "no build that can be read"},
	}
	for _, test := range tests {
		var out, errOut bytes.Buffer
		if code := run(t.Context(), &out, &errOut, []string{"devices", test.arg}); code != 0 || !strings.Contains(out.String(), test.want) {
			t.Errorf("devices %s: %d, %q; want %q", test.arg, code, out.String()+errOut.String(), test.want)
		}
	}
	for _, arg := range []string{"7", "x", "Android/0.3", "705.", "7e18aa", "0A1"} {
		require.Equal(t, 2, run(t.Context(), io.Discard, io.Discard, []string{"devices", arg}), arg)
	}
	var all bytes.Buffer
	require.Zero(t, run(t.Context(), &all, io.Discard, []string{"devices"}))
	require.Contains(t, all.String(), "iPod1,1 (iPod touch, first generation): does not encrypt")
	require.Equal(t, 76, strings.Count(all.String(), "\n"))
	require.Contains(t, all.String(), "812.001")
}

// TestEndpoint asks the stand-in what only other requests than the
// demonstration's can show.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	const sync = endpointPath + "?Cmd=Sync&DeviceId=1&DeviceType=iPhone"
	tests := []struct {
		method, target string
		login          bool
		status         int
	}{
		{"OPTIONS", endpointPath, true, 200},
		{"POST", sync, true, 200},
		{"POST", strings.ToLower(endpointPath) + "/?Cmd=Ping&DeviceId=1&DeviceType=iPhone", true, 200},
		{"POST", sync, false, 401},
		{"POST", endpointPath + "?Cmd=Sync", true, 400},
		{"POST", endpointPath + "?Cmd=Format&DeviceId=1&DeviceType=iPhone", true, 400},
		{"GET", endpointPath, true, 405},
		{"POST", "/owa", true, 404},
	}
	for _, test := range tests {
		req := httptest.NewRequestWithContext(t.Context(), test.method, test.target, http.NoBody)
		if test.login {
			req.SetBasicAuth("alice", "secret")
		}
		rec := httptest.NewRecorder()
		answer(rec, req)
		if rec.Code != test.status {
			t.Errorf("%s %s: status %d, want %d", test.method, test.target, rec.Code, test.status)
		}
		if isSync := strings.Contains(test.target, "Sync&"); isSync && test.status == 200 {
			if diff := cmp.Diff("application/vnd.ms-sync.wbxml", rec.Header().Get("Content-Type")); diff != "" {
				t.Errorf("type mismatch (-want +got)\n%s", diff)
			}
		}
	}
}

// modelFile is the ruleset that this one was modelled on. It is not a part of
// the project; a checkout may lie beside it.
const modelFile = "../../../shared/seed/activesync.conf"

// recorded is a decision of httpd 2.4.71 about a request, with the model inside
// a virtual host that turns the engine on.
type recorded struct {
	Method    string  `json:"method"`
	URL       string  `json:"url"`
	UserAgent *string `json:"user_agent"` // nil: none sent
	Status    int     `json:"status"`
	Location  string  `json:"location"`
}

// TestDecidesAsHttpd sends every recorded request through the rules, over HTTP:
// the example's ruleset, and its model.
func TestDecidesAsHttpd(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/decisions.json")
	require.NoError(t, err)
	var all []recorded
	require.NoError(t, json.Unmarshal(src, &all))
	require.Len(t, all, 105)
	// What is let in arrives here. httpd had no such file, so this has none.
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/nonexistent" {
			http.NotFound(w, r)
		}
	})
	for _, config := range []string{"activesync.conf", modelFile} {
		t.Run(filepath.Base(filepath.Dir(config)), func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat(config); os.IsNotExist(err) {
				t.Skip("SKIPPED: the model is not here: ", config)
			}
			rules, err := rewrite.Load(config, &rewrite.LoadOptions{Match: &matcher.Options{EngineOn: true}})
			require.NoError(t, err)
			front := httptest.NewServer(rules.Handler(next))
			t.Cleanup(front.Close)
			for _, d := range all {
				status, location := d.send(t, front.URL)
				if status != d.Status || location != d.Location {
					t.Errorf("%s %s: %d %s, httpd: %d %s", d.Method, d.URL, status, location, d.Status, d.Location)
				}
			}
		})
	}
}

func (d *recorded) send(t *testing.T, front string) (status int, location string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), d.Method, front+d.URL, http.NoBody)
	require.NoError(t, err)
	req.Header.Set("User-Agent", "")
	if d.UserAgent != nil {
		req.Header.Set("User-Agent", *d.UserAgent)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, resp.Header.Get("Location")
}

// TestSameDirectives wants the directives of the ruleset to be those of its
// model, in its order.
func TestSameDirectives(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(modelFile)
	if os.IsNotExist(err) {
		t.Skip("SKIPPED: the model is not here: ", modelFile)
	}
	require.NoError(t, err)
	if diff := cmp.Diff(directives(t, src), directives(t, ownRules)); diff != "" {
		t.Errorf("directives mismatch (-model +ours)\n%s", diff)
	}
}

func directives(t *testing.T, src []byte) []string {
	t.Helper()
	f, err := parser.Parse("rules", src, nil)
	require.NoError(t, err)
	var list []string
	for n := range parser.All(f) {
		switch n := n.(type) {
		case *parser.RewriteCond:
			list = append(list, n.Directive+" "+n.Raw)
		case *parser.RewriteRule:
			list = append(list, n.Directive+" "+n.Raw)
		case *parser.Directive:
			list = append(list, n.Directive+" "+n.Raw)
		}
	}
	return list
}
