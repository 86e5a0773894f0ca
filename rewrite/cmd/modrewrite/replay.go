package main

import (
	"bufio"
	"context"
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
		args:    "[-tree FILE] [-programs] [-iis]",
		summary: "answer recorded cases: JSON lines in, the same with results out",
		run:     runReplay,
	}
}

// runReplay answers the cases on standard input, in order. It exits with 1 if
// the engine failed on a request.
func runReplay(ctx context.Context, s streams, args []string) int {
	flags := newFlags(s, replayCommand())
	treeFile := flags.String("tree", "", "JSON `file` of what every document root holds beside a case's own files")
	var programs, iis bool
	registerPrograms(flags, &programs)
	flags.BoolVar(&iis, "iis", false, "the cases are sites of IIS and of the ports of mod_rewrite to it")
	if code, ok := parseFlags(flags, args); !ok {
		return code
	}
	if flags.NArg() > 0 {
		flags.Usage()
		return exitUsage
	}
	tree, err := readTree(*treeFile)
	if err != nil {
		return failed(s, "replay", err)
	}
	out := bufio.NewWriterSize(s.out, 1<<20)
	errors, err := replayAll(ctx, s.in, out, answerer{tree, programs, iis})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return failed(s, "replay", err)
	}
	if errors > 0 {
		fmt.Fprintf(s.err, "modrewrite replay: %d results with an error\n", errors)
		return exitFindings
	}
	return exitOK
}

// readTree reads the files of every document root; "" names none.
func readTree(name string) (*replay.Tree, error) {
	if name == "" {
		return nil, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return replay.ParseTree(src)
}

// replayJob is a line of input on its way to a line of output.
type replayJob struct {
	line replay.Line

	done   chan struct{} // closed when what follows is set
	out    []byte
	errors int // results with an error
	err    error
}

// answerer is what the cases have in common.
type answerer struct {
	tree     *replay.Tree
	programs bool // prg: maps may run
	iis      bool // cases are sites of IIS
}

// replayAll answers the cases of in, several at a time, and writes them to out
// in their order. errors counts the results with an error.
func replayAll(ctx context.Context, in io.Reader, out io.Writer, a answerer) (errors int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	workers := runtime.GOMAXPROCS(0)
	queue := make(chan *replayJob)
	inOrder := make(chan *replayJob, 4*workers)
	for range workers {
		wg.Go(func() { a.answerJobs(ctx, queue) })
	}
	// The reader is not waited for, as a read can't be interrupted: it ends
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
			return errors, ctx.Err()
		}
		if job.err != nil {
			return errors, job.err
		}
		errors += job.errors
		if _, err := out.Write(job.out); err != nil {
			return errors, err
		}
	}
	return errors, readErr
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
func (a answerer) answerJobs(ctx context.Context, queue <-chan *replayJob) {
	for {
		select {
		case job := <-queue:
			a.answer(ctx, job)
		case <-ctx.Done():
			return
		}
	}
}

// answer answers the job's case.
func (a answerer) answer(ctx context.Context, j *replayJob) {
	defer close(j.done)
	if a.iis {
		j.answerIIS(ctx)
		return
	}
	c, err := j.line.Case()
	if err != nil {
		j.err = err
		return
	}
	c.Place, c.Programs = replay.NthPlace(j.line.Number-1), a.programs
	if j.err = replay.Run(ctx, c, a.tree); j.err != nil {
		return
	}
	for i := range c.Results {
		if c.Results[i].Error != "" {
			j.errors++
		}
	}
	j.out, j.err = c.Line()
}

// answerIIS answers a case that is a site of IIS.
func (j *replayJob) answerIIS(ctx context.Context) {
	c, err := j.line.ReadIISCase()
	if err != nil {
		j.err = err
		return
	}
	if j.err = replay.RunIIS(ctx, c); j.err == nil {
		j.out, j.err = c.Line()
	}
}
