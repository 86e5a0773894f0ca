package main

import (
	"bufio"
	"bytes"
	"context"
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

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/rewritetest"
)

// TestRules runs the case files of this folder.
func TestRules(t *testing.T) {
	t.Parallel()
	rewritetest.Run(t, os.DirFS("."))
}

// TestDemonstration runs the command as a newcomer does.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Zero(t, run(t.Context(), &out, &errOut, nil), errOut.String())
	for _, want := range []string{
		`(?m)^iPhone 3GS, iOS 4\.0 +Apple-iPhone2C1/801\.293 +sent away: 301 http://www\.nfp\.com\?rule1 +activesync\.conf:25 +%{HTTP_USER_AGENT} matches Apple-iPhone2C1/801\.293\.\*$`,
		`(?m)^iPad 2, iOS 4\.3\.2 +Apple-iPad2C3/808\.8 +let in: 200 +activesync\.conf:31 +%{HTTP_USER_AGENT} matches \.\*iPad\.\*$`,
		`(?m)^Android phone +Android/4\.0\.4-EAS-1\.3 +sent away: 301 http://www\.nfp\.com/\?rule=3 +activesync\.conf:34 +no condition`,
		`(?m)^no User-Agent at all +sent away: 301`,
		`(?m)^14 devices, and each met the decision expected\.$`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("output lacks %s:\n%s", want, out.String())
		}
	}
}

// TestUnexpectedDecisions runs a ruleset that lets everybody in and wants the
// command to fail and to name who should not have been.
func TestUnexpectedDecisions(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Equal(t, 1, run(t.Context(), &out, &errOut, []string{"-config", write(t, "RewriteRule ^ - [L]\n")}))
	if want := "Android phone: let in: 200; expected: sent away: no iPhone or iPad\n"; !strings.Contains(errOut.String(), want) {
		t.Errorf("errors lack %q:\n%s", want, errOut.String())
	}
	if strings.Contains(errOut.String(), "iPad 2") || strings.Contains(out.String(), "each met") {
		t.Errorf("too much is wrong:\n%s%s", out.String(), errOut.String())
	}
}

// TestForbiddingRuleset wants an answer that is neither decision told as such.
func TestForbiddingRuleset(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	require.Equal(t, 1, run(t.Context(), &out, &errOut, []string{"-config", write(t, "RewriteRule ^ - [F]\n")}))
	if want := "OPTIONS was answered with 403"; strings.Count(errOut.String(), want) != len(devices()) {
		t.Errorf("errors are:\n%s", errOut.String())
	}
}

func write(t *testing.T, rules string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "rules.conf")
	require.NoError(t, os.WriteFile(name, []byte(rules), 0o600))
	return name
}

func TestBadUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-nope"}, "flag provided but not defined"},
		{[]string{"extra"}, `unexpected argument "extra"`},
		{[]string{"-upstream", "http://127.0.0.1:1"}, "-upstream needs -listen"},
		{[]string{"-listen", "x", "-upstream", "mail"}, "not an http or https URL"},
		{[]string{"-config", "no such file"}, "no such file"},
		{[]string{"-config", write(t, "RewriteRule ^/(\n")}, "rules.conf:1:1: "},
		{[]string{"-config", write(t, "RewriteRule ^/( -\n")}, "rules.conf:1:13: "},
	}
	for _, test := range tests {
		var errOut bytes.Buffer
		code := run(t.Context(), io.Discard, &errOut, test.args)
		if code != 2 || !strings.Contains(errOut.String(), test.want) {
			t.Errorf("run(%q) = %d, %q; want 2, %q", test.args, code, errOut.String(), test.want)
		}
	}
}

// TestServe serves in front of an endpoint of its own, then ends as by Ctrl-C.
func TestServe(t *testing.T) {
	t.Parallel()
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "real endpoint")
	}))
	t.Cleanup(endpoint.Close)
	for _, upstream := range []string{"", endpoint.URL} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r, w := io.Pipe()
		ended := make(chan int, 1)
		args := []string{"-listen", "127.0.0.1:0"}
		if upstream != "" {
			args = append(args, "-upstream", upstream)
		}
		go func() {
			code := run(ctx, w, io.Discard, args)
			_ = w.Close() // A pipe's never fails.
			ended <- code
		}()
		lines := bufio.NewScanner(r)
		require.True(t, lines.Scan())
		front := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
		log := make(chan string, 10)
		go func() {
			defer close(log)
			for lines.Scan() {
				log <- lines.Text()
			}
		}()
		status, body := get(t, front, "Apple-iPhone3C1/902.179")
		want := "who are you?\n"
		if upstream != "" {
			want = "real endpoint"
		}
		if diff := cmp.Diff(want, body); diff != "" {
			t.Errorf("body of status %d mismatch (-want +got)\n%s", status, diff)
		}
		status, _ = get(t, front, "Android/0.3")
		require.Equal(t, http.StatusMovedPermanently, status)
		cancel()
		require.Zero(t, <-ended)
		<-log
		require.Equal(t, `GET /Microsoft-Server-ActiveSync "Android/0.3" 301 http://www.nfp.com/?rule=3`, <-log)
	}
}

func get(t *testing.T, front, userAgent string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front+endpointPath, http.NoBody)
	require.NoError(t, err)
	req.Header.Set("User-Agent", userAgent)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
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

// decided is a decision of httpd 2.4.71 about a request, with the model inside
// a virtual host that turns the engine on.
type decided struct {
	Method    string  `json:"method"`
	URL       string  `json:"url"`
	UserAgent *string `json:"user_agent"` // nil: none sent
	Status    int     `json:"status"`
	Location  string  `json:"location"`
}

// TestDecidesAsHttpd sends every recorded request through the gateway, over
// HTTP, with the example's ruleset and with its model.
func TestDecidesAsHttpd(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/decisions.json")
	require.NoError(t, err)
	var all []decided
	require.NoError(t, json.Unmarshal(src, &all))
	require.Len(t, all, 105)
	// What is let in arrives here. httpd had no such file, so this has none.
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/nonexistent" {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(backend.Close)
	endpoint, err := endpointURL(backend.URL, "any")
	require.NoError(t, err)
	for _, config := range []string{"", modelFile} {
		t.Run(filepath.Base(config), func(t *testing.T) {
			t.Parallel()
			if _, err := os.Stat(config); config != "" && os.IsNotExist(err) {
				t.Skip("SKIPPED: the model is not here: ", config)
			}
			g, err := newGateway(config)
			require.NoError(t, err)
			front := httptest.NewServer(g.handler(endpoint))
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

func (d *decided) send(t *testing.T, front string) (status int, location string) {
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
	if diff := cmp.Diff(directives(t, src), directives(t, ours)); diff != "" {
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
