package iis

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// Setup says where the rules of a site come from.
type Setup struct {
	// ApplicationHost is what configures the server as a whole, SiteConfig what holds for
	// the root of the site in the place of the file there; nil for none.
	ApplicationHost, SiteConfig *webconfig.File
	// WebConfig says that the folders below the document root have a web.config each.
	WebConfig bool
}

// room is what the hooks know.
type room struct {
	setup    *Setup // until it is compiled
	files    bool   // folders have files
	given    bool   // what holds for the root of the site was given
	language *httpd.AccessLanguage
}

// Room is the module of IIS and its hook.
type Room struct {
	Module    *httpd.Module
	Translate httpd.Hook
}

// New returns the module for a site.
func New(setup *Setup) *Room {
	r := &room{setup: setup, files: setup.WebConfig, given: setup.SiteConfig != nil}
	r.language = &httpd.AccessLanguage{
		Names: fileNames[:], AnyCase: true, Limit: webconfig.DefaultMaxBytes, Compile: compileFile,
	}
	return &Room{
		Module:    &httpd.Module{Name: "iis", Begin: r.begin, Finish: r.finish},
		Translate: httpd.Hook{Run: r.translate},
	}
}

// base is what Setup's files compile to, as long as the engine lives.
type base struct {
	config  *httpd.DirConfig
	located []located // of all files, which merging does not keep
	finds   findings
}

// baseSlot is the room's place in what lives as long as the engine.
var baseSlot = &httpd.Slot[base]{}

// begin compiles what the setup holds, before any directive.
func (r *room) begin(e *httpd.Engine, _ *httpd.Server, main bool) {
	if !main {
		return
	}
	b := baseSlot.Make(&e.Parts)
	for _, f := range []*webconfig.File{r.setup.ApplicationHost, r.setup.SiteConfig} {
		if f == nil {
			continue
		}
		c := &compiler{engine: e}
		config := c.file(f, "")
		b.finds = append(b.finds, c.finds...)
		if b.finds.Err() == nil {
			b.located = append(b.located, siteSlot.Of(config.Parts).located...)
			b.config = e.Merge(b.config, e.SealConfig(config))
		}
	}
	r.setup = nil // trees are large
	if b.config == nil {
		return
	}
	s := siteSlot.Of(b.config.Parts)
	for _, d := range []*parser.Diagnostic{s.err, s.missing} {
		if d != nil {
			b.finds = append(b.finds, d)
		}
	}
}

// finish reports what is wrong with the setup's files, and has encoded slashes
// decoded, as IIS does before anything sees the path.
func (r *room) finish(c *httpd.Compiler, servers []*httpd.Server) {
	c.Finds = append(c.Finds, baseSlot.Of(c.Engine.Parts).finds...)
	c.Effective()
	for _, s := range servers {
		s.DecodeSlashes()
	}
}
