package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"
)

// demonstrate sends the devices through the gateway to a stand-in endpoint and
// prints what became of them. The error says which decisions were not the
// expected ones.
func demonstrate(ctx context.Context, out io.Writer, g *gateway) error {
	endpoint, err := start(http.HandlerFunc(answer))
	if err != nil {
		return err
	}
	defer endpoint.stop()
	front, err := start(g.handler(endpoint.url))
	if err != nil {
		return err
	}
	defer front.stop()

	fmt.Fprintf(out, "endpoint (stand-in)  %s\ngateway              %s\nruleset              %s\n\n", endpoint.url, front.url, g.file.Name)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DEVICE\tUSER-AGENT\tWHAT HAPPENED\tRULE\tWHY")
	var errs []error
	for _, d := range devices() {
		row, err := g.send(ctx, front.url, d)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.name, err))
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	errs = append(errs, table.Flush())
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d devices, and each met the decision expected.\n", len(devices()))
	return nil
}

// send lets a device ask what the endpoint can do and then synchronise, as
// devices do. It returns a row of the table.
func (g *gateway) send(ctx context.Context, front *url.URL, d device) ([]string, error) {
	rule, why := g.why(ctx, d)
	row := []string{d.name, d.userAgent, "-", rule, why}
	options, err := d.ask(ctx, front, http.MethodOptions, endpointPath)
	if err != nil {
		return row, err
	}
	sync, err := d.ask(ctx, front, http.MethodPost, d.syncTarget())
	if err != nil {
		return row, err
	}
	row[2] = sync.String()
	switch {
	case options.decision != sync.decision:
		return row, fmt.Errorf("OPTIONS: %s; Sync: %s", options, sync)
	case sync.decision != d.want:
		return row, fmt.Errorf("%s; expected: %s", sync, d.want)
	}
	return row, nil
}

// syncTarget is what a device posts its Sync to.
func (d device) syncTarget() string {
	return endpointPath + "?Cmd=Sync&User=alice&DeviceId=Appl87841N8H3NP&DeviceType=" + d.kind
}

// reply is what a device learns from a response.
type reply struct {
	decision decision
	status   int
	location string
}

// String tells the reply in a few words.
func (r reply) String() string {
	word, _, _ := strings.Cut(string(r.decision), ":")
	return strings.TrimSpace(fmt.Sprintf("%s: %d %s", word, r.status, r.location))
}

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
	return judge(method, resp, body)
}

// judge reads the gateway's decision out of a response.
func judge(method string, resp *http.Response, body []byte) (reply, error) {
	r := reply{letIn, resp.StatusCode, resp.Header.Get("Location")}
	switch {
	case resp.StatusCode == http.StatusMovedPermanently && refusals[r.location] != "":
		r.decision = refusals[r.location]
	case resp.StatusCode != http.StatusOK:
		return reply{}, fmt.Errorf("%s was answered with %d %s", method, r.status, r.location)
	case method == http.MethodOptions && resp.Header.Get("MS-ASProtocolVersions") != protocolVersions,
		method == http.MethodPost && !bytes.Equal(body, syncDone):
		return reply{}, fmt.Errorf("%s did not reach the endpoint", method)
	}
	return r, nil
}
