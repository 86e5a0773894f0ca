package matcher

import (
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
