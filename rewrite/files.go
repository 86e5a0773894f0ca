package rewrite

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/byterange"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/mediatype"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/precondition"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// FilesOptions say which files Files sends. A nil *FilesOptions means the zero
// value.
type FilesOptions struct {
	// AllowSource sends the source of scripts, such as .php, and httpd.ini and
	// similar files, as httpd does where no module runs them. web.config is never
	// sent.
	AllowSource bool
	// AllowDotfiles sends files whose names begin with a dot and what lies in
	// directories of such names, except for .ht*. Without it only .well-known at
	// the root of a site is public.
	AllowDotfiles bool
	// Logger receives what is withheld and could be permitted, and files that
	// can't be read. Nil means slog.Default().
	Logger *slog.Logger

	wall *public.Wall // that nothing leads out of, nil for none
}

// Files returns a handler for the files that the rules of the [Middleware] before
// it map requests to: Info.Filename, below Info.Root. It does what httpd's own
// handler for files does: methods, types by extension, ETag and Last-Modified,
// conditions and ranges, and errors by [Fail]. It never looks into a file to guess
// its type, never redirects, and lists a directory only where "Options Indexes" says
// so: rules and directives say what a URL stands for, so compile the engine with
// [matcher.Options].Directories and Types; [Load] and [Site] see to the latter.
//
// [http.FileServer] in its place is a mistake: it redirects from every index.html
// to the directory, which loops with rules that lead there; it serves the URL and
// not the file that the rules found, lists directories, and sends the source of
// scripts, passwords and access files.
//
// Only regular files are opened, and directories to be listed: those of the machine,
// whatever [matcher.Options].FS says. A request that no Middleware saw is answered
// with 500.
func Files(opts *FilesOptions) http.Handler {
	f := &fileServer{log: slog.Default()}
	f.buffers.New = func() any { return new(buffer) }
	if opts != nil {
		f.wall = opts.wall
		f.show = public.Show{Source: opts.AllowSource, Dotfiles: opts.AllowDotfiles}
		if opts.Logger != nil {
			f.log = opts.Logger
		}
	}
	return f
}

// Types returns the media types of files by extension that httpd has in Debian, where
// TypesConfig names /etc/mime.types: for [matcher.Options].Types. They are the same
// on every machine. Each call makes a new map.
func Types() map[string]string { return mediatype.Debian() }

// fileServer is the handler of Files.
type fileServer struct {
	show    public.Show
	wall    *public.Wall
	log     *slog.Logger
	buffers sync.Pool // of *buffer
}

// ServeHTTP serves the file that the request in r's context maps to.
func (f *fileServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	info, ok := FromContext(r.Context())
	switch {
	case !ok:
		Fail(w, r, http.StatusInternalServerError)
	case !takeBody(w, r):
	case servesFile(r.Method):
		f.file(w, r, info)
	default:
		f.otherMethod(w, r, info)
	}
}

// servesFile reports whether a file has the method.
func servesFile(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodPost
}

// otherMethod answers for a method that files don't have. Whether there is a file
// does not matter.
func (f *fileServer) otherMethod(w http.ResponseWriter, r *http.Request, info *Info) {
	allow := "GET,HEAD,POST,OPTIONS"
	if info.Static.Traces {
		allow += ",TRACE"
	}
	w.Header().Set("Allow", allow)
	switch {
	case r.Method == http.MethodOptions:
		setType(w, info)
		if info.ContentType != "" {
			w.Header().Set("Content-Type", info.ContentType) // a directory's, too
		}
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
	case info.Static.UnknownMethod:
		Fail(w, r, http.StatusNotImplemented)
	default:
		Fail(w, r, http.StatusMethodNotAllowed)
	}
}

// file serves the file that info maps the request to.
func (f *fileServer) file(w http.ResponseWriter, r *http.Request, info *Info) {
	if !path.IsAbs(info.Filename) {
		Fail(w, r, http.StatusNotFound) // a rule left a URL there
		return
	}
	file, st, err := public.Open(info.Filename, info.Root, f.showOf(info), f.wall, info.File, info.looked())
	if err != nil {
		f.refuse(w, r, info.Filename, err)
		return
	}
	defer func() { _ = file.Close() }()
	switch {
	case st.IsDir(): // without an index file, or the rules would have found it
		f.directory(w, r, info, file.Std())
	case strings.HasPrefix(info.Handler, handlerProxy): // the source of a script, never sent
		f.refuse(w, r, info.Filename, errScriptServer)
	case !f.show.Source && !info.SendsFile():
		f.refuse(w, r, info.Filename, public.ErrHandler)
	case info.Static.Part: // whatever the path info is
		f.sendPart(w, r, info, st, file)
	case info.PathInfo != "" && !info.Static.AcceptPathInfo:
		Fail(w, r, http.StatusNotFound)
	default:
		f.send(w, r, info, st, file)
		if v := info.visit; v != nil && v.file != nil {
			v.file.sent = true
		}
	}
}

