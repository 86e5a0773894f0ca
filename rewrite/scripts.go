package rewrite

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// scripts are the FastCGI servers that run the scripts of a middleware.
type scripts struct {
	servers map[string]*fastcgi.Client // by network and address
	fpm     *fastcgi.Client            // runs names that end in ".php", nil if none does
	wall    *public.Wall               // that no script lies outside of, nil for none
}

// newScripts returns the servers that opts permit. What it can't read is logged and
// permits nothing.
func newScripts(opts *Options) scripts {
	s := scripts{wall: opts.wall}
	like, _ := opts.Transport.(*http.Transport)
	add := func(where string) *fastcgi.Client {
		network, address, err := fastcgi.ParseAddress(where)
		if err != nil {
			opts.Logger.Error("no script is sent there", "error", err)
			return nil
		}
		c := &fastcgi.Client{
			Network: network, Address: address,
			Pause: opts.BackendPause, Keep: opts.FastCGIKeep, Stderr: scriptMessages(opts.Logger),
		}
		if c.Pause == 0 {
			c.Pause = defaultBackendPause
		}
		if like != nil {
			c.Timeout = like.ResponseHeaderTimeout
		}
		if s.servers == nil {
			s.servers = map[string]*fastcgi.Client{}
		}
		s.servers[network+" "+address] = c
		return c
	}
	for _, where := range opts.FastCGI {
		add(where)
	}
	if opts.FPM != "" {
		s.fpm = add(opts.FPM)
	}
	return s
}

// scriptMessages returns what logs the error output of scripts.
func scriptMessages(log *slog.Logger) func(context.Context, []byte) {
	const most = 4096
	return func(ctx context.Context, text []byte) {
		said := strings.TrimSpace(string(text[:min(len(text), most)]))
		log.WarnContext(ctx, "message of a script", "text", said)
	}
}

// handlerProxy is what the name of a handler begins with that is another server.
const handlerProxy = "proxy:"

// serverOf returns the server that runs the file of res. isScript says that the
// handler is one of this kind: without a server it is not permitted.
func (s *scripts) serverOf(res *matcher.Result) (c *fastcgi.Client, isScript bool) {
	if s.servers == nil {
		return nil, false
	}
	if rest, ok := strings.CutPrefix(res.Handler, handlerProxy); ok {
		network, address, ok := handlerAddress(rest)
		if !ok {
			return nil, true
		}
		return s.servers[network+" "+address], true
	}
	if s.fpm == nil || res.RunBy != "" || !strings.HasSuffix(res.Filename, ".php") {
		return nil, false
	}
	named := res.Handler
	if named == "" && !res.SendsFile() {
		named = res.ContentType
	}
	if named == "" || strings.Contains(strings.ToLower(named), "php") {
		return s.fpm, true
	}
	return nil, false
}

// defaultFastCGIPort is the port of "fcgi://host".
const defaultFastCGIPort = "8000"

// handlerAddress reads "unix:/path|fcgi://…" or "fcgi://host:port/…", with what
// follows.
func handlerAddress(s string) (network, address string, ok bool) {
	if socket, url, cut := strings.Cut(s, "|"); cut && strings.HasPrefix(socket, "unix:") {
		if _, ok := cutScheme(url); !ok {
			return "", "", false
		}
		network, address, err := fastcgi.ParseAddress(socket)
		return network, address, err == nil
	}
	host, ok := cutScheme(s)
	if !ok {
		return "", "", false
	}
	host, _, _ = strings.Cut(host, "/")
	if _, _, err := net.SplitHostPort(host); err != nil {
		host = net.JoinHostPort(strings.Trim(host, "[]"), defaultFastCGIPort)
	}
	network, address, err := fastcgi.ParseAddress(host)
	return network, address, err == nil
}

// cutScheme cuts "fcgi://" off the head of s.
func cutScheme(s string) (rest string, ok bool) {
	const scheme = "fcgi://"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return "", false
	}
	return s[len(scheme):], true
}

// exists reports whether file is one that a server may be sent for res: a regular file
// below what is public, links followed as Options says. looked is for public.Open.
func (s *scripts) exists(res *matcher.Result, file string, looked *public.File) bool {
	if !path.IsAbs(file) || strings.IndexByte(file, 0) >= 0 {
		return false
	}
	var judged fs.FileInfo
	if file == res.Filename {
		judged = res.File
	}
	f, st, err := public.Open(file, res.Root, public.Show{Source: true, Dotfiles: true, Links: linksOf(res)}, s.wall, judged, looked)
	if err != nil {
		return false
	}
	_ = f.Close()
	return st.Mode().IsRegular()
}
