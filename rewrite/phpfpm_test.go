package rewrite_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

const phpVariables = `<?php
header('Content-Type: application/json');
echo json_encode(['server' => $_SERVER, 'get' => $_GET, 'post' => $_POST, 'cookie' => $_COOKIE, 'file' => __FILE__,
	'body' => md5(file_get_contents('php://input')) . ' ' . strlen(file_get_contents('php://input'))]);
`

// phpSite is a site whose scripts show what they see.
func phpSite(tb testing.TB) string {
	tb.Helper()
	root := filepath.Join(httpdtest.Folder(tb), "www")
	layOut(tb, root, map[string]string{
		"index.php": phpVariables, "a b.php": phpVariables, "plain.txt": "plain", "alias/x.php": phpVariables,
		"front/.htaccess": "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\n" +
			"RewriteRule ^info/(.*)$ index.php/$1 [L,QSA]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule ^(.*)$ index.php?q=$1 [L,QSA]\n",
		"front/index.php": phpVariables,
		"env/.htaccess":   "SetEnv FROM_CONFIG yes\nRewriteEngine On\nRewriteRule ^ - [E=BY_RULE:yes,E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n",
		"env/index.php":   phpVariables,
		"pass/.htaccess":  "CGIPassAuth On\n",
		"pass/index.php":  phpVariables,
		"error/.htaccess": "ErrorDocument 404 /index.php/error\nErrorDocument 403 /error/index.php?e=403\nRewriteEngine On\nRewriteRule ^no - [F]\n",
		"error/index.php": phpVariables,
		"unset/.htaccess": "Header unset X-Own\nHeader always unset X-Powered-By\nHeader append X-Both 2\nHeader always append X-Always 2\nHeader set Cache-Control no-store\nHeader always edit Set-Cookie ^a=1 a=3\n",
		"unset/index.php": "<?php\nheader('X-Own: 1'); header('X-Both: 1'); header('X-Always: 1'); header('Cache-Control: private'); setcookie('a', '1'); header('Expires: 0');\n" +
			"header('ETag: \"x\"'); header('Vary: Cookie'); echo str_repeat('x', 100);\n",
		"pack/.htaccess": "SetOutputFilter DEFLATE\nHeader unset ETag\n",
		"pack/small.php": "<?php echo $_GET['x'];\n",
		"byrule/run.php": phpVariables,
		"lang/x.php.en":  phpVariables, "lang/.htaccess": "AddLanguage en .en\n",
		"pack/index.php": "<?php\nheader('Content-Type: text/plain'); header('ETag: \"x\"'); header('Vary: Cookie'); echo str_repeat('x', 100);\n",
		"fix/.htaccess": "ProxyFCGISetEnvIf true ADDED \"%{REQUEST_METHOD} %{reqenv:SCRIPT_NAME}\"\n" +
			"ProxyFCGISetEnvIf \"reqenv('PATH_INFO') =~ m#/foo(\\d+)\\.php$#\" CAPTURED $1-$1\n" +
			"ProxyFCGISetEnvIf true KEPT $1\nProxyFCGISetEnvIf \"reqenv('PATH_INFO') =~ m#/foo(\\d+)\\.php$#\" PATH_INFO /foo.php\n" +
			"ProxyFCGISetEnvIf \"reqenv('SCRIPT_FILENAME') =~ m#^proxy:fcgi://localhost(/.*)#\" SEEN $1\n" +
			"ProxyFCGISetEnvIf true !HTTP_X_OWN\nProxyFCGISetEnvIf false NEVER x\nProxyFCGISetEnvIf true EMPTY\n" +
			"ProxyFCGISetEnvIf \"reqenv('ADDED') == 'GET /fix/index.php'\" second_look yes\n" +
			"ProxyFCGISetEnvIf true FILE \"%{REQUEST_FILENAME} %{SCRIPT_FILENAME}\"\nProxyFCGISetEnvIf true gateway_interface Mine\n",
		"fix/index.php":     phpVariables,
		"fix/in/.htaccess":  "ProxyFCGISetEnvIf \"-n reqenv('ADDED')\" AGAIN \"%{reqenv:ADDED}\"\nProxyFCGISetEnvIf true !ADDED\n",
		"fix/in/index.php":  phpVariables,
		"generic/.htaccess": "ProxyFCGIBackendType GENERIC\nProxyFCGISetEnvIf true SEEN \"%{reqenv:SCRIPT_FILENAME}\"\n",
		"generic/index.php": phpVariables,
		"generic/other.php": phpVariables,
		"uri/.htaccess":     "CGIVar REQUEST_URI current-uri\nRewriteEngine On\nRewriteRule ^to$ index.php?by=rule [QSA]\nRewriteRule ^sub/to$ index.php/info\n",
		"uri/index.php":     phpVariables,
		"uri/sub/.htaccess": "CGIVar REQUEST_URI Original-URI\n",
		"uri/sub/index.php": phpVariables,
		"qualify/.htaccess": "QualifyRedirectURL On\nRewriteEngine On\nRewriteRule ^to index.php\n",
		"qualify/index.php": phpVariables,
		"moved/index.php":   phpVariables,
		"moved/other.php":   phpVariables,
		"answer/index.php": "<?php\n$q = $_GET['do'] ?? '';\nif ($q == 'status') { http_response_code(404); echo 'mine'; }\n" +
			"if ($q == 'location') { header('Location: /elsewhere'); }\nif ($q == 'cookies') { setcookie('a', '1'); setcookie('b', '2'); header('X-A: 1'); header('X-A: 2', false); }\n" +
			"if ($q == 'etag') { header('ETag: \"x\"'); echo 'content'; }\nif ($q == 'modified') { header('Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT'); echo 'content'; }\n" +
			"if ($q == 'type') { header('Content-Type: TEXT/X-Own; Charset=UTF-8'); echo 'x'; }\nif ($q == 'long') { echo str_repeat('x', 100000); }\n" +
			"if ($q == 'empty') { }\nif ($q == '204') { http_response_code(204); }\nif ($q == '999') { http_response_code(999); echo 'own'; }\nif ($q == 'length') { header('Content-Length: 3'); echo 'abc'; }\n",
	})
	return root
}

