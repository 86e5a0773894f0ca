package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path"
	"sync"
	"syscall"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// static serves the files that the rules map requests to.
//
// It shows only what the configuration makes public, and no listings. The rules
// have found a directory's index, and followed symbolic links as far as Options
// let them. What a site's own server would run, or keep to itself, is withheld
// unless show says otherwise: see guard.
type static struct {
	show    show
	log     *slog.Logger
	buffers sync.Pool // of *[smallFile]byte
}

// newStatic returns a handler that serves files, and logs what it
// withholds.
func newStatic(show show, log *slog.Logger) *static {
	return &static{show: show, log: log, buffers: sync.Pool{New: func() any { return new([smallFile]byte) }}}
}

// ServeHTTP serves the file that the request in r's context maps to.
func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	info, ok := rewrite.FromContext(r.Context())
	if !ok {
		rewrite.Fail(w, r, http.StatusInternalServerError)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		rewrite.Fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	s.file(w, r, info)
}

// file serves the file that info maps the request to.
func (s *static) file(w http.ResponseWriter, r *http.Request, info *rewrite.Info) {
	if !path.IsAbs(info.Filename) {
		rewrite.Fail(w, r, http.StatusNotFound) // a rule left a URL there
		return
	}
	f, st, err := s.open(info)
	if err != nil {
		s.refuse(w, r, info.Filename, err)
		return
	}
	defer func() { _ = f.Close() }()
	switch {
	case st.IsDir(): // without an index file, or the rules would have found it
		rewrite.Fail(w, r, statusOfDirectory(info))
	case !s.show.source && !info.SendsFile():
		s.refuse(w, r, info.Filename, errHandler)
	case info.PathInfo != "":
		rewrite.Fail(w, r, http.StatusNotFound)
	default:
		if takeBody(w, r) {
			s.send(w, r, info.Filename, st, f)
		}
	}
}

// statusOfDirectory returns the status for a directory, as there are no listings:
// 403, or 404 if the handler is one that serves files, as in httpd.
func statusOfDirectory(info *rewrite.Info) int {
	if info.SendsFile() && info.Handler != "" && info.Handler != "httpd/unix-directory" {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

// smallFile is how many bytes a file may have to be read at once: up to this size
// that is cheaper than sendfile, and the response is as long as its header says
// even if the file is truncated meanwhile.
const smallFile = 32 << 10

// send serves the regular file f, which is named name and described by st.
func (s *static) send(w http.ResponseWriter, r *http.Request, name string, st fs.FileInfo, f *os.File) {
	if st.Size() > smallFile {
		http.ServeContent(w, r, name, st.ModTime(), f)
		return
	}
	b := s.buffers.Get().(*[smallFile]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer s.buffers.Put(b)
	n, err := io.ReadFull(f, b[:st.Size()])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		s.log.Error("file can't be read", "file", name, "error", err)
		rewrite.Fail(w, r, http.StatusInternalServerError)
		return
	}
	http.ServeContent(w, r, name, st.ModTime(), bytes.NewReader(b[:n]))
}

// statusOf returns the status for a file that can't be served: 404 where there
// is none, 403 where there may be one, as httpd.
func statusOf(err error) int {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}
