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
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// flags are the command's, and what they mean.
type flags struct {
	listen, cert, key, clientCA, clientCRL string
	rules, access, state, status           string

	upstream    *url.URL
	clientCert  tls.ClientAuthType
	other       others
	statusAllow []netip.Prefix
	devices     int
	reload      time.Duration
	wait        time.Duration
}

// parse reads the flags, and reports what is wrong with them.
func (f *flags) parse(errOut io.Writer, args []string) bool {
	set := flag.NewFlagSet("activesync", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.StringVar(&f.listen, "listen", "", "serve on `address` until interrupted, instead of the demonstration")
	set.StringVar(&f.cert, "cert", "", "the server's certificate and its chain, a PEM `file`; without it -listen must be a loopback address")
	set.StringVar(&f.key, "key", "", "the certificate's key, a PEM `file`")
	set.Func("upstream", "the endpoint's `URL`, without a path; without it a stand-in answers", f.setUpstream)
	set.StringVar(&f.clientCA, "client-ca", "", "authorities of clients' certificates, a PEM `file`")
	set.Func("client-cert", "certificates of clients: `off`, optional or required", f.setClientCert)
	set.StringVar(&f.clientCRL, "client-crl", "", "lists of revoked certificates, a PEM or DER `file`")
	set.Func("other", "what is not ActiveSync: pass, `deny`, or the paths that pass: /owa,/ews,/autodiscover", f.other.set)
	set.StringVar(&f.rules, "rules", "", "ruleset `file`, as inside a virtual host")
	set.StringVar(&f.access, "access", "", "access `file`; beside -rules it judges what they let pass")
	set.StringVar(&f.state, "state", "", "`file` to keep the device table in; without it memory only")
	set.IntVar(&f.devices, "devices", 10_000, "most rows of the device table")
	set.StringVar(&f.status, "status", "", "show the device table at /status on `address`")
	set.Func("status-allow", "`networks` that may see it, beside this machine: 10.1.0.0/16,192.0.2.7", f.allowStatus)
	set.DurationVar(&f.reload, "reload", 5*time.Second, "look this often whether a file has changed")
	set.DurationVar(&f.wait, "wait", 65*time.Minute, "how long the endpoint may wait before it answers, as it does for a Ping")
	err := set.Parse(args) // which reports its error
	if err == nil {
		if err = f.check(set.Args()); err != nil {
			fmt.Fprintln(errOut, err)
		}
	}
	return err == nil
}

// check compares the flags with each other.
func (f *flags) check(rest []string) error {
	for _, wrong := range []struct {
		is  bool
		why string
	}{
		{len(rest) > 0, fmt.Sprintf("unexpected arguments %q", rest)},
		{f.listen == "" && f.upstream != nil, "-upstream needs -listen: made-up devices are not sent to a real endpoint"},
		{f.listen != "" && f.access == "" && f.rules == "", "-listen needs -access or -rules, which say who may come in"},
		{(f.cert == "") != (f.key == ""), "-cert and -key go together"},
		{f.listen != "" && f.cert == "" && !isLoopback(f.listen), "-listen needs -cert and -key: without TLS, passwords would pass in the clear"},
		{
			(f.clientCert == tls.NoClientCert) != (f.clientCA == "") || f.clientCA != "" && f.cert == "" || f.clientCRL != "" && f.clientCA == "",
			"certificates of clients need all of -cert, -client-ca and -client-cert optional or required; -client-crl is for them",
		},
		{
			f.status != "" && !isLoopback(f.status) && (f.statusAllow == nil || f.cert == ""),
			"-status: an address beside loopback needs -status-allow, and -cert and -key: the page holds personal data",
		},
		{f.devices < 1 || f.reload <= 0 || f.wait <= 0, "-devices, -reload and -wait must be positive"},
	} {
		if wrong.is {
			return errors.New(wrong.why)
		}
	}
	return nil
}

func (f *flags) setUpstream(s string) (err error) {
	f.upstream, err = url.Parse(s)
	if err != nil || f.upstream.Hostname() == "" || !slices.Contains([]string{"http://" + f.upstream.Host, "https://" + f.upstream.Host}, strings.TrimSuffix(s, "/")) {
		return errors.New("not an http or https URL of a host, without a path and a login")
	}
	return nil
}

func (f *flags) setClientCert(s string) (err error) {
	kinds := map[string]tls.ClientAuthType{"off": tls.NoClientCert, "optional": tls.VerifyClientCertIfGiven, "required": tls.RequireAndVerifyClientCert}
	kind, ok := kinds[s]
	if !ok {
		return errors.New("it is off, optional or required")
	}
	f.clientCert = kind
	return nil
}

func (f *flags) allowStatus(s string) error {
	for s := range strings.SplitSeq(s, ",") {
		if a, err := netip.ParseAddr(s); err == nil {
			s = fmt.Sprintf("%s/%d", a, a.BitLen())
		}
		n, err := netip.ParsePrefix(s)
		if err != nil {
			return fmt.Errorf("%q is not a network", s)
		}
		f.statusAllow = append(f.statusAllow, n)
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
