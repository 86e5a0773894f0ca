// Command activesync is a gateway in front of an Exchange ActiveSync endpoint
// that lets some mobile devices in and sends others away, by a mod_rewrite
// ruleset.
//
// Without arguments it shows what the ruleset does: it starts a stand-in for
// the endpoint and the gateway on loopback, sends a dozen devices through over
// HTTP and prints what became of each. With -listen it serves.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
)

// ours is the ruleset that runs unless -config names another.
//
//go:embed activesync.conf
var ours []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is the command: it returns 0 if all went well, 1 if a device met an
// unexpected decision or serving failed, 2 for bad usage or a ruleset that
// can't be used.
func run(ctx context.Context, out, errOut io.Writer, args []string) int {
	flags := flag.NewFlagSet("activesync", flag.ContinueOnError)
	flags.SetOutput(errOut)
	listen := flags.String("listen", "", "serve on `address` until interrupted, instead of the demonstration")
	upstream := flags.String("upstream", "", "the endpoint's `URL`, with -listen; without it a stand-in answers")
	config := flags.String("config", "", "ruleset `file`, inside a virtual host; without it the example's own")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	target, err := endpointURL(*upstream, *listen)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var g *gateway
	if err == nil {
		g, err = newGateway(*config)
	}
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 2
	}
	if *listen != "" {
		err = g.serve(ctx, out, *listen, target)
	} else {
		err = demonstrate(ctx, out, g)
	}
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 1
	}
	return 0
}

// endpointURL checks the flag -upstream. It returns nil for the stand-in.
func endpointURL(upstream, listen string) (*url.URL, error) {
	if upstream == "" {
		return nil, nil //nolint:nilnil // No URL is the stand-in.
	}
	if listen == "" {
		return nil, fmt.Errorf("-upstream needs -listen: made-up devices are not sent to a real endpoint")
	}
	u, err := url.Parse(upstream)
	if err == nil && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		err = fmt.Errorf("-upstream %s: not an http or https URL", upstream)
	}
	return u, err
}
