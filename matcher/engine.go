package matcher

import (
	"context"
	"errors"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Engine is a compiled ruleset. It is safe for concurrent use.
type Engine struct{ engine *httpd.Engine }

// Compile makes an engine of f, which [parser.Parse] or [parser.ParseFS] made:
// access files are read with the options that f was parsed with, and see the
// modules and variables that it defines. The error, if any, is a parser.Diagnostics
// with every finding; findings that are not errors are left in Engine.Warnings.
//
// f may be nil where the rules are those of IIS, which opts names.
func Compile(f *parser.File, opts *Options) (*Engine, error) {
	if opts == nil {
		opts = &Options{}
	}
	if f == nil {
		f = &parser.File{}
	}
	e, err := httpd.Compile(f, opts.world(), modulesFor(f, opts))
	if err != nil {
		return nil, err
	}
	return &Engine{e}, nil
}

// Warnings returns the findings of Compile that are not errors.
func (e *Engine) Warnings() parser.Diagnostics { return e.engine.Warnings }

// Empty reports whether the ruleset holds nothing that can affect a request: no
// rule, or nothing that switches the engine on for them, and no other directive that
// the engine runs except those that name the server. Access files, which it may
// permit, do not count.
func (e *Engine) Empty() bool { return e.engine.Empty }

// ErrClosed is the error of an evaluation by an engine that was closed.
var ErrClosed = errors.New("matcher: engine is closed")

// Close ends the programs of the engine's prg: maps after the evaluations in
// progress, and returns when they are gone. A program sees the end of its input
// and is killed if it is there a second later. Evaluations begun since fail
// with ErrClosed. An engine without such maps holds nothing to close, and
// closing it does nothing. It is safe to call Close more than once.
func (e *Engine) Close() { e.engine.Gate.Close() }

// Eval evaluates req. The error, if not nil, says why the
// request could not be evaluated; the Result then has an error status, normally
// 500, and Action Respond, or is the ErrorDocument for it: what is served with
// that status, or a redirect. Acting on it denies the request. A broken access
// file is such an error.
func (e *Engine) Eval(ctx context.Context, req *Request) (Result, error) {
	return e.Explain(ctx, req, nil)
}

// Explain is Eval that tells step each thing it does. Both are one code path.
func (e *Engine) Explain(ctx context.Context, req *Request, step func(Step)) (res Result, err error) {
	ev := e.engine.BeginEvaluation(ctx)
	if ev == nil {
		return Result{Action: Respond, Status: 500}, ErrClosed
	}
	defer ev.End()
	ev.Req = (*httpd.Client)(req)
	if step != nil {
		ev.Step = func(happened httpd.Event) { step(stepOf(&happened)) }
	}
	a := ev.Decide()
	res.conclude(a)
	res.changeScript(a, req)
	err = ev.Failure
	if step != nil {
		step(decision(a, &res, err))
	}
	return res, err
}
