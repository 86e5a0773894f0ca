package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

func serveCommand() command {
	return command{
		name:    "serve",
		args:    "[-config FILE] [-root DIR] [-listen ADDR] [-upstream URL]",
		summary: "run an HTTP server with the rules: files from DIR, or a reverse proxy to URL",
		logs:    true,
		run:     runServe,
	}
}

// server is what the flags of serve say.
type server struct {
	ruleFlags
	clientLimits
	listen   string
	tls      front.TLS
	upstream string
	files    rewrite.FilesOptions
	fastcgi  servers
	fpm      string
	keep     int // connections to each FastCGI server
	trust    front.Networks
	watch    time.Duration
	json     bool
	buffer   int // of each log, in bytes
}

// runServe serves until ctx ends, and then while requests are in flight, but not
// longer than -drain.
func runServe(ctx context.Context, s streams, args []string) int {
	var srv server
	flags := newFlags(s, serveCommand())
	srv.ruleFlags.register(flags)
	srv.clientLimits.register(flags)
	flags.StringVar(&srv.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	srv.tls.Register(flags)
	flags.StringVar(&srv.upstream, "upstream", "", "`URL` of the server that gets what the rules let pass")
	flags.BoolVar(&srv.files.AllowSource, "allow-source", false, "send the source of scripts, such as .php, and httpd.ini and similar files; web.config is never sent")
	flags.BoolVar(&srv.files.AllowDotfiles, "allow-dotfiles", false, "send files and directories whose names begin with a dot, .ht* excepted")
	flags.Var(&srv.fastcgi, "fcgi", "`address` of a FastCGI server, unix:/path or host:port, that scripts may be sent to by SetHandler proxy:…; repeatable")
	flags.Func("fpm", "`address` of a PHP-FPM server that also runs files whose names end in .php", srv.setFPM)
	flags.IntVar(&srv.keep, "fcgi-keep", 0, "`connections` to each FastCGI server that are kept for later requests, for 5 seconds; each occupies a process of PHP-FPM")
	flags.Var(&srv.trust, "trust", "`network` of trusted proxies, whose X-Forwarded headers are used; repeatable")
	flags.DurationVar(&srv.watch, "watch", 0, "check this often whether the config file has changed; 0 waits for SIGHUP")
	flags.BoolVar(&srv.allowEmpty, "allow-empty", false, "when reloading, let a config file in which nothing has an effect replace one with rules")
	flags.BoolVar(&srv.json, "json", false, "write the access log and messages as JSON lines")
	flags.IntVar(&srv.buffer, "log-buffer", logBuffer, "most `bytes` of the access log, and of messages, that wait to be written; the rest is dropped and counted")
	if code, ok := parseFlags(flags, args); !ok {
		return code
	}
	if flags.NArg() > 0 || srv.config == "" && srv.root == "" {
		fmt.Fprintln(s.err, "modrewrite serve: give -config, -root or both, and no other arguments")
		return exitUsage
	}
	if err := srv.check(); err != nil {
		return failed(s, "serve", err)
	}
	logs := newServerLogs(s, srv.json, srv.buffer)
	err := srv.run(ctx, logs)
	logs.stop()
	if err != nil {
		s.err = logs.messages
		return failed(s, "serve", err)
	}
	return exitOK
}

// check completes the flags after parsing.
func (srv *server) check() error {
	if srv.buffer < smallLogBuffer {
		return errLogBuffer
	}
	if err := srv.clientLimits.check(); err != nil {
		return err
	}
	if err := srv.tls.Check(); err != nil {
		return err
	}
	return srv.ruleFlags.check()
}

func (srv *server) run(ctx context.Context, logs *serverLogs) error {
	// One that comes while the rules are loaded must not end the server, nor be lost.
	hangup, again := make(chan os.Signal, 1), make(chan os.Signal, 1)
	for _, c := range []chan os.Signal{hangup, again} {
		signal.Notify(c, syscall.SIGHUP)
		defer signal.Stop(c)
	}
	log := logs.log
	files := front.Files{Log: log}
	certificates, err := srv.tls.Load(&files)
	if err != nil {
		return err
	}
	srv.front.TLS, srv.front.Log = certificates.Config(), log
	access := &accessLog{out: logs.access, json: srv.json, now: time.Now}
	opts := rewrite.Options{
		TrustedProxies: srv.trust, Logger: log, Prepare: access.prepare, Observe: access.observe, Transport: srv.transport(),
		FastCGI: srv.fastcgi, FPM: srv.fpm, FastCGIKeep: srv.keep,
	}
	srv.directories = srv.upstream == ""
	heap, undo := newHeapTuner()
	defer undo()
	m, err := srv.load(opts)
	if err != nil {
		return err
	}
	heap.loaded()
	defer func() { m.Engine().Close() }() // of the ruleset that is the last one by then
	next, err := srv.next(&opts)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", srv.listen)
	if err != nil {
		return err
	}
	logs.start()
	scheme := map[bool]string{false: "http", true: "https"}[certificates != nil]
	fmt.Fprintf(logs.messages, "modrewrite: serving on %s://%s\n", scheme, ln.Addr())
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { heap.run(ctx) })
	reloaded := func(err error) {
		logReload(log, err)
		heap.loaded()
	}
	wg.Go(func() { files.Watch(ctx, srv.watch, again) })
	wg.Go(func() { reloadOnHangup(ctx, m.Reload, hangup, reloaded) })
	if srv.watch > 0 && srv.config != "" {
		wg.Go(func() { m.Watch(ctx, srv.watch, reloaded) })
	}
	err = srv.front.Serve(ctx, ln, access.handler(verified(certificates, log, m.Handler(next))))
	cancel()
	wg.Wait()
	return err
}

// next returns the handler of the requests that the rules let pass.
func (srv *server) next(opts *rewrite.Options) (http.Handler, error) {
	if srv.upstream == "" {
		srv.files.Logger = opts.Logger
		return rewrite.Files(&srv.files), nil
	}
	u, err := url.Parse(srv.upstream)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("-upstream %q is not an http or https URL", srv.upstream)
	}
	return rewrite.NewProxy(u, opts), nil
}

// reloadOnHangup calls reload at every signal that hangup delivers until ctx ends, and
// reloaded with the outcome.
func reloadOnHangup(ctx context.Context, reload func() error, hangup <-chan os.Signal, reloaded func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			reloaded(reload())
		}
	}
}

// logReload logs the outcome of a reload.
func logReload(log *slog.Logger, err error) {
	switch {
	case errors.Is(err, rewrite.ErrNotLoaded):
		log.Info("nothing to reload: .htaccess files are looked at anyway")
	case err != nil:
		log.Error("ruleset not reloaded, the old one stays", "error", err)
	default:
		log.Info("ruleset reloaded")
	}
}

// setFPM sets the server of -fpm. A path alone is that of a socket.
func (srv *server) setFPM(s string) error {
	if strings.HasPrefix(s, "/") {
		s = "unix:" + s
	}
	_, _, err := fastcgi.ParseAddress(s)
	srv.fpm = s
	return err
}

// servers is a flag that collects addresses of FastCGI servers.
type servers []string

// String returns the addresses, separated by spaces.
func (s *servers) String() string { return strings.Join(*s, " ") }

// Set adds an address.
func (s *servers) Set(address string) error {
	if _, _, err := fastcgi.ParseAddress(address); err != nil {
		return err
	}
	*s = append(*s, address)
	return nil
}
