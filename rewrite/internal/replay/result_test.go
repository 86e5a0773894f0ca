package replay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

func TestResult(t *testing.T) {
	t.Parallel()
	files, err := newFileSystem("/www", nil)
	require.NoError(t, err)
	require.NoError(t, files.add("/www/dir/x", ""))
	s := &site{files: files, place: testPlace}
	text := func(t string) *string { return &t }
	tests := []struct {
		name string
		q    Request
		res  matcher.Result
		want Result
	}{
		{
			"redirect",
			Request{},
			matcher.Result{Action: matcher.Redirect, Status: 302, Response: matcher.Response{Location: "http://h/www/\xe9 ", SetCookies: []string{"a=\xe9; path=/"}}},
			Result{Status: 302, Location: "http://h@DOCROOT@/\u00e9", SetCookie: []string{"a=\u00e9; path=/"}},
		},
		{
			"status",
			Request{},
			matcher.Result{Action: matcher.Respond, Status: 403},
			Result{Status: 403},
		},
		{
			"a response without body tells no state",
			Request{Method: "HEAD"},
			matcher.Result{Action: matcher.Pass, Status: 200, View: matcher.View{Filename: "/www/x"}},
			Result{Status: 200},
		},
		{
			"file",
			Request{},
			matcher.Result{
				Action: matcher.Rewrite, Status: 301, Query: "q=\xe9", HasQuery: true, Response: matcher.Response{Vary: "Cookie"},
				Content: matcher.Content{ContentType: "text/x;charset=utf-8"},
				Forward: matcher.Forward{Env: map[string]string{"A\xe9": "/www/\xe9"}},
				View:    matcher.View{URI: "/b", Filename: "/www/b", HasPathInfo: true, Redirects: 1},
			},
			Result{Status: 301, Vary: "Cookie", Final: &Final{
				URI: text("/b"), Filename: text("@DOCROOT@/b"), Args: text("q=\u00e9"), PathInfo: text(""),
				Handler: text("text/x"), ContentType: text("text/x;charset=utf-8"), Method: text("GET"), Redirects: 1,
				Env: map[string]string{"A\u00e9": "@DOCROOT@/\u00e9"},
			}},
		},
		{
			"directory",
			Request{Method: "FOO"},
			matcher.Result{
				Action: matcher.Pass, Status: 200, Content: matcher.Content{ContentType: "httpd/unix-directory"},
				View: matcher.View{URI: "/dir/", Filename: "/www/dir/"},
			},
			Result{Status: 200, Final: &Final{
				URI: text("/dir/"), Filename: text("@DOCROOT@/dir/"), Handler: text("httpd/unix-directory"),
				ContentType: text("httpd/unix-directory"), Method: text("FOO"), Env: map[string]string{},
			}},
		},
		{
			"proxy",
			Request{},
			matcher.Result{Action: matcher.Proxy, Status: 200, View: matcher.View{URI: "/p", Filename: "proxy:http://h/"}},
			Result{Status: 200, Final: &Final{
				URI: text("/p"), Filename: text("proxy:http://h/"), Handler: text("proxy-server"),
				Method: text("GET"), Proxyreq: 2, Env: map[string]string{},
			}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, s.result(&test.q, &test.res)); diff != "" {
				t.Errorf("result mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestComparableDropsWhatMayDiffer(t *testing.T) {
	t.Parallel()
	method := "GET"
	r := Result{
		SetCookie: []string{"a=1; path=/; expires=Thu, 01-Jan-2026 00:00:00 GMT; secure"},
		Final:     &Final{Method: &method, Env: map[string]string{"A": "1", "REDIRECT_UNIQUE_ID": "x"}},
	}
	want := Result{
		SetCookie: []string{"a=1; path=/; expires=; secure"},
		Final:     &Final{Env: map[string]string{"A": "1"}},
	}
	if diff := cmp.Diff(want, r.Comparable()); diff != "" {
		t.Errorf("Comparable mismatch (-want +got):\n%s", diff)
	}
	if r.Final.Env["REDIRECT_UNIQUE_ID"] != "x" || r.Final.Method == nil {
		t.Error("Comparable changed its receiver")
	}
}
