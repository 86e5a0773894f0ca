package iis

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// compiler makes configurations of one file.
type compiler struct {
	engine *httpd.Engine
	name   string // of the file
	finds  findings

	uses  []mapUse        // of the rule at hand
	set   map[string]bool // the variables that the rules of the place at hand set
	input bool            // the template at hand is the input of a condition
}

func (c *compiler) errorf(at parser.Extent, code parser.Code, message, hint string) {
	c.finds = append(c.finds, &parser.Diagnostic{Extent: at, Severity: parser.Error, Code: code, Message: message, Hint: hint})
}

// compileFile compiles the web.config of a folder.
func compileFile(f *httpd.AccessFile) (*httpd.DirConfig, parser.Diagnostics) {
	tree, err := webconfig.Parse(f.Path, f.Text, &webconfig.Options{FS: folder{f}, MaxBytes: int64(max(len(f.Text), webconfig.DefaultMaxBytes))})
	if err != nil {
		return nil, parser.Findings(err)
	}
	c := &compiler{engine: f.Engine}
	config := c.file(tree, f.Dir)
	c.finds = append(c.finds, tree.Warnings...)
	if s := siteSlot.Of(config.Parts); s.err != nil {
		c.finds = append(c.finds, s.err)
	}
	c.finds.Sort()
	return config, c.finds
}

// folder is the folder of an access file, to read the files that configSource names.
// It follows no links.
type folder struct{ f *httpd.AccessFile }

var errLink = errors.New("it is a link, or leads through one")

// Open opens a file below the folder.
func (d folder) Open(name string) (fs.File, error) {
	at := path.Join(d.f.Dir, name)
	for end := len(d.f.Dir); end < len(at); end++ {
		if i := strings.IndexByte(at[end:], '/'); i >= 0 {
			end += i
		} else {
			end = len(at)
		}
		info, err := d.f.Lstat(at[:end])
		if err != nil {
			d.f.Missed(at[:end])
			return nil, err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			d.f.Missed(at[:end])
			return nil, &fs.PathError{Op: "open", Path: name, Err: errLink}
		}
	}
	return d.f.OpenFile(at, webconfig.DefaultMaxBytes)
}

// file compiles a file for the folder dir, which ends in a slash, or with "" for the
// root of the site.
func (c *compiler) file(f *webconfig.File, dir string) *httpd.DirConfig {
	at := place{dir, false}
	if dir == "" {
		at = place{"/", true}
	}
	c.name = f.Name
	scopes := f.Scopes()
	own := &site{path: f.Name, told: new(atomic.Bool)}
	l := c.layer(&scopes[0], at)
	for i := range scopes[1:] {
		sc := &scopes[i+1]
		if sc.Path == "" {
			l = joined(l, c.layer(sc, at))
			continue
		}
		below := place{at.dir + sc.Path + "/", at.isURL}
		there := (*site)(nil).of(c.layer(sc, below))
		own.located = append(own.located, located{strings.ToLower(sc.Path), c.engine.SealConfig(configOf(there))})
	}
	s := (*site)(nil).of(l)
	s.located, s.path, s.told = own.located, own.path, own.told
	return configOf(s)
}

// joined returns what two places of one file say of the same folder.
func joined(a, b *layer) *layer {
	a.rules, a.global, a.maps, a.allowed = append(a.rules, b.rules...), append(a.global, b.global...), append(a.maps, b.maps...), append(a.allowed, b.allowed...)
	a.filters, a.directs = append(a.filters, b.filters...), append(a.directs, b.directs...)
	return a
}

// of returns a site of one layer, which is kept to be put on others.
func (*site) of(l *layer) *site {
	s := (&site{}).with(l)
	s.own = l
	return s
}

func configOf(s *site) *httpd.DirConfig {
	d := &httpd.DirConfig{}
	*siteSlot.Make(&d.Parts) = *s
	return d
}

// layer compiles what a file says for one place.
func (c *compiler) layer(sc *webconfig.Scope, at place) *layer {
	l := &layer{place: at}
	if sc.Filtering != nil {
		l.filters = []*webconfig.Filtering{sc.Filtering}
	}
	if sc.Redirect != nil {
		l.directs = []*webconfig.Redirect{sc.Redirect}
	}
	c.set = assigned(sc)
	if sc.Global != nil {
		l.global = c.rules(sc.Global.Nodes, true)
	}
	if sc.Rules != nil {
		l.rules = c.rules(sc.Rules.Nodes, false)
	}
	for _, r := range sc.Loose {
		l.rules = append(l.rules, c.rules([]webconfig.Node{r}, false)...)
	}
	if sc.Maps != nil {
		l.maps = mapOps(sc.Maps.Nodes)
	}
	if sc.Map != nil {
		l.maps = append(l.maps, mapOps([]webconfig.Node{sc.Map})...)
	}
	if sc.Allowed != nil {
		l.allowed = allowedOps(sc.Allowed.Nodes)
	}
	return l
}

// assigned returns the names of the variables that the rules of sc set, in upper case.
func assigned(sc *webconfig.Scope) map[string]bool {
	set := map[string]bool{}
	note := func(r *webconfig.Rule) {
		if r.Variables == nil {
			return
		}
		for _, n := range r.Variables.Nodes {
			if v, ok := n.(*webconfig.Variable); ok {
				set[variableName(v.Name.Value)] = true
			}
		}
	}
	for _, list := range []*webconfig.Rules{sc.Rules, sc.Global} {
		if list == nil {
			continue
		}
		for _, n := range list.Nodes {
			if r, ok := n.(*webconfig.Rule); ok {
				note(r)
			}
		}
	}
	for _, r := range sc.Loose {
		note(r)
	}
	return set
}

// rules compiles a list of rules.
func (c *compiler) rules(nodes []webconfig.Node, global bool) []ruleOp {
	var ops []ruleOp
	for _, n := range nodes {
		switch n := n.(type) {
		case *webconfig.Clear:
			ops = append(ops, ruleOp{takes: true, at: n.Extent})
		case *webconfig.Remove:
			ops = append(ops, ruleOp{takes: true, name: strings.ToLower(n.Key.Value), at: n.Extent})
		case *webconfig.Rule:
			op := ruleOp{name: strings.ToLower(n.Name.Value), at: n.Extent}
			if n.Enabled.Value {
				c.uses = nil
				op.rule = c.rule(n, global)
				op.uses = c.uses
			}
			ops = append(ops, op)
		}
	}
	return ops
}

func mapOps(nodes []webconfig.Node) []mapOp {
	var ops []mapOp
	for _, n := range nodes {
		switch n := n.(type) {
		case *webconfig.Clear:
			ops = append(ops, mapOp{at: n.Extent})
		case *webconfig.Remove:
			ops = append(ops, mapOp{name: strings.ToLower(n.Key.Value), at: n.Extent})
		case *webconfig.Map:
			ops = append(ops, mapOp{m: newMap(n), name: strings.ToLower(n.Name.Value), at: n.Extent})
		}
	}
	return ops
}

func allowedOps(nodes []webconfig.Node) []nameOp {
	ops := []nameOp{}
	for _, n := range nodes {
		switch n := n.(type) {
		case *webconfig.Clear:
			ops = append(ops, nameOp{})
		case *webconfig.Remove:
			ops = append(ops, nameOp{name: variableName(n.Key.Value)})
		case *webconfig.AllowedVariable:
			ops = append(ops, nameOp{name: variableName(n.Name.Value), add: true})
		}
	}
	return ops
}