// sendPart serves the part of the file that info names, which has neither an entity tag
// nor a time, as in httpd. st describes the file.
func (f *fileServer) sendPart(w http.ResponseWriter, r *http.Request, info *Info, st fs.FileInfo, file *public.File) {
	from, size := info.Static.PartFrom, info.Static.PartLength
	if from < 0 || size < 0 || st.Size()-from < size {
		f.log.ErrorContext(r.Context(), "the file ends before the part to be sent", "file", clip(info.Filename))
		Fail(w, r, http.StatusInternalServerError)
		return
	}
	now := time.Now()
	f.answer(w, r, info, &sending{
		about: precondition.File{Modified: now, Now: now}, content: io.NewSectionReader(file.Std(), from, size), size: size,
	})
}

// showOf returns what is shown of the file of info.
func (f *fileServer) showOf(info *Info) public.Show {
	show := f.show
	show.Links = linksOf(&info.Result)
	return show
}

// linksOf returns when a symbolic link is followed to the file of res.
func linksOf(res *matcher.Result) public.Links {
	switch {
	case res.Static.NoLink:
		return public.LinksNever
	case res.Static.LinkOfOwner:
		return public.LinksOfOwner
	}
	return public.LinksFreely
}

// errScriptServer is why a file is not sent that another server would run.
var errScriptServer = &public.WithheldError{
	Status: http.StatusForbidden, Why: "another server would run it", Cure: "Options.FastCGI (serve: -fcgi)",
}

// directory lists a directory, if that is permitted. Else the status is 403, or 404
// where mod_autoindex does not answer, as in httpd.
func (f *fileServer) directory(w http.ResponseWriter, r *http.Request, info *Info, dir *os.File) {
	handled := info.Handler != "" && info.Handler != "httpd/unix-directory"
	switch {
	case r.Method == http.MethodPost, handled && (f.show.Source || info.SendsFile()):
		Fail(w, r, http.StatusNotFound)
	case handled, !info.Static.Indexes, info.visit == nil: // mod_cgi runs no directory
		Fail(w, r, http.StatusForbidden)
	default:
		f.list(w, r, info, dir)
	}
}

// refuse answers a request for a file that can't be sent, and logs what would
// change that.
func (f *fileServer) refuse(w http.ResponseWriter, r *http.Request, name string, err error) {
	var e *public.WithheldError
	if !errors.As(err, &e) {
		Fail(w, r, statusOf(err))
		return
	}
	if e.Cure != "" {
		f.log.WarnContext(r.Context(), "file not sent: "+e.Why+"; "+e.Cure+" permits it", "file", clip(name), "status", e.Status)
	}
	Fail(w, r, e.Status)
}

// statusOf returns the status for a file that can't be served: 404 where there
// is none, 403 where there may be one, as httpd.
func statusOf(err error) int {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

// setType gives the response the file's type. Where none is known it has none, and
// net/http does not guess one.
func setType(w http.ResponseWriter, info *Info) {
	t := forcedType(&info.Result)
	if t == "" {
		w.Header()["Content-Type"] = nil
		return
	}
	w.Header()["Content-Type"] = []string{t}
}

// smallFile is how many bytes a file may have to be read at once: up to this size
// that is cheaper than sendfile, and the response is as long as its header says
// even if the file is truncated meanwhile.
const smallFile = 32 << 10

// buffer is room for a small file.
type buffer struct {
	bytes  [smallFile]byte
	reader bytes.Reader // of the file
}

// sending is a file, or part of one, that is sent.
type sending struct {
	about   precondition.File
	content io.ReadSeeker
	size    int64 // of content
	values  []string
}

// sendingFields is how many fields the response with a file has.
const sendingFields = 5

// set sets the field, whose name is canonical, in h. The values of all fields are in one
// piece of memory.
func (s *sending) set(h http.Header, name, value string) {
	if s.values == nil {
		s.values = make([]string, 0, sendingFields)
	}
	s.values = append(s.values, value)
	n := len(s.values)
	h[name] = s.values[n-1 : n : n]
}

// send serves the regular file, which st describes.
func (f *fileServer) send(w http.ResponseWriter, r *http.Request, info *Info, st fs.FileInfo, file *public.File) {
	out := sending{size: st.Size()}
	if out.size > smallFile {
		out.content = file.Std()
	} else {
		b := f.buffers.Get().(*buffer) //nolint:forcetypeassert // the pool holds nothing else
		defer f.buffers.Put(b)
		n, err := io.ReadFull(file, b.bytes[:out.size])
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			f.unreadable(w, r, info, err)
			return
		}
		b.reader.Reset(b.bytes[:n])
		out.size, out.content = int64(n), &b.reader
	}
	now := time.Now()
	out.about = precondition.File{ETag: precondition.ETag(st, &info.Static, now), Modified: st.ModTime(), Now: now}
	if info.Static.ETagDigest {
		var err error
		if out.about.ETag, err = precondition.Digest(out.content); err != nil {
			f.unreadable(w, r, info, err)
			return
		}
	}
	if out.about.Modified.After(now) {
		out.about.Modified = now // as there can't be a later one
	}
	if out.about.ETag != "" {
		out.set(w.Header(), "Etag", out.about.ETag)
	}
	out.set(w.Header(), "Last-Modified", precondition.FormatDate(out.about.Modified))
	f.answer(w, r, info, &out)
}

