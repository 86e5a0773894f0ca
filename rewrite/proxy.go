package rewrite

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// NewTransport returns a transport for proxied requests. It connects within
// ten seconds and waits a minute for the response to begin, httpd's own
// Timeout; after that the response has no time limit. It does not ask for
// compression by itself, and ignores HTTP_PROXY of the environment.
func NewTransport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   32,
		DisableCompression:    true,
		ForceAttemptHTTP2:     true,
	}
}

// NewProxy returns a handler that forwards every request to the server at
// target, whose path is put before the request's: the next handler of a
// gateway. It treats headers and failures as [P] does.
func NewProxy(target *url.URL, opts *Options) http.Handler {
	m := New(nil, opts)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := *target
		u.Path, u.RawPath = joinPath(target, r.URL)
		u.RawQuery, u.ForceQuery = r.URL.RawQuery, r.URL.ForceQuery
		from := clientOf(r, m.opts.TrustedProxies)
		m.proxy.forward(w, r, backend{url: &u}, &from, headerSet(r))
	})
}

// headerSet returns the fields that directives of a middleware before this handler
// set in the header of r.
func headerSet(r *http.Request) http.Header {
	if info, ok := FromContext(r.Context()); ok {
		return info.RequestHeaderSet
	}
	return nil
}

// joinPath puts the path of base before that of u and keeps u's encoding.
func joinPath(base, u *url.URL) (path, rawPath string) {
	if base.Path == "" || base.Path == "/" {
		return u.Path, u.RawPath
	}
	return strings.TrimSuffix(base.Path, "/") + u.Path,
		strings.TrimSuffix(base.EscapedPath(), "/") + u.EscapedPath()
}

// proxy forwards requests. A response is streamed; the upstream request ends
// when the client goes away. Connections are upgraded if both sides agree.
type proxy struct {
	reverse      httputil.ReverseProxy // without Rewrite
	preserveHost bool
	sockets      http.RoundTripper // for servers on Unix sockets
}

func newProxy(opts *Options) proxy {
	return proxy{
		preserveHost: opts.PreserveHost,
		sockets:      newSocketTransport(opts.Transport),
		reverse: httputil.ReverseProxy{
			ModifyResponse: func(resp *http.Response) error {
				limitPauses(resp, cmp.Or(opts.BackendPause, defaultBackendPause))
				return nil
			},
			Transport:     opts.Transport,
			FlushInterval: flushAfter,
			BufferPool:    &buffers{},
			ErrorLog:      slog.NewLogLogger(opts.Logger.Handler(), slog.LevelWarn),
			ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
				proxyFailed(opts.Logger, w, r, err)
			},
		},
	}
}

// flushAfter is how long a part of a response may wait for more before it is
// sent, the header included. A response without a length, or one of events, is
// sent at once.
const flushAfter = 2 * time.Millisecond

// buffers are the memory that bodies of responses are copied through. One for each
// response would be most of what forwarding a short one costs.
type buffers struct{ free sync.Pool }

// Get returns a buffer.
func (b *buffers) Get() []byte {
	if buf, ok := b.free.Get().(*[]byte); ok {
		return *buf
	}
	return make([]byte, 32<<10)
}

// Put takes a buffer back.
func (b *buffers) Put(buf []byte) { b.free.Put(&buf) }

// backend is where a request is forwarded to.
type backend struct {
	url    *url.URL // used as it is
	socket string   // path of the Unix socket behind which it is, "" for none
}

// forward sends r to b and its response to w. set are the fields of r's header
// that directives set.
func (p *proxy) forward(w http.ResponseWriter, r *http.Request, b backend, from *client, set http.Header) {
	left, ok := maxForwards(w, r)
	if !ok {
		return
	}
	reverse := p.reverse
	if r.Body != nil && r.Body != http.NoBody {
		body := newForwardedBody(r.Body)
		r2 := *r
		r2.Body, r = body, &r2
		reverse.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
			p.reverse.ErrorHandler(w, r, cmp.Or(body.failure(), err))
		}
	}
	if b.socket != "" {
		reverse.Transport = p.sockets
	}
	reverse.Rewrite = func(pr *httputil.ProxyRequest) {
		pr.Out.URL, pr.Out.Host = b.url, b.url.Host
		if p.preserveHost {
			pr.Out.Host = pr.In.Host
		}
		if b.socket != "" {
			u := *b.url
			u.Host = socketHost(b.socket)
			pr.Out.URL = &u
		}
		restoreSet(pr.Out, pr.In, set)
		setForwarded(pr.Out, pr.In, set, from)
		if left != "" {
			pr.Out.Header.Set("Max-Forwards", left)
		}
	}
	reverse.ServeHTTP(newInterim(w, r), r)
}

