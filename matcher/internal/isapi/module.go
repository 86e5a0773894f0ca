package isapi

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// Room is the module and its hook.
type Room struct {
	Module    *httpd.Module
	Translate httpd.Hook
}

// New returns the module that runs f.
func New(f *isapi.File) *Room {
	r := &room{file: f}
	return &Room{
		Module:    &httpd.Module{Name: "isapi", Begin: r.begin, Finish: r.finish},
		Translate: httpd.Hook{Run: translate},
	}
}

// room is what the module knows before it is compiled.
type room struct{ file *isapi.File }

// ruleset is a file that was compiled.
type ruleset struct {
	dialect isapi.Dialect
	off     bool // the engine is
	raw     bool // IIRF: the URL is not decoded
	base    string
	rounds  int // how often rules may start again
	list    *rules.List
	rules   []*rules.Rule
	maps    map[string]rewritemap.Map
	finds   parser.Diagnostics
}

// rulesetSlot is the room's place in what lives as long as the engine.
var rulesetSlot = &httpd.Slot[ruleset]{}

// begin compiles the file, before any directive.
func (r *room) begin(e *httpd.Engine, _ *httpd.Server, main bool) {
	if !main {
		return
	}
	c := &compiler{engine: e, set: rulesetSlot.Make(&e.Parts)}
	c.file(r.file)
	c.set.list = rules.NewList(c.set.rules, &rules.Options{Linear: e.Linear, Index: e.Index})
	c.set.rules = c.set.list.Rules()
}

// finish reports what is wrong with the file.
func (r *room) finish(c *httpd.Compiler, servers []*httpd.Server) {
	set := rulesetSlot.Of(c.Engine.Parts)
	c.Finds = append(c.Finds, set.finds...)
	if !set.off && len(set.rules) > 0 {
		c.Effective()
	}
	for _, s := range servers {
		s.DecodeSlashes()
	}
}
