package main

import (
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// How many bytes of lines may wait to be written by default, and at least: less
// would not hold a line.
const (
	logBuffer      = 1 << 20
	smallLogBuffer = 64 << 10
)

// logFlush is how long stopping waits for what is still to be written to each
// log.
const logFlush = 2 * time.Second

// serverLogs are the logs of a server: its messages and the lines of its access
// log. Neither holds up a request if its destination blocks.
type serverLogs struct {
	log      *slog.Logger // writes to messages
	messages *logWriter
	access   *logWriter
	pipes    chan os.Signal
}

// newServerLogs returns the logs that go to the outputs of s. At most limit
// bytes of each may wait to be written.
func newServerLogs(s streams, json bool, limit int) *serverLogs {
	l := &serverLogs{messages: &logWriter{out: s.err, limit: limit}}
	if json {
		l.log = slog.New(slog.NewJSONHandler(l.messages, nil))
	} else {
		l.log = slog.New(slog.NewTextHandler(l.messages, nil))
	}
	l.messages.trouble = func(err error, lost int) {
		if err == nil { // else there is nowhere to report it
			l.log.Warn("messages were lost", "lines", lost)
		}
	}
	l.access = &logWriter{out: s.out, limit: limit, delay: logDelay, trouble: l.accessTrouble}
	return l
}

func (l *serverLogs) accessTrouble(err error, lost int) {
	if err != nil {
		l.log.Error("access log can't be written, its lines are dropped", "error", err)
		return
	}
	l.log.Warn("lines of the access log were lost", "lines", lost)
}

// start begins to write both logs in the background. From then on a broken pipe
// is an error like others and does not end the process.
func (l *serverLogs) start() {
	l.pipes = make(chan os.Signal, 1)
	signal.Notify(l.pipes, syscall.SIGPIPE)
	l.access.start()
	l.messages.start()
}

// stop writes what waits, as far as that is possible in a short time.
func (l *serverLogs) stop() {
	l.access.stop(logFlush)
	l.messages.stop(logFlush)
	if l.pipes != nil {
		signal.Stop(l.pipes)
	}
}

var errLogBuffer = errors.New("-log-buffer must be at least 65536")
