package rewrite_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// handled has files below /d whose handler or type is set by directives.
func handled(directives string) *matcher.Options {
	files := fstest.MapFS{
		"www/d/.htaccess": {Data: []byte(directives)},
		"www/d/f.php":     {Data: []byte("<?php secret")},
		"www/d/f.txt":     {Data: []byte("text")},
	}
	return &matcher.Options{DocumentRoot: "/www", FS: files}
}

// A handler that no module has is none: httpd sends the file. One that would run
// it gets 403, and in no case the source.
func TestHandlersOfFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		directives, name string
		status           int
	}{
		{"SetHandler Drupal_Security_Do_Not_Remove_See_SA_2006_006", "f.txt", 200},
		{"SetHandler Drupal_Security_Do_Not_Remove_See_SA_2006_006", "missing", 404},
		{"SetHandler default-handler", "f.php", 200},
		{"SetHandler None", "f.txt", 200},
		{"AddHandler my-own .txt", "f.txt", 200},
		{"AddHandler my-own .txt\nAction my-own /cgi-bin/run", "f.txt", 403},
		{"AddType a/b .txt\nAction A/B /cgi-bin/run virtual", "f.txt", 403},
		{"AddHandler cgi-script .txt", "f.txt", 403},
		{"SetHandler CGI-Script", "f.txt", 403},
		{"SetHandler server-parsed", "f.txt", 403},
		{"SetHandler server-status", "f.txt", 403},
		{"SetHandler server-parsed", "missing", 404},
		{`SetHandler "proxy:fcgi://127.0.0.1:9000"`, "f.php", 403},
		{`SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"`, "f.php", 403},
		{"<FilesMatch \\.php$>\nSetHandler application/x-httpd-php\n</FilesMatch>", "f.php", 403},
		{"<FilesMatch \\.php$>\nSetHandler application/x-httpd-php\n</FilesMatch>", "f.txt", 200},
		{"AddType application/x-httpd-php .php", "f.php", 403},
		{"AddType application/x-httpd-php82;charset=x .php", "f.php", 403},
		{"AddHandler application/x-httpd-ea-php74 .php", "f.php", 403},
		{"AddType application/x-httpd-cgi .txt", "f.txt", 403},
		{"ForceType cgi-script", "f.txt", 403},
		{"RewriteEngine On\nRewriteRule \\.php$ - [H=application/x-httpd-php]", "f.php", 403},
		{"RewriteEngine On\nRewriteRule \\.php$ - [T=application/x-httpd-php-source]", "f.php", 403},
		{"AddOutputFilter INCLUDES .txt\nOptions +Includes", "f.txt", 403},
		{"SetOutputFilter DEFLATE;INCLUDES\nOptions +IncludesNoExec", "f.txt", 403},
		{"AddOutputFilter INCLUDES .txt", "f.txt", 200},
	}
	for _, tt := range tests {
		log := &journal{}
		opts := handled(tt.directives)
		serve := func(o *rewrite.Options) http.Handler {
			o.FileServer, o.Logger = true, log.logger()
			return rewrite.New(compile(t, "", opts), o).Handler(http.FileServerFS(sub(t, opts.FS, "www")))
		}
		for _, header := range []http.Header{nil, {"Range": {"bytes=0-3"}}, {"If-Modified-Since": {"Mon, 01 Jan 2035 00:00:00 GMT"}}} {
			rec := ask(serve(&rewrite.Options{}), "GET", "/d/"+tt.name, header)
			if tt.status == http.StatusForbidden || header == nil {
				require.Equal(t, tt.status, rec.Code, "%s: %s %v", tt.directives, tt.name, header)
			}
			if tt.status != http.StatusOK {
				require.NotContains(t, rec.Body.String(), "secret", tt.directives)
			}
		}
		if tt.status == http.StatusForbidden {
			require.Contains(t, log.String(), "its handler would run it", tt.directives)
			require.Equal(t, http.StatusOK, ask(serve(&rewrite.Options{AllowSource: true}), "GET", "/d/"+tt.name, nil).Code)
		}
	}
}

// A handler of the caller's own, which knows what to do with the name, gets the
// request.
func TestHandlersOfTheCaller(t *testing.T) {
	t.Parallel()
	sends := true
	m := rewrite.New(compile(t, "", handled("AddHandler php-fpm .php")), nil)
	h := m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		sends = info.SendsFile()
		w.WriteHeader(http.StatusNoContent)
	}))
	require.Equal(t, http.StatusNoContent, ask(h, "HEAD", "/d/f.php", nil).Code)
	require.False(t, sends)
}

// The page for a refusal may itself be one that a handler would run.
func TestHandlerOfErrorDocument(t *testing.T) {
	t.Parallel()
	opts := handled("AddHandler x-httpd-php .php .txt\nErrorDocument 403 /d/f.php\n")
	m := rewrite.New(compile(t, "", opts), &rewrite.Options{FileServer: true, Logger: quiet()})
	rec := ask(m.Handler(http.FileServerFS(sub(t, opts.FS, "www"))), "GET", "/d/f.txt", nil)
	require.Equal(t, http.StatusForbidden, rec.Code)
	require.NotContains(t, rec.Body.String(), "secret")
}
