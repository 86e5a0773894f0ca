package matcher

import (
	"cmp"
	"errors"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/parser"
)

// newMapWorld returns what the maps of e need, whose options are set.
func newMapWorld(e *Engine, opts *Options) rewritemap.World {
	return rewritemap.World{
		Stat: e.files.stat, Opener: e.files.opener, Now: e.now, Revalidate: e.revalidate,
		MaxFile: e.limits.MapFile, MaxTime: e.limits.MapTime, DB: opts.DB, Placeholder: cmp.Or(opts.Placeholder, "?"),
		Report: func(severity parser.Severity, at parser.Extent, format string, args ...any) {
			e.report(severity, codeMapFailed, at, format, args...)
		},
	}
}

// ErrClosed is the error of an evaluation by an engine that was closed.
var ErrClosed = errors.New("matcher: engine is closed")

// Close ends the programs of the engine's prg: maps after the evaluations in
// progress, and returns when they are gone. A program sees the end of its input
// and is killed if it is there a second later. Evaluations begun since fail
// with ErrClosed. An engine without such maps holds nothing to close, and
// closing it does nothing. It is safe to call Close more than once.
func (e *Engine) Close() { e.programs.Close() }
