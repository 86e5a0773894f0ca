package rewrite

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Results that no evaluation ought to return must not get anything through
// either.
func TestResultsThatCannotBeActedOn(t *testing.T) {
	t.Parallel()
	m := New(nil, &Options{Logger: slog.New(slog.DiscardHandler)})
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached the next handler") })
	for name, res := range map[string]matcher.Result{
		"unknown action":             {Action: 99, Status: 200, Path: "/"},
		"negative action":            {Action: -1, Status: 200, Path: "/"},
		"line break in Location":     {Action: matcher.Redirect, Status: 302, Response: matcher.Response{Location: "http://a/\r\nX: y"}},
		"line break in cookie":       {Action: matcher.Pass, Status: 200, Path: "/", Response: matcher.Response{SetCookies: []string{"a=b", "c=d\nX: y"}}},
		"NUL in type":                {Action: matcher.Pass, Status: 200, Path: "/", Content: matcher.Content{ContentType: "text/\x00"}},
		"line break in Vary":         {Action: matcher.Pass, Status: 200, Path: "/", Response: matcher.Response{Vary: "A\rB"}},
		"redirect to nowhere":        {Action: matcher.Redirect, Status: 302},
		"redirect without status":    {Action: matcher.Redirect, Response: matcher.Response{Location: "http://a/"}},
		"redirect with 200":          {Action: matcher.Redirect, Status: 200, Response: matcher.Response{Location: "http://a/"}},
		"rewrite to nothing":         {Action: matcher.Rewrite, Status: 200},
		"rewrite to relative path":   {Action: matcher.Rewrite, Status: 200, Path: "a/b"},
		"respond without status":     {Action: matcher.Respond},
		"respond with 99":            {Action: matcher.Respond, Status: 99},
		"respond with 101":           {Action: matcher.Respond, Status: 101},
		"respond with 600":           {Action: matcher.Respond, Status: 600},
		"proxy to nothing":           {Action: matcher.Proxy, Status: 200},
		"proxy to a path":            {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "/a"}},
		"proxy to no host":           {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http:///a"}},
		"proxy to user without host": {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://user@/a"}},
		"proxy to bad host":          {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://a%zz/"}},
		"proxy to bad port":          {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://127.0.0.1:99999/"}},
		"proxy with blank":           {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://127.0.0.1:1/a b"}},
		"proxy with tab":             {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://127.0.0.1:1/a\tb"}},
		"proxy with line break":      {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "http://127.0.0.1:1/a\r\nX: y"}},
		"proxy by FTP":               {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "ftp://127.0.0.1:1/"}},
		"proxy by TLS on a socket":   {Action: matcher.Proxy, Status: 200, Backend: matcher.Backend{ProxyURL: "https://a/", ProxySocket: "/x"}},
	} {
		w := httptest.NewRecorder()
		v := visit{m: m, w: w, r: httptest.NewRequest(http.MethodGet, "/", http.NoBody), next: next}
		v.info.Result = res
		v.act()
		if w.Code != http.StatusInternalServerError {
			t.Errorf("%s: status %d, want 500", name, w.Code)
		}
		for _, field := range []string{"Location", "Set-Cookie", "Vary"} {
			require.Empty(t, w.Header()[field], name)
		}
	}
}

// The transport writes a proxied request's target byte for byte as the rules
// made it.
func TestProxyTarget(t *testing.T) {
	t.Parallel()
	tests := []struct{ url, host, target string }{
		{"http://a", "a", "/"},
		{"http://a/", "a", "/"},
		{"http://a?q", "a", "/?q"},
		{"http://a/?", "a", "/?"},
		{"HTTP://a:81/x/y?z=1&z=%2f", "a:81", "/x/y?z=1&z=%2f"},
		{"https://a/%41%2f%zz", "a", "/%41%2f%zz"},
		{"http://a/%41%2F~!", "a", "/%41%2F~!"},
		{`http://a/"<x>[]\`, "a", `/"<x>[]\`},
		{"http://a/\xe9?\xff", "a", "/\xe9?\xff"},
		{"http://a//b", "a", "//b"},
		{"http://a//b%zz?c", "a", "http://a//b%zz?c"}, // the absolute form says the same
		{"http://a/x#y", "a", "/x#y"},
		{"http://user:word@a/x@y", "a", "/x@y"},
		{"ws://[::1]:80/x", "[::1]:80", "/x"},
		{"wss://a/", "a", "/"},
	}
	for _, tt := range tests {
		u, err := proxyTarget(tt.url)
		require.NoError(t, err, tt.url)
		if u.Host != tt.host || u.RequestURI() != tt.target || u.User != nil {
			t.Errorf("proxyTarget(%q) = host %q, target %q; want %q, %q", tt.url, u.Host, u.RequestURI(), tt.host, tt.target)
		}
	}
}
