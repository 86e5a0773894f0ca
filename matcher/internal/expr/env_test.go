package expr

import (
	"cmp"
	"errors"
	"io/fs"
	"net/netip"
	"path"
	"strings"
	"testing/fstest"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// docroot stands for the document root in recorded cases.
const docroot = "@DOCROOT@"

// request is an Env made of a recorded request, as it stands before it is
// mapped to a file.
type request struct {
	room    Room
	Method  string      `json:"method"`
	Target  string      `json:"target"`
	Headers [][2]string `json:"headers"`
	TLS     bool        `json:"tls"`

	filename   string
	extensions []string // of the client's certificate
	files      fstest.MapFS
	env        map[string]string
	steps      int
	asked      []string // what the methods were asked for
	bytes      int      // charged so far
	most       int      // how many may be, 0 for maxBytes
	spent      int      // steps spent so far
	work       int      // how many may be, 0 for any number
}

// tree is what every document root holds.
func tree() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }
	return fstest.MapFS{
		"docroot/file.txt":         file("text\n"),
		"docroot/empty.txt":        file(""),
		"docroot/with space.txt":   file("space\n"),
		"docroot/dir":              &fstest.MapFile{Mode: fs.ModeDir | 0o755},
		"docroot/dir/file.txt":     file("dir text\n"),
		"docroot/caf\xc3\xa9.html": file("name in UTF-8\n"),
		"docroot/exec.sh":          &fstest.MapFile{Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		"docroot/link.txt":         &fstest.MapFile{Data: []byte("file.txt"), Mode: fs.ModeSymlink | 0o777},
	}
}

func (r *request) uri() string {
	uri, _, _ := strings.Cut(r.Target, "?")
	return uri
}

func (r *request) query() string {
	_, query, _ := strings.Cut(r.Target, "?")
	return query
}

func (r *request) method() string {
	if r.Method == "" {
		return "GET"
	}
	return r.Method
}

func (r *request) Variable(v syntax.Var) string {
	r.asked = append(r.asked, "variable")
	switch v { //nolint:exhaustive // those that the cases look at
	case syntax.VarRequestMethod:
		return r.method()
	case syntax.VarRequestURI, syntax.VarDocumentURI:
		return r.uri()
	case syntax.VarRequestFilename:
		return r.filename
	case syntax.VarQueryString:
		return r.query()
	case syntax.VarTheRequest:
		return r.method() + " " + r.Target + " HTTP/1.1"
	case syntax.VarServerProtocol:
		return "HTTP/1.1"
	case syntax.VarIsSubreq:
		return "false"
	case syntax.VarRequestStatus:
		return "200"
	case syntax.VarRemoteAddr, syntax.VarRemoteHost, syntax.VarConnRemoteAddr:
		return "127.0.0.1"
	case syntax.VarRemotePort:
		return "50000"
	case syntax.VarHTTPS:
		return r.SSL("HTTPS")
	case syntax.VarIPv6, syntax.VarHTTP2:
		return "off"
	case syntax.VarRequestScheme:
		if r.TLS {
			return "https"
		}
		return "http"
	case syntax.VarServerName:
		return "www.example.com"
	case syntax.VarServerPort:
		if r.TLS {
			return "443"
		}
		return "80"
	case syntax.VarServerAdmin:
		return "[no address given]"
	case syntax.VarServerSoftware:
		return "Apache"
	case syntax.VarDocumentRoot, syntax.VarContextDocumentRoot:
		return docroot
	case syntax.VarLastModified:
		return "19700101000000"
	case syntax.VarScriptUser:
		if r.filename != "" {
			return "root"
		}
	}
	return ""
}

func (r *request) SSL(name string) string {
	switch name {
	case "HTTPS":
		if r.TLS {
			return "on"
		}
		return "off"
	case "SSL_PROTOCOL":
		if r.TLS {
			return "TLSv1.3"
		}
	case "SSL_TLS_SNI":
		if r.TLS {
			return "www.example.com"
		}
	case "REQUEST_METHOD":
		return r.method()
	}
	return ""
}

func (r *request) PeerExtensions(string) []string { return r.extensions }

func (r *request) RequestHeader(name string) string {
	if strings.EqualFold(name, "Host") {
		return "www.example.com"
	}
	var values []string
	for _, h := range r.Headers {
		if strings.EqualFold(h[0], name) {
			values = append(values, h[1])
		}
	}
	return strings.Join(values, ", ")
}

func (r *request) ResponseHeader(string) string { return "" }

func (r *request) Note(string) (string, bool) { return "", false }

func (r *request) RequestEnv(name string) (string, bool) {
	v, ok := r.env[name]
	return v, ok
}

func (r *request) OSEnv(string) (string, bool) { return "", false }

func (r *request) Now() time.Time { return time.Date(2024, 2, 4, 15, 6, 7, 0, time.UTC) }

func (r *request) ClientAddr() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

func (r *request) Resolve(host string) (netip.Addr, bool) {
	switch host {
	case "localhost":
		return r.ClientAddr(), true
	case "fe80::1%lo", "fe80::1%1":
		return netip.MustParseAddr("fe80::1"), true
	}
	return netip.Addr{}, false
}

// local returns name as package fs wants it. What is behind a file that is no
// directory does not exist.
func (r *request) local(name string) (string, error) {
	name = strings.Replace(name, docroot, "/docroot", 1)
	clean := strings.TrimPrefix(path.Join("/", name), "/")
	if clean == "" {
		clean = "."
	}
	if strings.HasSuffix(name, "/") {
		if info, err := fs.Stat(r.files, clean); err != nil || !info.IsDir() {
			return "", fs.ErrNotExist
		}
	}
	return clean, nil
}

func (r *request) Stat(name string) (fs.FileInfo, error) {
	clean, err := r.local(name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(r.files, clean)
}

func (r *request) Lstat(name string) (fs.FileInfo, error) {
	clean, err := r.local(name)
	if err != nil {
		return nil, err
	}
	return fs.Lstat(r.files, clean)
}

func (r *request) ReadFile(name string, limit int64) ([]byte, error) {
	clean, err := r.local(name)
	if err != nil {
		return nil, err
	}
	b, err := fs.ReadFile(r.files, clean)
	return b[:min(int64(len(b)), limit)], err
}

func (r *request) LookupURL(url string) bool {
	r.asked = append(r.asked, "url "+url)
	return true
}

func (r *request) LookupFile(file string) bool {
	r.asked = append(r.asked, "file "+file)
	return true
}

func (r *request) Spend(n int) error {
	if r.spent += n; r.work > 0 && r.spent > r.work {
		return errSteps
	}
	return nil
}

func (r *request) Room() *Room { return &r.room }

func (r *request) Charge(n int) error {
	if r.bytes += n; r.bytes > cmp.Or(r.most, maxBytes) {
		return errBytes
	}
	return nil
}

const maxBytes = 3 * maxFile

var errBytes = errors.New("too many bytes")

var errSteps = errors.New("too many steps")

func (r *request) Match(p *pattern.Pattern, s string, caps *pattern.Captures, _ parser.Extent) (bool, error) {
	ok, err := p.Match(s, caps, r.steps)
	if err != nil {
		return false, errSteps
	}
	return ok, nil
}
