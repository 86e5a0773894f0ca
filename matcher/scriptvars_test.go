package matcher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// TestScriptVars checks variables of scripts: NAME=value, or !NAME where there is none.
func TestScriptVars(t *testing.T) {
	t.Parallel()
	root := plant(t, map[string]string{"a.php": "", "d/a.php": "", "err.php": ""})
	get := func(target string, header ...string) *matcher.Request {
		q := &matcher.Request{Method: "GET", Target: target, Proto: "HTTP/1.1", Host: "www.example.com", Header: map[string][]string{}}
		for _, h := range header {
			name, value, _ := strings.Cut(h, ": ")
			q.Header[name] = append(q.Header[name], value)
		}
		return q
	}
	with := func(q *matcher.Request, change func(q *matcher.Request)) *matcher.Request {
		change(q)
		return q
	}
	post := func(q *matcher.Request) { q.Method = "POST" }
	head := func(q *matcher.Request) { q.Method = "HEAD" }
	const changed = `ProxyFCGISetEnvIf "reqenv('CONTENT_LENGTH') == '5'" LENGTH 5` + "\n" +
		`ProxyFCGISetEnvIf "reqenv('HTTP_TRANSFER_ENCODING') == 'chunked'" CHUNKED 1` + "\n"
	tests := []struct {
		conf   string
		q      *matcher.Request
		length int64
		want   string
	}{
		{
			"", get("/a.php?q", "Xaz-AZ09: 1", "X-Two: 1", "X-Two: 2", "X_Under: 1", "X.Dot: 1", "X~: 1", "X{: 1", "X`: 1", "X@: 1", "X[: 1", "X/: 1", "X:: 1"), 0,
			"HTTP_XAZ_AZ09=1 !HTTP_X_UNDER !HTTP_X !HTTP_X.DOT !HTTP_X~ !HTTP_X{ !HTTP_X` !HTTP_X@ !HTTP_X[ !HTTP_X/ !HTTP_X: HTTP_HOST=www.example.com SCRIPT_NAME=/a.php !PATH_INFO !PATH_TRANSLATED QUERY_STRING=q REQUEST_URI=/a.php?q",
		},
		{
			"", get("/a.php", "Proxy: evil", "Authorization: Basic eA==", "Proxy-Authorization: Basic eA==", "Content-Type: text/x"), 0,
			"!HTTP_PROXY !HTTP_AUTHORIZATION !HTTP_PROXY_AUTHORIZATION CONTENT_TYPE=text/x !HTTP_CONTENT_TYPE !REMOTE_USER !REDIRECT_URL !REDIRECT_QUERY_STRING !REDIRECT_REMOTE_USER",
		},
		{"<Directory " + root + ">\nCGIPassAuth On\n</Directory>\n", get("/a.php", "Authorization: Basic eA=="), 0, "HTTP_AUTHORIZATION=Basic_eA=="},
		{"", get("/a.php"), 0, "!CONTENT_LENGTH !HTTP_TRANSFER_ENCODING"},
		{"", get("/a.php", "Content-Length: 0"), 0, "CONTENT_LENGTH=0 !HTTP_CONTENT_LENGTH"},
		{"", get("/a.php", "Content-Length: 5"), 5, "CONTENT_LENGTH=5 !HTTP_TRANSFER_ENCODING"},
		{"", get("/a.php"), 7, "CONTENT_LENGTH=7"},
		{"", with(get("/a.php"), func(q *matcher.Request) { q.Chunked = true }), -1, "HTTP_TRANSFER_ENCODING=chunked !CONTENT_LENGTH"},
		{changed, get("/a.php", "Content-Length: 5"), 5, "LENGTH=5 !CHUNKED"},
		{changed, with(get("/a.php"), func(q *matcher.Request) { q.Chunked = true }), -1, "!LENGTH CHUNKED=1"},
		{changed, get("/a.php"), 0, "!LENGTH !CHUNKED"},
		{"RequestHeader set Host other\n", get("/a.php"), 0, "HTTP_HOST=other"},
		{"RequestHeader set X-A b\n", get("/a.php"), 0, "HTTP_HOST=www.example.com HTTP_X_A=b"},
		{"", with(get("/a.php"), func(q *matcher.Request) { q.Host, q.Proto = "", "HTTP/1.0" }), 0, "!HTTP_HOST SERVER_PROTOCOL=HTTP/1.0"},
		{"", with(get("/a.php"), func(q *matcher.Request) { q.Proto, q.Method = "", "" }), 0, "SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=GET"},
		{
			"SetEnv Content_Length 9\nSetEnv http_host evil\nSetEnv script_name /x\nSetEnv Own 1\n", get("/a.php"), 0,
			"!Content_Length !CONTENT_LENGTH !http_host HTTP_HOST=www.example.com !script_name SCRIPT_NAME=/a.php Own=1",
		},
		{"", get("/d/a.php/x/y"), 0, "SCRIPT_NAME=/d/a.php PATH_INFO=/x/y PATH_TRANSLATED=" + root + "/x/y"},
		{"MergeSlashes Off\n", get("/d/a.php//x///y"), 0, "SCRIPT_NAME=/d/a.php"},
		{"", get("/d/a.php/"), 0, "SCRIPT_NAME=/d/a.php PATH_INFO=/"},
		{"RewriteEngine On\nRewriteRule ^/n$ /a.php/other?z=1 [PT]\n", get("/n?o=1"), 0, "SCRIPT_NAME=/a.php PATH_INFO=/other QUERY_STRING=z=1 REQUEST_URI=/n?o=1 !REDIRECT_URL"},
		{
			"RewriteEngine On\nRewriteRule ^/gone$ - [R=404]\nErrorDocument 404 /err.php?e\n", with(get("/gone?o"), post), 0,
			"REQUEST_METHOD=GET SCRIPT_NAME=/err.php REDIRECT_URL=/gone REDIRECT_QUERY_STRING=o REDIRECT_STATUS=404 QUERY_STRING=e",
		},
		{"RewriteEngine On\nRewriteRule ^/gone$ - [R=404]\nErrorDocument 404 /err.php\n", with(get("/gone"), head), 0, "REQUEST_METHOD=HEAD !REDIRECT_QUERY_STRING"},
		{"SetEnv PATH /own\n", get("/a.php"), 0, "PATH=/own"},
		{"", with(get("/a.php"), func(q *matcher.Request) { q.RemoteUser, q.RemoteIdent = "u", "i" }), 0, "REMOTE_USER=u REMOTE_IDENT=i !REMOTE_HOST !AUTH_TYPE"},
		{"<Location />\nSetHandler proxy:FCGI://PHP.example:8000/x\n</Location>\n", get("/a.php"), 0, "SCRIPT_FILENAME=proxy:fcgi://php.example" + root + "/a.php"},
		{"<Location />\nSetHandler proxy:unix:/s|http://php.example\n</Location>\n", get("/a.php"), 0, "SCRIPT_FILENAME=proxy:fcgi://localhost" + root + "/a.php"},
		{"ProxyFCGIBackendType GENERIC\n", get("/a.php"), 0, "SCRIPT_FILENAME=" + root + "/a.php"},
	}
	for _, tt := range tests {
		e := compile(t, tt.conf, &matcher.Options{DocumentRoot: root, CGI: true})
		res, err := e.Eval(t.Context(), tt.q)
		require.NoError(t, err, tt.conf)
		vars, ok := res.ScriptVars(tt.q, tt.length)
		require.True(t, ok, "%q %s: %v %d", tt.conf, tt.q.Target, res.Action, res.Status)
		for want := range strings.FieldsSeq(tt.want) {
			name, value, set := strings.Cut(strings.TrimPrefix(want, "!"), "=")
			got, has := vars[name]
			if has != set || strings.ReplaceAll(got, " ", "_") != value {
				t.Errorf("%q, %s: %s is %q (%v), want %s", tt.conf, tt.q.Target, name, got, has, want)
			}
		}
	}
}
