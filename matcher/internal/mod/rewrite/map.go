package rewrite

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// mapSetup is what the maps of an engine share.
type mapSetup struct {
	rewritemap.World
	refused parser.Diagnostics // about the programs that may not be run
}

// mapsSlot is mod_rewrite's place in what lives as long as the engine.
var mapsSlot = &httpd.Slot[mapSetup]{}

// mapWorld returns what the maps of e need.
func mapWorld(e *httpd.Engine) rewritemap.World {
	return rewritemap.World{
		Stat: e.Files.Stat, Opener: e.Files.Opener, Now: e.Now, Revalidate: e.Revalidate,
		MaxFile: e.Limits.MapFile, MaxTime: e.Limits.MapTime, DB: e.World.DB, Placeholder: cmp.Or(e.World.Placeholder, "?"),
		Report: func(severity parser.Severity, at parser.Extent, format string, args ...any) {
			e.Report(severity, httpd.CodeMapFailed, at, format, args...)
		},
	}
}

// rewriteMap compiles a RewriteMap.
func rewriteMap(c *httpd.Compiler, n *parser.RewriteMap, sc *httpd.Scope) {
	if !sc.Kind.IsServer() {
		c.Errorf(httpd.CodeNotAllowed, n.Extent, "RewriteMap is not allowed in %s context", sc.Describe())
		return
	}
	m := mapOf(c, mapsSlot.Of(c.Engine.Parts), n)
	if m == nil {
		return
	}
	rw := serverRewriteSlot.Make(&sc.Server.Parts)
	if rw.maps == nil {
		rw.maps = map[string]rewritemap.Map{}
	}
	rw.maps[n.MapName.Text] = m
}

// mapOf compiles the map of n, nil if it has an error.
func mapOf(c *httpd.Compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	switch n.Kind {
	case parser.MapInternal:
		return rewritemap.Internal(n.Path)
	case parser.MapText, parser.MapRandom:
		return fileMap(c, n, rewritemap.NewText(&setup.World, c.Engine.ServerPath(n.Path), n.Extent, n.Kind == parser.MapRandom))
	case parser.MapDBM:
		return dbmMap(c, setup, n)
	case parser.MapProgram:
		return programMap(c, setup, n)
	case parser.MapDBD, parser.MapFastDBD:
		return databaseMap(c, setup, n)
	}
	return nil
}

// fileMap returns m, nil if its file is missing.
func fileMap(c *httpd.Compiler, n *parser.RewriteMap, m *rewritemap.File) rewritemap.Map {
	if path, err := m.Find(); err != nil {
		noMapFile(c, n, path)
		return nil
	}
	return m
}

// dbmMap compiles a dbm: map, nil if it has an error.
func dbmMap(c *httpd.Compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	m, ok := rewritemap.NewDBM(&setup.World, c.Engine.ServerPath(n.Path), n.Extent, n.DBMType)
	if !ok {
		c.Report(parser.Error, httpd.CodeUnsupported, n.Spec.Extent, "make the file with httxt2dbm -f DB or -f SDBM",
			"dbm files of type %s are not supported", n.DBMType)
		return nil
	}
	return fileMap(c, n, m)
}

// databaseMap compiles a dbd: or fastdbd: map, nil if it has an error.
func databaseMap(c *httpd.Compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	m, err := rewritemap.NewSQL(&setup.World, n.Path, n.Extent, n.Kind == parser.MapFastDBD)
	switch {
	case err != nil:
		c.Report(parser.Error, httpd.CodeBadArgument, n.Spec.Extent, "write %s, without quotes, where the key belongs, and %% for a percent sign",
			"cannot use the SQL of map %s: %v", n.MapName.Text, err)
		return nil
	case setup.DB == nil:
		c.Report(parser.Error, httpd.CodeUnsupported, n.Extent, "open a database in Go and give it to the engine, DB of matcher.Options: the command has no driver for one",
			"map %s asks a database, and there is none", n.MapName.Text)
		return nil
	}
	return m
}