// unreadable answers for a file that can't be read.
func (f *fileServer) unreadable(w http.ResponseWriter, r *http.Request, info *Info, err error) {
	f.log.ErrorContext(r.Context(), "file can't be read", "file", clip(info.Filename), "error", err)
	Fail(w, r, http.StatusInternalServerError)
}

// answer sends what the conditions and ranges of the request ask for.
func (f *fileServer) answer(w http.ResponseWriter, r *http.Request, info *Info, out *sending) {
	h, limits, size := w.Header(), rangeLimits(&info.Static), out.size
	accepts := "bytes"
	if limits.Ranges == 0 {
		accepts = "none"
	}
	out.set(h, "Accept-Ranges", accepts)
	if t := forcedType(&info.Result); t != "" {
		out.set(h, "Content-Type", t)
	} else {
		h["Content-Type"] = nil // for net/http not to guess one
	}
	if status := out.about.Check(r); status != http.StatusOK {
		if status == http.StatusPreconditionFailed && r.Method != http.MethodHead {
			size = 0
		}
		writeCondition(w, status, size)
		return
	}
	if size > 0 || r.Method != http.MethodHead {
		out.set(h, "Content-Length", strconv.FormatInt(size, 10))
	}
	cut, ok := cutParts(w, r, &out.about, size, limits)
	if !ok || r.Method == http.MethodHead {
		return
	}
	if err := cut.write(w, out.content, size); err != nil && r.Context().Err() == nil {
		f.log.WarnContext(r.Context(), "file not sent to its end", "file", clip(info.Filename), "error", err)
	}
}

// rangeLimits returns the limits of MaxRanges and its relatives.
func rangeLimits(s *matcher.Static) byterange.Limits {
	limits := byterange.Default()
	for _, l := range []struct {
		limit *int
		said  int
	}{{&limits.Ranges, s.Ranges}, {&limits.Overlaps, s.RangeOverlaps}, {&limits.Reversals, s.RangeReversals}} {
		switch {
		case l.said > 0:
			*l.limit = l.said
		case l.said == -1: // none
			*l.limit = 0
		case l.said == -2: // any number
			*l.limit = -1
		}
	}
	return limits
}

// writeCondition sends a 304 or 412, which have the header of the file and no
// content. size is the length that a 412 has.
func writeCondition(w http.ResponseWriter, status int, size int64) {
	if _, ok := w.(*decorated); !ok && status == http.StatusNotModified {
		w.Header().Del("Content-Type")
	}
	if status == http.StatusPreconditionFailed {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	w.WriteHeader(status)
}

// takeBody reads and drops the body of a request for a file, as httpd does before
// it sends the file. It reports false where the body is too
// long, too slow or broken, and the request is answered.
func takeBody(w http.ResponseWriter, r *http.Request) bool {
	if r.Body == nil || r.ContentLength == 0 {
		return true
	}
	_, err := io.Copy(io.Discard, r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return true
	case errors.As(err, &tooLarge):
		Fail(w, r, http.StatusRequestEntityTooLarge)
	case errors.Is(err, os.ErrDeadlineExceeded):
		Fail(w, r, http.StatusRequestTimeout)
	default:
		Fail(w, r, http.StatusBadRequest)
	}
	return false
}