// phpRequests are requests to phpSite, each with its body behind the first empty line.
var phpRequests = []string{
	"GET /index.php\n",
	"GET /unset/\n",
	"HEAD /unset/\n",
	"GET /pack/\nAccept-Encoding: br\n",
	"HEAD /pack/\nAccept-Encoding: gzip\n",
	"HEAD /pack/\n",
	"GET /byrule/run\n",
	"GET /byrule/run?q=1\n",
	"GET /byrule/info/?q=1\n",
	"GET /byrule/info/a/b.php/c\n",
	"GET /byrule/info/a%20b/%C3%A9%25?q=1\n",
	"POST /byrule/info/a\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2",
	"GET /lang/x.php.en\n",
	"POST /byrule/run\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2",
	"GET /early?x=1\n",
	"GET /pack/small.php?x=1\nAccept-Encoding: br\n",
	"GET /pack/small.php?x=\nAccept-Encoding: br\n",
	"GET /\n",
	"GET /?x=1&y=%C3%A9\n",
	"GET /index.php/path/info\n",
	"GET /index.php/a%20b/%C3%A9?q=a%20b\n",
	"GET /a%20b.php\n",
	"GET /a%20b.php/c%20d\n",
	"HEAD /index.php\n",
	"GET /front/any/route?z=1\n",
	"GET /front/info/users/7?z=1\n",
	"GET /front/info/a%20b\n",
	"GET /front/\n",
	"GET /env/\n",
	"GET /env/\nAuthorization: Basic am9lOnBhc3N3b3Jk\n",
	"GET /index.php\nAuthorization: Basic am9lOnBhc3N3b3Jk\n",
	"GET /index.php\nProxy: evil:80\nX_Under: 1\nX-Own: a\nX-Own: b\nCookie: a=1; b=2\n",
	"GET /pass/\nAuthorization: Basic am9lOnBhc3N3b3Jk\n",
	"GET /error/none\n",
	"GET /error/no\n",
	"POST /error/none\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2",
	"POST /index.php\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2",
	"POST /front/info/x?z=1\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2",
	"POST /index.php\nContent-Type: application/octet-stream\n\n@3MB@",
	"POST /index.php\nTransfer-Encoding: chunked\nContent-Type: text/plain\n\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n",
	"POST /index.php\nContent-Length: 0\n",
	"PUT /index.php\n\nbody",
	"DELETE /index.php\n",
	"OPTIONS /index.php\n",
	"PATCH /index.php/x\n\nbody",
	"GET /shop/x.php/info\n",
	"GET /fix/index.php\nX-Own: 1\n",
	"GET /fix/index.php/foo12.php\n",
	"POST /fix/\n\nbody",
	"GET /fix/in/\n",
	"GET /generic/\n",
	"GET /generic/index.php/info\n",
	"GET /uri/index.php?q=1\n",
	"GET /uri/to?q=1\n",
	"GET /uri/sub/to\n",
	"GET /uri/sub/?q=1\n",
	"GET /qualify/index.php\n",
	"GET /qualify/to?q=1\n",
	"GET /qualify/to%20%41?q=%41\n",
	"GET http://www.example:81/qualify/to?\n",
	"GET /qualify//x/../to\n",
	"GET /moved/index.php\n",
	"GET /moved/index.php/info\n",
	"GET /translated/\n",
	"GET /translated/index.php/info\n",
	"GET /answer/?do=status\n",
	"GET /answer/?do=location\n",
	"GET /answer/?do=cookies\n",
	"GET /answer/?do=etag\n",
	"GET /answer/?do=etag\nIf-None-Match: \"x\"\n",
	"GET /answer/?do=etag\nIf-Match: \"y\"\n",
	"POST /answer/?do=etag\nIf-None-Match: \"x\"\n",
	"GET /answer/?do=modified\n",
	"GET /answer/?do=modified\nIf-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\n",
	"GET /answer/?do=type\n",
	"GET /answer/?do=long\n",
	"HEAD /answer/?do=long\n",
	"GET /answer/?do=empty\n",
	"GET /answer/?do=204\n",
	"GET /answer/?do=length\n",
	"GET /answer/?do=999\n",
	"GET /plain.txt\n",
	"GET /none.php\n",
	"GET /byrule/none\n",
	"GET /none.php/x\nIf-None-Match: *\n",
	"POST /none.php\n\nbody",
	"GET /error/none.php\n",
	"GET /error/absent.php/x\nRange: bytes=0-1\n",
}

