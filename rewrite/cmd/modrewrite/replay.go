package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

func replayCommand() command {
	return command{
		name:    "replay",
		args:    "[-tree FILE]",
		summary: "answer recorded cases: JSON lines in, the same with results out",
		run:     runReplay,
	}
}

// runReplay answers the cases on standard input, in order. It exits with 1 if
// the engine failed on a request.
func runReplay(ctx context.Context, s streams, args []string) int {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(s.err)
	treeFile := flags.String("tree", "", "JSON `file` of what every document root holds beside a case's own files")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		if err == nil {
			fmt.Fprintf(s.err, "modrewrite replay: unexpected argument %q\n", flags.Arg(0))
		}
		return exitUsage
	}
	var tree *replay.Tree
	if *treeFile != "" {
		src, err := os.ReadFile(*treeFile)
		if err == nil {
			tree, err = replay.ParseTree(src)
		}
		if err != nil {
			fmt.Fprintf(s.err, "modrewrite replay: %v\n", err)
			return exitUsage
		}
	}
	out := bufio.NewWriterSize(s.out, 1<<20)
	failed, err := replayAll(ctx, s.in, out, tree)
	if err = errors.Join(err, out.Flush()); err != nil {
		fmt.Fprintf(s.err, "modrewrite replay: %v\n", err)
		return exitUsage
	}
	if failed > 0 {
		fmt.Fprintf(s.err, "modrewrite replay: %d results with an error\n", failed)
		return exitFindings
	}
	return exitOK
}

// replayJob is a line of input on its way to a line of output.
type replayJob struct {
	line replay.Line

	done   chan struct{} // closed when what follows is set
	out    []byte
	failed int // results with an error
	err    error
}

// replayAll answers the cases of in, several at a time, and writes them to out
// in their order. failed counts the results with an error.
func replayAll(ctx context.Context, in io.Reader, out io.Writer, tree *replay.Tree) (failed int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	workers := runtime.GOMAXPROCS(0)
	queue := make(chan *replayJob)
	inOrder := make(chan *replayJob, 4*workers)
	for range workers {
		wg.Go(func() { answerJobs(ctx, queue, tree) })
	}
	// Nobody waits for the reader, as a read can't be interrupted: it ends
	// with its input or with the process.
	var readErr error
	go func() {
		defer close(inOrder)
		readErr = readJobs(ctx, in, queue, inOrder)
	}()
	for job := range inOrder {
		select {
		case <-job.done:
		case <-ctx.Done():
			return failed, ctx.Err()
		}
		if job.err != nil {
			return failed, job.err
		}
		failed += job.failed
		if _, err := out.Write(job.out); err != nil {
			return failed, err
		}
	}
	return failed, readErr
}

// readJobs sends each case of in to both channels until in ends or ctx is
// done.
func readJobs(ctx context.Context, in io.Reader, queue, inOrder chan<- *replayJob) error {
	for line, err := range replay.Lines(in) {
		if err != nil {
			return err
		}
		job := &replayJob{line: line, done: make(chan struct{})}
		for _, to := range []chan<- *replayJob{inOrder, queue} {
			select {
			case to <- job:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// answerJobs runs the jobs of queue until ctx is done.
func answerJobs(ctx context.Context, queue <-chan *replayJob, tree *replay.Tree) {
	for {
		select {
		case job := <-queue:
			job.run(ctx, tree)
		case <-ctx.Done():
			return
		}
	}
}

// run answers the job's case.
func (j *replayJob) run(ctx context.Context, tree *replay.Tree) {
	defer close(j.done)
	c, err := j.line.Case()
	if err != nil {
		j.err = err
		return
	}
	c.Place = replay.NthPlace(j.line.Number - 1)
	if j.err = replay.Run(ctx, c, tree); j.err != nil {
		return
	}
	for i := range c.Results {
		if c.Results[i].Error != "" {
			j.failed++
		}
	}
	j.out, j.err = c.Line()
}
