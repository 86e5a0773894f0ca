package rewrite_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// failingBody is a body that fails to be read.
type failingBody struct{ err error }

func (b failingBody) Read([]byte) (int, error) { return 0, b.err }
func (failingBody) Close() error               { return nil }

// brokenWriter is a response whose client is gone.
type brokenWriter struct{ *httptest.ResponseRecorder }

func (brokenWriter) Write([]byte) (int, error)       { return 0, errors.New("gone") }
func (brokenWriter) WriteString(string) (int, error) { return 0, errors.New("gone") }

// fileTest is a site, and what happens before a file of it is served.
type fileTest struct {
	root   string
	before func(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request)
	log    journal
}

// newFileTest lays out a site.
func newFileTest(t *testing.T) *fileTest {
	t.Helper()
	f := &fileTest{root: t.TempDir()}
	layOut(t, f.root, map[string]string{
		"ten.txt": "0123456789", ".env": "secret", ".htpasswd": "secret", "big.bin": "bytes 100000",
		"a.map": "URI: a\nContent-Type: text/plain\nBody:----end----\nin the map\n----end----\n",
	})
	require.NoError(t, os.Symlink("ten.txt", filepath.Join(f.root, "link.txt")))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Lchown(filepath.Join(f.root, "link.txt"), 1, 1))
	}
	return f
}

// serve answers r.
func (f *fileTest) serve(t *testing.T, w http.ResponseWriter, r *http.Request) {
	t.Helper()
	conf, err := parser.Parse("site.conf", []byte("DocumentRoot "+f.root+"\n<Directory "+f.root+">\nRequire all granted\nAddHandler type-map map\n</Directory>\n"), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(conf, &matcher.Options{Directories: true, Types: rewrite.Types()})
	require.NoError(t, err)
	files := rewrite.Files(&rewrite.FilesOptions{Logger: slog.New(slog.NewTextHandler(&f.log, nil))})
	rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.before != nil {
			w, r = f.before(w, r)
		}
		files.ServeHTTP(w, r)
	})).ServeHTTP(w, r)
}

// TestFilesFail serves files that change, are withheld, or that the client does not take, and
// says what is logged.
func TestFilesFail(t *testing.T) {
	t.Parallel()
	type response = http.ResponseWriter
	withBody := func(err error) func(response, *http.Request) (response, *http.Request) {
		return func(w response, r *http.Request) (response, *http.Request) {
			r.Body, r.ContentLength = failingBody{err}, -1
			return w, r
		}
	}
	broken := func(gone bool) func(response, *http.Request) (response, *http.Request) {
		return func(_ response, r *http.Request) (response, *http.Request) {
			ctx, cancel := context.WithCancel(r.Context())
			if gone {
				cancel()
			}
			t.Cleanup(cancel)
			return brokenWriter{httptest.NewRecorder()}, r.WithContext(ctx)
		}
	}
	for name, tt := range map[string]struct {
		method, path string
		header       string
		before       func(root string) func(response, *http.Request) (response, *http.Request)
		status       int
		body         string // "" for any
		log          string // "" for nothing
	}{
		"a file":           {"GET", "/ten.txt", "", nil, 200, "0123456789", ""},
		"its header":       {"HEAD", "/ten.txt", "", nil, 200, "none", ""},
		"a range":          {"GET", "/ten.txt", "Range: bytes=2-3", nil, 206, "23", ""},
		"no such range":    {"GET", "/ten.txt", "Range: bytes=20-", nil, 416, "", ""},
		"header of none":   {"HEAD", "/ten.txt", "Range: bytes=20-", nil, 416, "none", ""},
		"another's link":   {"GET", "/link.txt", "", nil, 200, "0123456789", ""},
		"not modified":     {"GET", "/ten.txt", "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT", fixed(wrapped), 304, "none", ""},
		"another one":      {"GET", "/ten.txt", `If-Match: "x"`, fixed(wrapped), 412, "none", ""},
		"hidden":           {"GET", "/.env", "", nil, 403, "", `begin with a dot are hidden; AllowDotfiles`},
		"hidden for ever":  {"GET", "/.htpasswd", "", nil, 403, "", ""},
		"not there":        {"GET", "/none", "", nil, 404, "", ""},
		"part of a map":    {"GET", "/a.map", "", nil, 200, "in the map\n", ""},
		"body too long":    {"GET", "/ten.txt", "", fixed(withBody(&http.MaxBytesError{Limit: 1})), 413, "", ""},
		"body too slow":    {"GET", "/ten.txt", "", fixed(withBody(os.ErrDeadlineExceeded)), 408, "", ""},
		"body is broken":   {"GET", "/ten.txt", "", fixed(withBody(io.ErrUnexpectedEOF)), 400, "", ""},
		"body ends":        {"GET", "/ten.txt", "", fixed(withBody(io.EOF)), 200, "0123456789", ""},
		"nobody takes it":  {"GET", "/ten.txt", "", fixed(broken(false)), 200, "", "file not sent to its end"},
		"the client left":  {"GET", "/ten.txt", "", fixed(broken(true)), 200, "", ""},
		"it has got short": {"GET", "/ten.txt", "", truncated("ten.txt"), 200, "", ""},
		"as has a map":     {"GET", "/a.map", "", truncated("a.map"), 406, "", "ends before the part"}, // and says of the failure that it names nothing
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFileTest(t)
			if tt.before != nil {
				f.before = tt.before(f.root)
			}
			r := httptest.NewRequest(tt.method, tt.path, nil)
			if field, value, ok := strings.Cut(tt.header, ": "); ok {
				r.Header.Set(field, value)
			}
			w := httptest.NewRecorder()
			f.serve(t, w, r)
			require.Equal(t, tt.status, w.Code, f.log.String())
			require.Equal(t, tt.status == http.StatusNotModified, w.Header().Get("Content-Type") == "")
			switch tt.body {
			case "":
				require.NotContains(t, w.Body.String(), "0123", "no more than the document of the error")
			case "none":
				require.Empty(t, w.Body.String())
			default:
				require.Equal(t, tt.body, w.Body.String())
			}
			if tt.log == "" {
				require.Empty(t, f.log.String())
			} else {
				require.Contains(t, f.log.String(), tt.log)
			}
		})
	}
}

// wrapped hides what the writer of a response is.
func wrapped(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
	return struct{ http.ResponseWriter }{w}, r
}

// fixed returns before for any root.
func fixed[T any](before T) func(root string) T {
	return func(string) T { return before }
}

// truncated empties a file once it was found.
func truncated(name string) func(root string) func(http.ResponseWriter, *http.Request) (http.ResponseWriter, *http.Request) {
	return func(root string) func(http.ResponseWriter, *http.Request) (http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
			if err := os.Truncate(filepath.Join(root, name), 0); err != nil {
				panic(err)
			}
			return w, r
		}
	}
}
