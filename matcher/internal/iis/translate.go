package iis

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/winname"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// codeGoverned is the code of the finding that a web.config is not run because an
// access file of httpd's governs its folder.
const codeGoverned parser.Code = "other-rules"

// translate takes the client's request through what IIS does before a handler is
// chosen: request filtering, global rules, the rules of the folders from parent to
// child, httpRedirect. It happens once: what the rules make of the request is not
// looked at again.
func (r *room) translate(s *httpd.Request) int {
	if s.Parent != nil || s.Prev != nil || !strings.HasPrefix(s.URI, "/") || s.Method == "CONNECT" {
		return httpd.Declined
	}
	site, err := r.siteOf(s)
	if err != nil {
		return fails(s, err)
	}
	if site == nil {
		return httpd.Declined
	}
	if status := site.filter.check(s); status != 0 {
		return status
	}
	x := newRun(s, site)
	x.all(site.global)
	if x.status == 0 {
		x.all(site.levels)
	}
	if x.status == 0 && site.redirect != nil && x.forward == "" {
		site.redirect.apply(x)
	}
	if x.status != 0 {
		return x.status
	}
	return x.conclude()
}

// fails answers a request for which a web.config can't be used.
func fails(s *httpd.Request, err error) int {
	s.Custom = &httpd.Custom{SubStatus: 19}
	s.Eval.Fail(err)
	return 500
}

// conclude makes what the rules made of the request that which is served.
func (x *run) conclude() int {
	s := x.req
	if !x.rewritten {
		return httpd.Declined
	}
	x.setOriginalURL()
	s.Args = apr.Optional{Text: x.query, OK: x.hasQuery || x.query != ""}
	if x.forward != "" {
		s.ProxyTo(x.forward + x.path)
		return 0
	}
	s.URI = x.path
	if status := hidesConfig(s); status != 0 {
		return status
	}
	return httpd.Declined
}

// setOriginalURL has the handler see what the client asked for.
func (x *run) setOriginalURL() {
	x.req.SetHeader("X-Original-Url", servervar.Target(x.req))
}

// siteOf returns what the files along the path of the request say, nil if there is
// none.
func (r *room) siteOf(s *httpd.Request) (*site, error) {
	base := baseSlot.Of(s.Eval.Engine.Parts)
	walk := walk{s: s, room: r, config: base.config}
	walk.locate(base.located, "/")
	if err := walk.folders(); err != nil {
		return nil, err
	}
	if walk.config == nil {
		return nil, nil //nolint:nilnil // there is none, and nothing went wrong
	}
	site := siteSlot.Of(walk.config.Parts)
	switch {
	case site.err != nil:
		return nil, site.err
	case site.missing != nil:
		return nil, site.missing
	}
	return site, nil
}

// walk is a walk along the folders of a path.
type walk struct {
	s      *httpd.Request
	room   *room
	config *httpd.DirConfig // so far
	waits  []waiting
}

// waiting is the places of a file that are further down.
type waiting struct {
	prefix  string // the URL-path of the file's folder
	located []located
}

// locate notes the places that a file names. prefix is the URL-path of its folder.
func (w *walk) locate(located []located, prefix string) {
	if len(located) > 0 {
		w.waits = append(w.waits, waiting{prefix, located})
	}
}

// folders looks at each folder on the way to the file, and at the file's own place.
func (w *walk) folders() error {
	path := w.s.URI
	onDisk := w.room.files && w.s.Server.Rooted
	if !onDisk && len(w.waits) == 0 {
		return nil
	}
	for end := 0; ; {
		// path[:end+1] is a folder, unless it is the last one.
		prefix := path[:min(end+1, len(path))]
		w.places(strings.TrimSuffix(prefix, "/"))
		if onDisk && strings.HasSuffix(prefix, "/") {
			var err error
			if onDisk, err = w.folder(prefix); err != nil {
				return err
			}
		}
		if end+1 >= len(path) {
			return nil
		}
		next := strings.IndexAny(path[end+1:], separators)
		if next < 0 {
			end = len(path)
			if onDisk {
				w.places(strings.TrimSuffix(path, "/"))
				_, err := w.folder(path + "/") // it may be one, without its slash
				return err
			}
			continue
		}
		end += 1 + next
	}
}

// places merges what the files above say of the place whose path, without a slash at
// its end, is path.
func (w *walk) places(path string) {
	for i := range w.waits {
		wait := &w.waits[i]
		if len(path) < len(wait.prefix) {
			continue
		}
		below := path[len(wait.prefix):]
		for j := range wait.located {
			if samePlace(below, wait.located[j].path) {
				w.config = w.s.Eval.Engine.Merge(w.config, wait.located[j].config)
			}
		}
	}
}

// folder merges the file in the folder whose URL-path is prefix, which ends in a slash.
// It reports whether there is such a folder.
func (w *walk) folder(prefix string) (bool, error) {
	dir := w.s.Server.DocumentRoot + prefix
	if prefix != "/" {
		if info, err := w.s.Eval.Stat(dir); err != nil || !info.IsDir() {
			return false, nil //nolint:nilerr // what is not there governs nothing
		}
	} else if w.room.given {
		return true, nil // it was given
	}
	config, err := w.s.AccessConfig(dir, w.room.language)
	if config == nil && err == nil {
		return true, nil
	}
	if w.s.HasAccessFile(dir) {
		w.governed(config, dir)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	w.config = w.s.Eval.Engine.Merge(w.config, config)
	w.locate(siteSlot.Of(config.Parts).located, prefix)
	return true, nil
}

// governed reports, once, that the file in dir is not run because an access file of
// httpd's governs the folder.
func (w *walk) governed(config *httpd.DirConfig, dir string) {
	if config == nil || siteSlot.Of(config.Parts).told.Swap(true) {
		return
	}
	w.s.Eval.Engine.Report(parser.Warning, codeGoverned, parser.Extent{Name: dir + "web.config"},
		"not run: the folder is governed by its %s", fmt.Sprint(w.s.AccessFiles()))
}

// hidesConfig refuses a path that leads to a web.config, by whatever name.
func hidesConfig(s *httpd.Request) int {
	for rest := s.URI; rest != ""; {
		var segment string
		if segment, rest = cutSegment(rest); namesConfig(winname.Plain(segment)) {
			return refuse(s, 8, webconfig.CodeMisplaced, "web.config is never served")
		}
	}
	return 0
}
