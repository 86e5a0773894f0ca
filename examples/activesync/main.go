// Command activesync is a gateway in front of an Exchange ActiveSync endpoint
// that lets only some mobile devices in: those that encrypt what they store, and
// whatever else a file of rules asks for. The README says what that is worth.
//
// Without arguments it shows what it does: it starts a stand-in for the endpoint
// and the gateway on loopback, sends devices through and prints what happened to
// each. With -listen it serves. "activesync devices" is a table of hardware and
// builds.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// flags are the command's, and what they mean.
type flags struct {
	listen, rules, access, state, status string

	tls         front.TLS
	clients     front.Server
	upstream    *url.URL
	other       others
	statusAllow front.Networks
	devices     int
	reload      time.Duration
	wait        time.Duration
}

// parse reads the flags, and reports what is wrong with them.
func (f *flags) parse(errOut io.Writer, args []string) bool {
	set := flag.NewFlagSet("activesync", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.StringVar(&f.listen, "listen", "", "serve on `address` until interrupted, instead of the demonstration; without -cert it must be a loopback address")
	f.tls.Register(set)
	f.clients.Register(set)
	set.Func("upstream", "the endpoint's `URL`, without a path; without it a stand-in answers", f.setUpstream)
	set.Func("other", "what is not ActiveSync: pass, `deny`, or the paths that pass: /owa,/ews,/autodiscover", f.other.set)
	set.StringVar(&f.rules, "rules", "", "ruleset `file`, as inside a virtual host")
	set.StringVar(&f.access, "access", "", "access `file`; beside -rules it judges what they let pass")
	set.StringVar(&f.state, "state", "", "`file` to keep the device table in; without it memory only")
	set.IntVar(&f.devices, "devices", 10_000, "most rows of the device table")
	set.StringVar(&f.status, "status", "", "show the device table at /status on `address`")
	set.Var(&f.statusAllow, "status-allow", "`networks` that may see it, beside this machine: 10.1.0.0/16,192.0.2.7")
	set.DurationVar(&f.reload, "reload", 5*time.Second, "look this often whether a file has changed")
	set.DurationVar(&f.wait, "wait", 65*time.Minute, "how long the endpoint may wait before it answers, as it does for a Ping")
	if set.Parse(args) != nil { // which has reported its error
		return false
	}
	err := f.check(set.Args())
	if err != nil {
		fmt.Fprintln(errOut, err)
	}
	return err == nil
}

// check compares the flags with each other.
func (f *flags) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected arguments %q", rest)
	case f.listen == "" && f.upstream != nil:
		return errors.New("-upstream needs -listen: made-up devices are not sent to a real endpoint")
	case f.listen != "" && f.access == "" && f.rules == "":
		return errors.New("-listen needs -access or -rules, which say who may come in")
	case f.listen != "" && f.tls.Certificate == "" && !isLoopback(f.listen):
		return errors.New("-listen needs -cert and -key: without TLS, passwords would pass in the clear")
	case f.status != "" && !isLoopback(f.status) && (f.statusAllow == nil || f.tls.Certificate == ""):
		return errors.New("-status: an address beside loopback needs -status-allow, and -cert and -key: the page holds personal data")
	case min(f.devices, f.clients.Connections) < 1 || min(f.reload, f.wait, f.clients.Timeout) <= 0:
		return errors.New("-devices, -max-connections, -reload, -wait and -timeout must be positive")
	}
	return f.tls.Check()
}

func (f *flags) setUpstream(s string) (err error) {
	f.upstream, err = url.Parse(s)
	if err != nil || f.upstream.Hostname() == "" || !slices.Contains([]string{"http://" + f.upstream.Host, "https://" + f.upstream.Host}, strings.TrimSuffix(s, "/")) {
		return errors.New("not an http or https URL of a host, without a path and a login")
	}
	return nil
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	a, addrErr := netip.ParseAddr(host)
	return err == nil && (host == "localhost" || addrErr == nil && a.IsLoopback())
}

// run is the command: it returns 0 if all went well, 1 if a device met an
// unexpected decision or serving failed, 2 for bad usage or a file that can't be
// used.
func run(ctx context.Context, out, errOut io.Writer, args []string) int {
	if len(args) > 0 && args[0] == "devices" {
		return devices(out, errOut, args[1:])
	}
	var f flags
	switch {
	case !f.parse(errOut, args):
		return 2
	case f.listen == "":
		return demonstrate(ctx, out, errOut, &f)
	}
	stop, err := standIn(&f)
	defer stop()
	var g *gateway
	code := 2
	if err == nil {
		g, err = newGateway(&f, out)
		defer g.lines.flush()
	}
	if err == nil {
		code, err = 1, g.serve(ctx)
	}
	if err != nil {
		fmt.Fprintln(errOut, err)
		return code
	}
	return 0
}

// What no flag sets: how large a header may be, how long a connection may be idle, how
// often a silent client is probed, which wakes a phone, and how often the table is saved.
const (
	maxHeader  = 64 << 10
	idleTime   = 2 * time.Minute
	probeEvery = 5 * time.Minute
	saveEvery  = 30 * time.Second
)

// serve serves until ctx ends, then finishes the requests under way, and saves the
// device table.
func (g *gateway) serve(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	devices, page := g.clients, g.clients
	devices.TLS = g.certificates.Config()
	if g.status != "" && !isLoopback(g.status) { // which needs certificates
		page.TLS = g.certificates.Config()
		page.TLS.ClientAuth = tls.NoClientCert
	}
	var addresses [2]string
	ended, running := make(chan error, 2), 0
	for i, s := range []struct {
		front.Server
		address string
		handler http.Handler
	}{{devices, g.listen, g}, {page, g.status, statusHandler(g.devices, g.status, g.statusAllow)}} {
		if s.address == "" {
			continue
		}
		s.Log, s.MaxHeader, s.Idle = g.log, maxHeader, idleTime
		lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: time.Minute, Count: 3}}
		ln, err := lc.Listen(ctx, "tcp", s.address)
		if err != nil {
			return err
		}
		addresses[i] = ln.Addr().String()
		running++
		go func() { ended <- s.Serve(ctx, ln, s.handler) }()
	}
	go g.files.Watch(ctx, g.reload, hangup)
	if g.rules != nil {
		go g.rules.Watch(ctx, g.reload, nil)
	}
	g.log.Info("serving", "listen", addresses[0], "upstream", g.upstream.String(), "status", addresses[1], "tls", devices.TLS != nil)
	save := time.NewTicker(saveEvery)
	defer save.Stop()
	for running > 0 {
		select {
		case serveErr := <-ended:
			err = errors.Join(err, serveErr)
			running--
			cancel()
		case <-save.C:
			if err := g.devices.save(); err != nil {
				g.log.Error("the device table is not saved", "error", err)
			}
		}
	}
	return errors.Join(err, g.devices.save())
}