// programMap compiles a prg: map, nil if it has an error.
func programMap(c *httpd.Compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	argv := rewritemap.CommandWords(n.Path)
	if len(argv) == 0 {
		argv = []string{""}
	}
	argv[0] = c.Engine.ServerPath(argv[0])
	info, err := c.Engine.Files.Stat(argv[0])
	if err != nil {
		noMapFile(c, n, argv[0])
		return nil
	}
	var names [2]string // of a user and a group
	if n.Option != nil {
		copy(names[:], strings.FieldsFunc(n.Option.Text, func(r rune) bool { return r == ':' }))
	}
	m := rewritemap.NewProgram(&setup.World, argv, names[0], names[1], n.Extent)
	if !c.Engine.World.Programs {
		setup.refused = append(setup.refused, &parser.Diagnostic{
			Extent: n.Extent, Severity: parser.Error, Code: httpd.CodeUnsupported,
			Message: fmt.Sprintf("map %s runs the program %s, which is not permitted", n.MapName.Text, argv[0]),
			Hint:    "if you trust who wrote the rules, permit programs: Programs of matcher.Options, -programs of the command",
		})
		return m
	}
	if info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0 {
		c.Report(parser.Warning, httpd.CodeNoMapFile, n.Spec.Extent, "",
			"the program of map %s cannot be executed: %s", n.MapName.Text, argv[0])
	}
	c.Engine.Gate.Hold(m)
	return m
}

// refusePrograms reports the programs that may not be run, except where no server
// has the engine on: there none would be started, and an access file that turns
// the engine on gets no values from them.
func refusePrograms(c *httpd.Compiler, servers []*httpd.Server) {
	if slices.ContainsFunc(servers, func(s *httpd.Server) bool { return serverRewriteOf(s).state == apr.On }) {
		c.Finds = append(c.Finds, mapsSlot.Of(c.Engine.Parts).refused...)
	}
}

// noMapFile says that a map cannot be used because a file is missing.
func noMapFile(c *httpd.Compiler, n *parser.RewriteMap, path string) {
	c.Errorf(httpd.CodeNoMapFile, n.Spec.Extent, "file for map %s not found: %s", n.MapName.Text, path)
}

// mapFailed reports that call's lookup in m failed, with the place of the map's
// declaration, or of the call where the map is one of Options. Where httpd would
// wait for an answer without end, the request is denied.
func mapFailed(e *httpd.Evaluation, call *rules.MapCall, m rewritemap.Map, err error) {
	d := &parser.Diagnostic{
		Extent: call.At, Severity: parser.Error, Code: httpd.CodeMapFailed, Message: fmt.Sprintf("map %s: %v", call.Name, err),
	}
	if at, denied, ok := rewritemap.Declared(m, err); ok {
		d.Extent = at
		if denied {
			e.Fail(d)
		}
	}
	e.Engine.ReportError(d)
}

// LookupMap looks key up in the map of the request's server that call names.
func (x *rewriting) LookupMap(call *rules.MapCall, key string) (string, bool) {
	name := call.Name
	m, ok := serverRewriteOf(x.req.Server).maps[name]
	if !ok {
		m, ok = x.req.Eval.Engine.World.Maps[name]
	}
	if !ok {
		x.trace(httpd.Event{Kind: httpd.EventMap, Detail: httpd.EventNoMap, Name: name})
		return "", false
	}
	value, found, err := lookup(x.req.Eval, m, key)
	x.req.Eval.Forget() // a program may have made a file
	if err != nil {
		mapFailed(x.req.Eval, call, m, err)
		found = false
	}
	x.logMap(m, name, key, value, found)
	x.trace(httpd.Event{Kind: httpd.EventMap, Name: name, Input: key, Output: value, Matched: found})
	if !found {
		return "", false
	}
	return value, true
}

// lookup looks key up in m, which may wait for a program, a database or a disk.
func lookup(e *httpd.Evaluation, m rewritemap.Map, key string) (value string, found bool, err error) {
	if f, ok := m.(rewritemap.Internal); ok {
		if !e.Spend(len(key)/work.TextSteps) || !e.Fits(rules.EscapeGrowth*len(key)) {
			return "", false, nil
		}
		value, found, err = f.Lookup(e.Ctx, key)
	} else {
		_, isFile := m.(*rewritemap.File)
		if !e.Spend(work.TestSteps) {
			return "", false, nil
		}
		paused := e.Meter.Pause(!isFile)
		value, found, err = m.Lookup(e.Ctx, key)
		e.Meter.Resume(paused)
	}
	if !e.Charge(len(value)) {
		return "", false, nil
	}
	return value, found, err
}

// enablePrograms marks the programs that httpd would start for s.
func enablePrograms(s *httpd.Server) {
	if rw := serverRewriteOf(s); rw.state == apr.On {
		for _, m := range rw.maps {
			rewritemap.Enable(m)
		}
	}
}
