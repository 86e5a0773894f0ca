package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// The files that the demonstration runs unless flags name others.
var (
	//go:embed activesync.conf
	ownRules []byte
	//go:embed devices.access
	ownAccess []byte
)

// demonstrate sends the samples through a gateway with a ruleset, and through one
// with an access file, to a stand-in endpoint, and prints what happened. It returns
// 1 if a device met a decision that is not the expected one, 2 if a file can't be
// used.
func demonstrate(ctx context.Context, out, errOut io.Writer, f *flags) int {
	dir, err := os.MkdirTemp("", "activesync")
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // What is left in the temporary folder does no harm.
	rules, access := f.rules, f.access
	if rules == "" && access == "" {
		rules, access = filepath.Join(dir, "activesync.conf"), filepath.Join(dir, "devices.access")
		if err := errors.Join(os.WriteFile(rules, ownRules, 0o600), os.WriteFile(access, ownAccess, 0o600)); err != nil {
			fmt.Fprintln(errOut, err)
			return 1
		}
	}
	for _, show := range []struct {
		title         string
		rules, access string
		want          func(device) decision
	}{
		{"A ruleset: ", rules, "", func(d device) decision { return d.byRules }},
		{"An access file: ", "", access, func(d device) decision { return d.byAccess }},
	} {
		if show.rules+show.access == "" {
			continue
		}
		run := *f
		run.rules, run.access = show.rules, show.access
		fmt.Fprintf(out, "%s%s\n\n", show.title, filepath.Base(show.rules+show.access))
		if code, err := demonstrateOne(ctx, out, &run, show.want); err != nil {
			fmt.Fprintln(errOut, err)
			return code
		}
	}
	return 0
}

func demonstrateOne(ctx context.Context, out io.Writer, f *flags, want func(device) decision) (int, error) {
	stop, err := standIn(f)
	if err != nil {
		return 1, err
	}
	defer stop()
	g, err := newGateway(f, io.Discard)
	if err != nil {
		return 2, err
	}
	front, err := start(g)
	if err != nil {
		return 1, err
	}
	defer front.stop()

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DEVICE\tUSER-AGENT\tWHAT HAPPENED\tBY\tWHY")
	var errs []error
	for i, d := range samples() {
		d.id = fmt.Sprintf("Appl%04d", i)
		got, err := d.synchronise(ctx, front.url)
		if err == nil && got.decision != want(d) {
			err = fmt.Errorf("%s; expected: %s", got, want(d))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.name, err))
		}
		row := g.devices.get(keyOf("alice", d.id))
		why := strings.TrimSuffix(row.Rule+": "+row.Note, ": ")
		if g.rules != nil {
			why = g.why(ctx, d)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", d.name, d.userAgent, got, filepath.Base(row.At), why)
	}
	if err := errors.Join(append(errs, table.Flush())...); err != nil {
		return 1, err
	}
	fmt.Fprintf(out, "\n%d devices, and each met the decision expected.\n\n", len(samples()))
	return 0, nil
}

// synchronise lets a device ask what the endpoint can do and then synchronise, as
// devices do.
func (d device) synchronise(ctx context.Context, front *url.URL) (reply, error) {
	if options, err := d.ask(ctx, front, http.MethodOptions, endpointPath); err != nil || options.decision != letIn {
		return options, errors.Join(err, errors.New("OPTIONS did not pass"))
	}
	return d.ask(ctx, front, http.MethodPost, d.syncTarget())
}

// syncTarget is what a device posts its Sync to.
func (d device) syncTarget() string {
	return endpointPath + "?Cmd=Sync&User=alice&DeviceId=" + d.id + "&DeviceType=" + d.kind
}

// reply is what a device learns from a response.
type reply struct {
	decision decision
	status   int
}

// String tells the reply in a few words.
func (r reply) String() string { return fmt.Sprintf("%s: %d", r.decision, r.status) }

// ask sends one request of the device.
func (d device) ask(ctx context.Context, front *url.URL, method, target string) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, front.String()+target, http.NoBody)
	if err != nil {
		return reply{}, err
	}
	req.SetBasicAuth("alice", "secret")
	req.Header.Set("MS-ASProtocolVersion", "14.1")
	// A value of "" keeps net/http from sending a name of its own.
	req.Header.Set("User-Agent", d.userAgent)

	resp, err := http.DefaultTransport.RoundTrip(req) // It follows no redirects.
	if err != nil {
		return reply{}, err
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return reply{}, err
	}
	return understand(method, resp, body)
}

// understand reads the gateway's decision out of a response.
func understand(method string, resp *http.Response, body []byte) (reply, error) {
	r := reply{letIn, resp.StatusCode}
	switch {
	case resp.StatusCode == http.StatusForbidden, bytes.Equal(body, eas.Refusal("Sync", eas.StatusBlocked)):
		r.decision = refused
	case resp.StatusCode != http.StatusOK:
		return r, fmt.Errorf("%s was answered with %d", method, r.status)
	case method == http.MethodOptions && resp.Header.Get("MS-ASProtocolVersions") != protocolVersions,
		method == http.MethodPost && !bytes.Equal(body, syncDone):
		return r, fmt.Errorf("%s did not reach the endpoint", method)
	}
	return r, nil
}

// running is a server on a free port of the loopback interface.
type running struct {
	server *http.Server
	url    *url.URL
}

func start(h http.Handler) (*running, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: rewrite.Timeouts{}.Handler(h), ReadHeaderTimeout: idleTime, IdleTimeout: idleTime}
	go func() {
		// It ends with stop and has nothing to say then.
		_ = server.Serve(l)
	}()
	return &running{server, &url.URL{Scheme: "http", Host: l.Addr().String()}}, nil
}

func (s *running) stop() { _ = s.server.Close() }

// standIn makes a stand-in the upstream where the flags name none. stop ends it.
func standIn(f *flags) (stop func(), err error) {
	if f.upstream != nil {
		return func() {}, nil
	}
	endpoint, err := start(http.HandlerFunc(answer))
	if err != nil {
		return func() {}, err
	}
	f.upstream = endpoint.url
	return endpoint.stop, nil
}
