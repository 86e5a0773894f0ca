package matcher

import (
	"context"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/parser"
)

// CompileIndexed is Compile that indexes each list, however short, by what tells its
// items apart best.
func CompileIndexed(f *parser.File, opts *Options) (*Engine, error) {
	w := opts.world()
	w.Index = index.Options{MinItems: 1, MinUsers: 1, Sharers: 2, Good: 1e-9}
	e, err := httpd.Compile(f, w, modules())
	if err != nil {
		return nil, err
	}
	return &Engine{e}, nil
}

// Idle hands look an evaluation that has ended, if there is one, as the next request finds
// it, and the engine that it is of, which it refers to.
func (e *Engine) Idle(look func(evaluation, engine any)) {
	ev := e.engine.BeginEvaluation(context.Background())
	defer ev.End()
	look(ev, e.engine)
}
