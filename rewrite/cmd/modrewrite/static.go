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
	"strings"
	"sync"
	"syscall"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// static serves the files that the rules map requests to.
//
// It shows only what lies in a public directory, following symbolic links no
// further than that, never a file whose name begins with ".ht", and no
// listings. The rules have found a directory's index. Where a rule gives a file
// to a handler that would run it, the answer is 403: there is none here, and the
// script's source is not for the client.
type static struct {
	dirs    []*servedDir
	log     *slog.Logger
	buffers sync.Pool // of *[smallFile]byte
}

// newStatic returns a handler that serves the files below the directories
// roots, and says to log what it can't.
func newStatic(roots []string, log *slog.Logger) *static {
	return &static{
		dirs: servedDirsOf(roots), log: log,
		buffers: sync.Pool{New: func() any { return new([smallFile]byte) }},
	}
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
	s.file(w, r, info.Filename, info)
}

// file serves the file name, which info belongs to.
func (s *static) file(w http.ResponseWriter, r *http.Request, name string, info *rewrite.Info) {
	f, st, err := s.open(name)
	if err != nil {
		rewrite.Fail(w, r, statusOf(err))
		return
	}
	defer func() { _ = f.Close() }()
	switch {
	case st.IsDir(): // without an index file, or the rules would have found it
		rewrite.Fail(w, r, http.StatusForbidden)
	case info.PathInfo != "":
		rewrite.Fail(w, r, http.StatusNotFound)
	case !st.Mode().IsRegular():
		rewrite.Fail(w, r, http.StatusForbidden)
	case info.HandlerKind() != matcher.HandlerFile:
		s.log.Warn("file not sent: its handler would run it",
			"handler", info.Handler, "type", info.ContentType, "by", info.RunBy, "file", info.Filename)
		rewrite.Fail(w, r, http.StatusForbidden)
	default:
		s.send(w, r, name, st, f)
	}
}

// smallFile is how many bytes a file may have to be read at once: up to there
// that is cheaper than sendfile, and what is sent is as long as the header says
// even where someone truncates the file meanwhile.
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

// open opens the file name if it lies in a public directory and is not hidden.
func (s *static) open(name string) (*os.File, fs.FileInfo, error) {
	dir, rel, ok := s.locate(name)
	if !ok || hidden(rel) {
		return nil, nil, fs.ErrPermission
	}
	root, err := dir.open()
	if err != nil {
		return nil, nil, err
	}
	// A pipe must not make the request wait for someone to write to it.
	f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	st, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, st, nil
}

// locate finds the public directory that name lies in, and name's path there.
func (s *static) locate(name string) (dir *servedDir, rel string, ok bool) {
	if !path.IsAbs(name) {
		return nil, "", false
	}
	name = path.Clean(name)
	for _, d := range s.dirs {
		under, found := strings.CutPrefix(name, strings.TrimSuffix(d.name, "/"))
		if found && (under == "" || under[0] == '/') && (dir == nil || len(d.name) >= len(dir.name)) {
			dir, rel = d, strings.TrimPrefix(under, "/")
		}
	}
	if rel == "" {
		rel = "."
	}
	return dir, rel, dir != nil
}

// hidden reports whether a part of rel begins with ".ht", in any case: there
// are file systems that do not tell.
func hidden(rel string) bool {
	for part := range strings.SplitSeq(rel, "/") {
		if len(part) >= 3 && strings.EqualFold(part[:3], ".ht") {
			return true
		}
	}
	return false
}

// statusOf returns the status for a file that can't be served: 404 where there
// is none, 403 where there may be one, as httpd.
func statusOf(err error) int {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}