// newSocketTransport returns a transport that takes the host of a URL for the
// path of a Unix socket, as socketHost writes it: its connections are kept and
// used again by host. It waits as long as like for a response.
func newSocketTransport(like http.RoundTripper) *http.Transport {
	t := NewTransport()
	if like, ok := like.(*http.Transport); ok {
		t.ResponseHeaderTimeout = like.ResponseHeaderTimeout
	}
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		path, err := hex.DecodeString(host)
		if err != nil {
			return nil, err
		}
		return dial(ctx, "unix", string(path))
	}
	return t
}

func socketHost(path string) string { return hex.EncodeToString([]byte(path)) }

// proxyFailed answers for a server that did not respond.
func proxyFailed(log *slog.Logger, w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(r.Context().Err(), context.Canceled) { // else the client is gone
		log.WarnContext(r.Context(), "proxied request failed",
			"method", clip(r.Method), "url", clip(r.URL.Redacted()), "error", err)
	}
	status := proxyStatus(err)
	if _, ok := FromContext(r.Context()); ok {
		Fail(w, r, status)
		return
	}
	answer(w, r, &matcher.Result{}, status)
}

// proxyStatus returns the status for a request that could not be forwarded
// because of err, which may be the client's fault.
func proxyStatus(err error) int {
	var timeout net.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errSlowBody):
		return http.StatusRequestTimeout
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return http.StatusGatewayTimeout
	}
	return http.StatusBadGateway
}

// backendOf finds out where a Proxy result wants the request to go.
func backendOf(res *matcher.Result) (backend, error) {
	u, err := proxyTarget(res.ProxyURL)
	if err != nil {
		return backend{}, err
	}
	if res.ProxySocket != "" && u.Scheme != "http" {
		return backend{}, fmt.Errorf("no support for scheme %s over a Unix socket", u.Scheme)
	}
	return backend{url: u, socket: res.ProxySocket}, nil
}

// proxyTarget reads the URL of a Proxy result for the transport. net/url cannot
// reproduce every URL, so it is taken apart here. As in httpd a user name in it is
// not sent.
func proxyTarget(raw string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, fmt.Errorf("proxy URL %q is not absolute", clip(raw))
	}
	switch strings.ToLower(scheme) {
	case "http", "ws":
		scheme = "http"
	case "https", "wss":
		scheme = "https"
	default:
		return nil, fmt.Errorf("can't forward to %q: no support for scheme %s", clip(raw), clip(scheme))
	}
	if strings.Contains(raw, " ") || hasControl(raw) || strings.Contains(raw, "\t") {
		return nil, fmt.Errorf("proxy URL %q has a space or control character", clip(raw))
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host := rest[strings.LastIndex(rest[:end], "@")+1 : end]
	u, err := url.Parse(scheme + "://" + host)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("proxy URL %q has no usable host", clip(raw))
	}
	if err := checkPort(u.Port()); err != nil {
		return nil, fmt.Errorf("proxy URL %q: %w", clip(raw), err)
	}
	setTarget(u, rest[end:])
	return u, nil
}

func checkPort(port string) error {
	if port == "" {
		return nil
	}
	_, err := netip.ParseAddrPort("127.0.0.1:" + port)
	return err
}

// setTarget makes u.RequestURI() return target, byte for byte.
func setTarget(u *url.URL, target string) {
	path, query, hasQuery := strings.Cut(target, "?")
	if path == "" {
		path = "/"
	}
	u.RawQuery, u.ForceQuery = query, hasQuery && query == ""
	if decoded, err := url.PathUnescape(path); err == nil {
		u.Path, u.RawPath = decoded, path
		if u.EscapedPath() == path {
			return
		}
	}
	u.Path, u.RawPath = "", ""
	u.Opaque = path
	if strings.HasPrefix(path, "//") {
		// net/url takes two slashes for a host that follows.
		u.Opaque = "//" + u.Host + path
	}
}
