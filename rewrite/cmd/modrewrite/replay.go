package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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
	number int // from 0
	line   []byte

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
			return failed, fmt.Errorf("line %d: %w", job.number+1, job.err)
		}
		failed += job.failed
		if _, err := out.Write(job.out); err != nil {
			return failed, err
		}
	}
	return failed, readErr
}

// readJobs sends each line of in that is not blank to both channels until in
// ends or ctx is done.
func readJobs(ctx context.Context, in io.Reader, queue, inOrder chan<- *replayJob) error {
	r := bufio.NewReaderSize(in, 1<<20)
	for n := 0; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			job := &replayJob{number: n, line: line, done: make(chan struct{})}
			for _, to := range []chan<- *replayJob{inOrder, queue} {
				select {
				case to <- job:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
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
	var c replay.Case
	if j.err = json.Unmarshal(j.line, &c); j.err != nil {
		return
	}
	opts := &replay.Options{Tree: tree, Place: replay.NthPlace(j.number)}
	if j.err = replay.Run(ctx, &c, opts); j.err != nil {
		return
	}
	for i := range c.Results {
		if c.Results[i].Error != "" {
			j.failed++
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	j.err = enc.Encode(&c)
	j.out = b.Bytes()
}
