package rewrite

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// maxListing is how many entries of a directory are looked at.
const maxListing = 10_000

// list sends a listing of the directory dir: its files and directories, less what
// IndexIgnore hides, what would not be sent, and what the rules refuse to this
// client. It is plain; the options of fancy listings have no effect.
func (f *fileServer) list(w http.ResponseWriter, r *http.Request, info *Info, dir *os.File) {
	var entries []fs.DirEntry
	if r.Method != http.MethodHead {
		var err error
		if entries, err = dir.ReadDir(maxListing + 1); err != nil && !errors.Is(err, io.EOF) {
			f.log.ErrorContext(r.Context(), "directory can't be read", "directory", clip(info.Filename), "error", err)
			Fail(w, r, http.StatusForbidden)
			return
		}
	}
	var names []string
	for _, e := range entries[:min(len(entries), maxListing)] {
		if name, ok := f.listed(r, info, e.Name()); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	body := listing(info, names, len(entries) > maxListing)
	h := w.Header()
	h.Set("Content-Type", cmp.Or(info.Static.ListingType, "text/html")+";charset="+cmp.Or(info.Static.ListingCharset, "UTF-8"))
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(body)) // the client may be gone; nothing is left to be done then
}

// listed returns an entry of a directory as it is listed, with a slash behind the name
// of a directory. ok is false if it is not.
func (f *fileServer) listed(r *http.Request, info *Info, name string) (shown string, ok bool) {
	if info.Static.Ignores(name) {
		return "", false
	}
	file := path.Join(info.Filename, name)
	st, err := public.Stat(file, info.Root, f.show, f.wall)
	if err != nil || !st.IsDir() && !st.Mode().IsRegular() {
		return "", false
	}
	if st.IsDir() {
		name += "/"
	}
	v := info.visit
	q := v.q
	q.Method, q.Target, q.Failed, q.Stat = http.MethodGet, (&url.URL{Path: strings.TrimSuffix(info.URI, "/") + "/" + name}).EscapedPath(), nil, nil
	var res matcher.Result
	err = v.m.ask(r.Context(), &q, &res)
	return name, err == nil && res.Status < 400
}

// listing returns the page that lists names. more says that there are others.
func listing(info *Info, names []string, more bool) string {
	title := html.EscapeString(strings.TrimRight(info.URI, "/"))
	if title == "" {
		title = "/"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html><head><title>Index of %s</title></head>\n<body><h1>Index of %[1]s</h1>\n<ul>", title)
	line := func(href, text string) {
		fmt.Fprintf(&b, "<li><a href=\"%s\"> %s</a></li>\n", html.EscapeString(href), html.EscapeString(text))
	}
	if parent := path.Dir(strings.TrimRight(info.URI, "/")); strings.Trim(info.URI, "/") != "" && !info.Static.Ignores("..") {
		line((&url.URL{Path: strings.TrimSuffix(parent, "/") + "/"}).EscapedPath(), "Parent Directory")
	}
	for _, name := range names {
		line((&url.URL{Path: name}).String(), name)
	}
	b.WriteString("</ul>\n")
	if more {
		b.WriteString("<p>There are more entries.</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}
