package casefile

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// TestConfirm asks a real httpd about the behaviour cases: what they say is
// what it does, except where a case says that it diverges.
func TestConfirm(t *testing.T) {
	t.Parallel()
	h := httpdtest.Require(t)
	tree, err := replay.ParseTree([]byte(`{"link.txt": {"link": "file.txt"}, "exec.sh": ""}`))
	require.NoError(t, err)
	h.Tree = tree

	var files []*File
	var cases []*replay.Case
	var requests [][]*Request
	all, skipped := 0, 0
	for _, dir := range []string{"../../../testdata/cases", "../../../examples/activesync"} {
		for _, f := range loadCases(t, os.DirFS(dir)) {
			all += max(1, len(f.Requests))
			if why := unconfirmable(f); why != "" {
				t.Logf("%s: not asked: %s", f.Name, why)
				skipped += max(1, len(f.Requests))
				continue
			}
			c, rs := replayCase(f)
			skipped += len(f.Requests) - len(rs)
			files, cases, requests = append(files, f), append(cases, c), append(requests, rs)
		}
	}
	require.NoError(t, h.Run(t.Context(), cases))
	compared := 0
	for i, f := range files {
		n, wrong := confirmCase(f, cases[i], requests[i])
		compared += n
		for _, w := range wrong {
			t.Error(w)
		}
	}
	t.Logf("%d of %d verdicts confirmed, %d can't be asked of httpd", compared, all, skipped)
	if compared < all*9/10 {
		t.Errorf("only %d of %d verdicts could be compared", compared, all)
	}
}

// unconfirmable says why a real httpd in its usual surroundings can't be asked
// about a case, "" if it can.
func unconfirmable(f *File) string {
	s := f.Settings
	switch {
	case len(f.Mounts) > 0:
		return "files from"
	case s.Dialect != "":
		return "dialect"
	case s.DocumentRoot != defaultRoot:
		return "document-root"
	case !s.Now.IsZero():
		return "now"
	case len(s.Defines) > 0:
		return "define"
	case len(s.OSEnv) > 0:
		return "os-env"
	case len(s.Handled) > 0:
		return "handled"
	}
	for _, t := range f.Texts {
		switch {
		case t.Path == mainConfPath:
			return "httpd.conf"
		case t.Path != vhostConfPath && !inRoot(t.Path) && !onMachine(t.Path):
			return t.Path + " does not exist on this machine"
		}
	}
	for _, e := range f.Tree {
		switch {
		case !inRoot(e.Path) && !onMachine(e.Path):
			return e.Path + " does not exist on this machine"
		case inRoot(e.Path) && (e.Kind == TreeLink || e.Kind == TreeExec) && !slices.Contains(liveTree, path.Base(e.Path)):
			return "a link or an executable file"
		}
	}
	return ""
}

// liveTree are the link and the executable file that every document root of the
// live httpd holds.
var liveTree = []string{"link.txt", "exec.sh"}

func inRoot(name string) bool { return strings.HasPrefix(name, defaultRoot+"/") }

