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
	_ "embed"
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
	listen, cert, key, upstream, upstreamCA string
	clientCA, clientCert, clientCRL         string
	other, rules, access, state             string
	status, allowStatus, leastTLS           string
	devices                                 int
	reload, wait                            time.Duration

	target      *url.URL
	others      others
	clientAuth  tls.ClientAuthType
	minTLS      uint16
	statusName  string // of -status, "" for an address
	statusTLS   bool
	statusAllow []netip.Prefix
}

func (f *flags) parse(errOut io.Writer, args []string) error {
	set := flag.NewFlagSet("activesync", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.StringVar(&f.listen, "listen", "", "serve on `address` until interrupted, instead of the demonstration")
	set.StringVar(&f.cert, "cert", "", "the server's certificate and its chain, a PEM `file`; without it -listen must be a loopback address")
	set.StringVar(&f.key, "key", "", "the certificate's key, a PEM `file`")
	set.StringVar(&f.leastTLS, "tls-min", "1.2", "lowest `version` of TLS: 1.0 for iOS 4, 1.1, 1.2 or 1.3")
	set.StringVar(&f.upstream, "upstream", "", "the endpoint's `URL`, without a path; without it a stand-in answers")
	set.StringVar(&f.upstreamCA, "upstream-ca", "", "authorities of the endpoint's certificate, a PEM `file`, instead of the system's")
	set.StringVar(&f.clientCA, "client-ca", "", "authorities of clients' certificates, a PEM `file`")
	set.StringVar(&f.clientCert, "client-cert", "off", "certificates of clients: off, optional or required")
	set.StringVar(&f.clientCRL, "client-crl", "", "lists of revoked certificates, a PEM or DER `file`")
	set.StringVar(&f.other, "other", "deny", "what is not ActiveSync: pass, deny, or the `paths` that pass: /owa,/ews,/autodiscover")
	set.StringVar(&f.rules, "rules", "", "ruleset `file`, as inside a virtual host")
	set.StringVar(&f.access, "access", "", "access `file`; beside -rules it judges what they let pass")
	set.StringVar(&f.state, "state", "", "`file` to keep the device table in; without it memory only")
	set.IntVar(&f.devices, "devices", 10_000, "most rows of the device table")
	set.StringVar(&f.status, "status", "", "show the device table at /status on `address`")
	set.StringVar(&f.allowStatus, "status-allow", "", "`networks` that may see it, beside this machine: 10.1.0.0/16,192.0.2.7")
	set.DurationVar(&f.reload, "reload", 5*time.Second, "look this often whether a file has changed; SIGHUP looks at once")
	set.DurationVar(&f.wait, "wait", 65*time.Minute, "how long the endpoint may wait before it answers, as it does for a Ping")
	if err := set.Parse(args); err != nil {
		return errUsage
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	return f.check()
}

// errUsage is an error that package flag has reported.
var errUsage = errors.New("usage")

// check completes the flags.
func (f *flags) check() error {
	auth := map[string]tls.ClientAuthType{"off": tls.NoClientCert, "optional": tls.VerifyClientCertIfGiven, "required": tls.RequireAndVerifyClientCert}
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	known := false
	f.clientAuth, known = auth[f.clientCert]
	f.minTLS = versions[f.leastTLS]
	switch {
	case f.listen == "" && f.upstream != "":
		return errors.New("-upstream needs -listen: made-up devices are not sent to a real endpoint")
	case f.listen != "" && f.access == "" && f.rules == "":
		return errors.New("-listen needs -access or -rules, which say who may come in")
	case (f.cert == "") != (f.key == ""):
		return errors.New("-cert and -key go together")
	case f.listen != "" && f.cert == "" && !isLoopback(f.listen):
		return errors.New("-listen needs -cert and -key: without TLS, passwords would pass in the clear")
	case !known || f.minTLS == 0:
		return errors.New("-client-cert is off, optional or required; -tls-min is 1.0, 1.1, 1.2 or 1.3")
	case (f.clientCert == "off") != (f.clientCA == "") || f.clientCA != "" && f.cert == "" || f.clientCRL != "" && f.clientCA == "":
		return errors.New("certificates of clients need all of -cert, -client-ca and -client-cert optional or required; -client-crl is for them")
	case f.devices < 1 || f.reload <= 0 || f.wait <= 0:
		return errors.New("-devices, -reload and -wait must be positive")
	}
	return errors.Join(f.checkUpstream(), f.checkOther(), f.checkStatus())
}

func (f *flags) checkUpstream() error {
	if f.upstream == "" {
		return nil
	}
	u, err := url.Parse(f.upstream)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return errors.New("-upstream: not an http or https URL without a path and a login")
	}
	f.target = u
	return nil
}

func (f *flags) checkOther() (err error) {
	f.others, err = parseOthers(f.other)
	return err
}

// checkStatus wants the table, which holds personal data, to be seen on this
// machine or over TLS only.
func (f *flags) checkStatus() error {
	for s := range strings.FieldsFuncSeq(f.allowStatus, func(r rune) bool { return r == ',' }) {
		n, err := netip.ParsePrefix(s)
		if a, addrErr := netip.ParseAddr(s); addrErr == nil {
			n, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("-status-allow: %q is not a network", s)
		}
		f.statusAllow = append(f.statusAllow, n.Masked())
	}
	if f.status == "" || isLoopback(f.status) {
		return nil
	}
	host, _, err := net.SplitHostPort(f.status)
	if _, addrErr := netip.ParseAddr(host); addrErr != nil {
		f.statusName = host
	}
	f.statusTLS = true
	if err != nil || len(f.statusAllow) == 0 || f.cert == "" {
		return errors.New("-status: an address beside loopback needs -status-allow, and -cert and -key")
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
	err := f.parse(errOut, args)
	if errors.Is(err, errUsage) {
		return 2
	}
	if err == nil && f.listen == "" {
		return demonstrate(ctx, out, errOut, &f)
	}
	var fr *front
	if err == nil && f.target == nil {
		var standIn *running
		if standIn, err = start(http.HandlerFunc(answer)); err == nil {
			defer standIn.stop()
			f.target = standIn.url
		}
	}
	if err == nil {
		fr, err = newFront(&f, &lockedWriter{Writer: out})
	}
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 2
	}
	err = fr.serve(ctx, func(front, status net.Addr) {
		fr.report.Info("serving", "listen", front.String(), "upstream", f.target.Redacted(), "status", fmt.Sprint(status), "tls", f.cert != "")
	})
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 1
	}
	return 0
}