// ownVariables are those that say which server it is, or when.
var ownVariables = []string{
	"REQUEST_TIME", "REQUEST_TIME_FLOAT", "REMOTE_PORT", "SERVER_PORT", "SERVER_SOFTWARE", "SERVER_SIGNATURE", "PATH", "proxy-nokeepalive",
}

// php sends a request and describes the answer.
func php(tb testing.TB, address, request string) string {
	tb.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	body = strings.ReplaceAll(body, "@3MB@", strings.Repeat("0123456789abcdef", 3<<16))
	head = strings.TrimSuffix(head, "\n")
	line, fields, _ := strings.Cut(head, "\n")
	text := line + " HTTP/1.1\nHost: www.example\nConnection: close\n"
	if fields != "" {
		text += fields + "\n"
	}
	if body != "" && !strings.Contains(head, "chunked") {
		text += fmt.Sprintf("Content-Length: %d\n", len(body))
	}
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	go func() { _, _ = io.WriteString(conn, strings.ReplaceAll(text+"\n", "\n", "\r\n")+body) }()
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(tb, err, request)
	content, err := io.ReadAll(resp.Body)
	require.NoError(tb, err, request)
	return describePHP(tb, resp, content)
}

func describePHP(tb testing.TB, resp *http.Response, content []byte) string {
	tb.Helper()
	if string(content) == "File not found.\n" {
		resp.Header.Del("X-Powered-By") // PHP is not asked for its version
	}
	var b strings.Builder
	fmt.Fprintln(&b, resp.StatusCode)
	for _, name := range []string{
		"Content-Type", "Location", "Set-Cookie", "X-A", "Etag", "Last-Modified", "X-Powered-By",
		"Cache-Control", "Content-Language", "Expires", "Vary", "X-Always", "X-Both", "X-Own", "Content-Encoding",
	} {
		for _, v := range resp.Header[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	var seen map[string]any
	if at := bytes.IndexByte(content, '{'); at > 0 {
		content = content[at:] // PHP's own warning of a large body
	}
	if json.Unmarshal(content, &seen) != nil {
		return fmt.Sprintf("%s%d %.40q\n", &b, len(content), content)
	}
	server, _ := seen["server"].(map[string]any)
	for _, name := range ownVariables {
		delete(server, name)
	}
	text, err := json.MarshalIndent(seen, "", " ")
	require.NoError(tb, err)
	return b.String() + string(text)
}

// sentByRule are rules that send requests to a FastCGI server.
func sentByRule(socket, root string) string {
	to := "unix:" + socket + "|fcgi://localhost"
	return "RewriteEngine On\nRewriteRule ^info/(.*)$ " + to + root + "/byrule/run.php/$1 [P,QSA]\nRewriteRule ^other/(.*)$ " + to + root + "/byrule/x.jpg/$1 [P]\n" +
		"RewriteRule ^(run|none)$ " + to + root + "/byrule/$1.php [P]\nRewriteRule ^out$ " + to + "/etc/passwd [P]\n" +
		"RewriteRule ^up$ " + to + root + "/byrule/../../secret.php [P]\nRewriteRule ^folder$ " + to + root + "/byrule/ [P]\n" +
		"RewriteRule ^other$ unix:/run/other.sock|fcgi://localhost" + root + "/byrule/run.php [P]\n"
}

// A rule sends files that are there and public to the servers that are listed, and to no
// other.
func TestScriptByRule(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	socket := runner(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ran") })
	layOut(t, root, map[string]string{"byrule/.htaccess": sentByRule(socket, root), "byrule/run.php": "source", "byrule/x.jpg": "source", "../secret.php": "secret"})
	srv := scriptServer(t, root, "", &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	for target, want := range map[string]int{"run": 200, "info/a": 200, "info/": 200, "other/y.php": 404, "none": 404, "out": 404, "up": 404, "folder": 404, "other": 403} {
		r := get(t, srv.URL+"/byrule/"+target)
		require.Equal(t, want, r.Status, target)
		require.Equal(t, want == http.StatusOK, r.Body == "ran", target)
	}
}

// Scripts see the same, and clients get the same from them, as with httpd and
// mod_proxy_fcgi before the same PHP-FPM.
func TestPHPLikeHTTPD(t *testing.T) {
	t.Parallel()
	socket := httpdtest.FPM(t)
	root := phpSite(t)
	layOut(t, root, map[string]string{
		"byrule/.htaccess":     sentByRule(socket, root),
		"translated/.htaccess": "SetEnv PATH_TRANSLATED " + root + "/alias/x.php\nSetEnv REDIRECT_URL /x\n", "translated/index.php": phpVariables,
	})
	conf := phpHandler(socket) + "<Directory " + root + "/moved>\nProxyFCGISetEnvIf true SCRIPT_FILENAME " + root + "/moved/other.php\n</Directory>\n" +
		"RewriteEngine On\nRewriteRule ^/early$ unix:" + socket + "|fcgi://localhost" + root + "/byrule/run.php [P]\nAlias /shop " + root + "/alias\nServerAdmin webmaster@example\n"
	address := httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+siteConfig(root)+conf, "proxy", "proxy_fcgi")
	srv := scriptServer(t, root, conf, &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	for _, request := range phpRequests {
		if diff := cmp.Diff(php(t, address, request), php(t, srv.Listener.Addr().String(), request)); diff != "" {
			t.Errorf("%s(-httpd +got):\n%s", request, diff)
		}
	}
}
