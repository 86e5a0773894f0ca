// Command modrewrite runs, explains and tests Apache mod_rewrite rulesets
// without Apache.
//
// Every subcommand reads files as they are. It exits with 0 if all is well,
// 1 for findings or failures, 2 for bad usage or unreadable input.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitOK       = 0
	exitFindings = 1
	exitUsage    = 2
)

// streams are what a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one subcommand. run returns the exit code.
type command struct {
	name, args, summary string
	logs                bool // reports itself if its output can't be written
	run                 func(ctx context.Context, s streams, args []string) int
}

func commands() []command {
	return []command{
		serveCommand(),
		explainCommand(),
		testCommand(),
		checkCommand(),
		fmtCommand(),
		replayCommand(),
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run dispatches to a subcommand.
func run(ctx context.Context, s streams, args []string) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.start(ctx, s, args[1:])
			}
		}
		if args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			usage(s.out)
			return exitOK
		}
		fmt.Fprintf(s.err, "modrewrite: unknown command %q\n\n", args[0])
	}
	usage(s.err)
	return exitUsage
}

// start runs the command. Output that can't be written, as on a full disk, is a
// failure even if nothing else is.
func (c *command) start(ctx context.Context, s streams, args []string) int {
	if c.logs {
		return c.run(ctx, s, args)
	}
	out := &results{to: s.out}
	s.out = out
	code := c.run(ctx, s, args)
	if out.err != nil {
		fmt.Fprintf(s.err, "modrewrite %s: output: %v\n", c.name, out.err)
		code = max(code, exitUsage)
	}
	return code
}

// results is a writer that remembers its first error.
type results struct {
	to  io.Writer
	err error
}

// Write writes to the writer below.
func (o *results) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: modrewrite COMMAND [ARGUMENTS]")
	fmt.Fprintln(w)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(w, "\nmodrewrite COMMAND -h describes a command's arguments.\n")
}