func onMachine(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// unsendable says why a client can't make a real httpd see the request as
// written, "" if it can.
func unsendable(r *Request) string {
	switch {
	case r.Proto != "":
		return "proto"
	case r.User != "":
		return "user"
	case len(r.SSL) > 0:
		return "ssl"
	case len(r.Env) > 0:
		return "setenv"
	}
	return ""
}

// replayCase translates a case for the live httpd. requests are those that can
// be sent, in order.
func replayCase(f *File) (c *replay.Case, requests []*Request) {
	placeholder := func(s string) string { return replay.Encode(s, defaultRoot) }
	c = &replay.Case{Name: f.Name, Files: map[string]string{}, Requests: []replay.Request{}, Hosts: f.Settings.Hosts}
	for _, t := range f.Texts {
		for text, module := range map[string]string{"<Macro": "macro", "AuthGroupFile": "authz_groupfile", "AllowMethods": "allowmethods"} {
			if strings.Contains(t.Content, text) {
				c.Modules = append(c.Modules, module)
			}
		}
		if t.Path == vhostConfPath {
			c.Vhost = placeholder(t.Content)
		} else if inRoot(t.Path) {
			c.Files[placeholder(t.Path[len(defaultRoot)+1:])] = placeholder(t.Content)
		}
	}
	for _, e := range f.Tree {
		if !inRoot(e.Path) {
			continue
		}
		name := placeholder(e.Path[len(defaultRoot)+1:])
		switch e.Kind {
		case TreeFile:
			c.Files[name] = ""
		case TreeDir:
			c.Files[name+"/.keep"] = ""
		case TreeExec, TreeLink: // there already
		}
	}
	if f.Settings.EngineOn {
		c.Vhost = "RewriteEngine On\n" + c.Vhost
	}
	for _, r := range f.Requests {
		if unsendable(r) != "" {
			continue
		}
		q := replay.Request{Method: r.Method, Target: placeholder(r.Target), Remote: r.Remote, TLS: r.TLS}
		if r.HasHost {
			host := placeholder(r.Host)
			q.Host = &host
		}
		for _, h := range r.Headers {
			q.Headers = append(q.Headers, [2]string{placeholder(h[0]), placeholder(h[1])})
		}
		c.Requests = append(c.Requests, q)
		requests = append(requests, r)
	}
	return c, requests
}

// httpdOutcome translates what httpd did with a request.
func httpdOutcome(r *Request, res *replay.Result) Outcome {
	bytes := func(s *string) string {
		if s == nil {
			return ""
		}
		return replay.Decode(*s, rootPlaceholder)
	}
	o := Outcome{Status: res.Status, Location: bytes(&res.Location), Vary: bytes(&res.Vary)}
	for _, c := range res.SetCookie {
		o.Cookies = append(o.Cookies, bytes(&c))
	}
	o.Header = http.Header{}
	for name, values := range res.Header {
		for _, v := range values {
			o.Header.Add(name, bytes(&v))
		}
	}
	if !strings.HasPrefix(res.Page, "<!DOCTYPE") {
		o.Page = bytes(&res.Page)
	}
	fin := res.Final
	if fin == nil {
		o.Action = matcher.Respond
		if res.Status >= 300 && res.Status < 400 && res.Location != "" {
			o.Action = matcher.Redirect
		}
		return o
	}
	o.Query, o.HasQuery = bytes(fin.Args), fin.Args != nil
	o.File, o.PathInfo = bytes(fin.Filename), bytes(fin.PathInfo)
	o.Handler, o.Type = bytes(fin.Handler), bytes(fin.ContentType)
	o.Env = map[string]string{}
	for k, v := range fin.Env {
		o.Env[bytes(&k)] = bytes(&v)
	}
	if fin.Proxyreq != 0 {
		o.Action = matcher.Proxy
		o.ProxyURL = strings.TrimPrefix(o.File, "proxy:")
		if o.HasQuery && !strings.Contains(o.ProxyURL, "?") {
			o.ProxyURL += "?" + o.Query
		}
		return o
	}
	uri := bytes(fin.URI)
	o.Path = uri
	if p, ok := strings.CutPrefix(o.File+o.PathInfo, rootPlaceholder); ok && fin.Redirects == 0 {
		o.Path = p
	} else if fin.Redirects == 0 {
		o.Path = o.File + o.PathInfo
	}
	o.Action = matcher.Rewrite
	if raw, query, has := strings.Cut(r.Target, "?"); fin.Redirects == 0 && o.Path == uri &&
		query == o.Query && has == o.HasQuery && (raw == uri || samePath(raw, uri)) {
		o.Action = matcher.Pass
	}
	return o
}

// samePath reports whether httpd reads the path of a request as uri.
func samePath(raw, uri string) bool {
	p, err := url.PathUnescape(raw)
	if err != nil {
		return false
	}
	clean := path.Clean("/" + p)
	if clean != "/" && strings.HasSuffix(p, "/") {
		clean += "/"
	}
	return clean == uri
}

// confirmable returns the expectations of a request that httpd's answer can
// tell of.
func confirmable(r *Request, res *replay.Result) []Expectation {
	var list []Expectation
	for _, e := range r.Expect {
		switch {
		case e.Aspect == aspectBy, e.Aspect == aspectError, e.Aspect == aspectReason:
		case res.Final == nil && !toldByHeader(e.Aspect):
		case res.Final != nil && e.Aspect == aspectHeader+"Content-Type": // it is that of the state
		default:
			list = append(list, e)
		}
	}
	return list
}

// toldByHeader reports whether a response tells of an aspect although the
// handler does not tell of the request.
func toldByHeader(aspect string) bool {
	switch aspect {
	case aspectAction, aspectCookie, aspectVary, aspectPage:
		return true
	}
	return strings.HasPrefix(aspect, aspectHeader)
}

// confirmCase compares a case with what httpd did. It returns how many verdicts
// were compared and what is wrong.
func confirmCase(f *File, c *replay.Case, requests []*Request) (compared int, wrong []string) {
	broken := slices.ContainsFunc(f.Findings, func(e Expectation) bool { return e.broken() })
	refused := broken == (f.Diverges == "")
	if refused != (c.ConfigError != "") {
		return 1, []string{fmt.Sprintf("%s: httpd says of the configuration: %q; diverges: %q", f.Name, c.ConfigError, f.Diverges)}
	}
	if c.ConfigError != "" || broken {
		return 1, nil
	}
	for i, r := range requests {
		res := &c.Results[i]
		if res.Error != "" {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s: no answer to compare: %s", f.Name, r.Line, r.Text, res.Error))
			continue
		}
		compared++
		o := httpdOutcome(r, res)
		checks := compare(confirmable(r, res), &o)
		differs := slices.ContainsFunc(checks, func(c Check) bool { return !c.OK })
		switch {
		case differs && r.Diverges == "":
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s: httpd differs:\n\t%s", f.Name, r.Line, r.Text, strings.Join(Diff(checks), "\n\t")))
		case !differs && r.Diverges != "":
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s: no longer diverges from httpd: %s", f.Name, r.Line, r.Text, r.Diverges))
		}
	}
	return compared, wrong
}

// loadCases loads every case file of fsys.
func loadCases(t *testing.T, fsys fs.FS) []*File {
	t.Helper()
	names, err := Find(fsys)
	require.NoError(t, err)
	var files []*File
	for _, name := range names {
		f, err := Load(fsys, name)
		if err != nil {
			t.Error(err)
			continue
		}
		files = append(files, f)
	}
	return files
}

// TestConfirmItself feeds made-up answers of httpd to the comparison.
func TestConfirmItself(t *testing.T) {
	t.Parallel()
	const forbidden = "-- requests --\n/a\n\tstatus 403\n\tby nothing\n"
	const diverging = "-- requests --\n/a\n\tdiverges httpd: we are stricter\n\tstatus 403\n"
	const refused = "-- findings --\nerror vhost.conf:1\n"
	tests := []struct {
		name, src, configError string
		status                 int
		want                   string // a part of what is wrong; "" for nothing
	}{
		{name: "agrees", src: forbidden, status: 403},
		{name: "differs", src: forbidden, status: 404, want: "x.txtar:2: /a: httpd differs:\n\t- status 403\n\t+ status 404"},
		{name: "diverges", src: diverging, status: 404},
		{name: "no longer diverges", src: diverging, status: 403, want: "no longer diverges from httpd: we are stricter"},
		{name: "refuses a ruleset", src: forbidden, configError: "bad", want: `httpd says of the configuration: "bad"`},
		{name: "refuses it too", src: refused, configError: "bad"},
		{name: "accepts what is refused", src: refused, want: `httpd says of the configuration: ""`},
		{name: "is known to accept it", src: refused + "diverges httpd: we are stricter\n"},
		{name: "no longer accepts it", src: refused + "diverges httpd: we are stricter\n", configError: "bad", want: "diverges: \"we are stricter\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse(nil, "x.txtar", test.src)
			require.NoError(t, err)
			c, requests := replayCase(f)
			c.ConfigError = test.configError
			for range requests {
				c.Results = append(c.Results, replay.Result{Status: test.status})
			}
			_, wrong := confirmCase(f, c, requests)
			got := strings.Join(wrong, "\n")
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
