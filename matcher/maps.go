package matcher

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
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
var mapsSlot = &slot[mapSetup]{}

// mapWorld returns what the maps of e need.
func mapWorld(e *engine) rewritemap.World {
	return rewritemap.World{
		Stat: e.files.stat, Opener: e.files.opener, Now: e.now, Revalidate: e.revalidate,
		MaxFile: e.limits.MapFile, MaxTime: e.limits.MapTime, DB: e.world.DB, Placeholder: cmp.Or(e.world.Placeholder, "?"),
		Report: func(severity parser.Severity, at parser.Extent, format string, args ...any) {
			e.report(severity, codeMapFailed, at, format, args...)
		},
	}
}

// rewriteMap compiles a RewriteMap.
func rewriteMap(c *compiler, n *parser.RewriteMap, sc *scope) {
	if !sc.kind.isServer() {
		c.errorf(CodeNotAllowed, n.Extent, "RewriteMap is not allowed in %s context", sc.describe())
		return
	}
	m := mapOf(c, mapsSlot.of(c.engine.parts), n)
	if m == nil {
		return
	}
	rw := serverRewriteSlot.make(&sc.server.parts)
	if rw.maps == nil {
		rw.maps = map[string]rewritemap.Map{}
	}
	rw.maps[n.MapName.Text] = m
}

// mapOf compiles the map of n, nil if it has an error.
func mapOf(c *compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	switch n.Kind {
	case parser.MapInternal:
		return rewritemap.Internal(n.Path)
	case parser.MapText, parser.MapRandom:
		return fileMap(c, n, rewritemap.NewText(&setup.World, serverPath(c.engine, n.Path), n.Extent, n.Kind == parser.MapRandom))
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
func fileMap(c *compiler, n *parser.RewriteMap, m *rewritemap.File) rewritemap.Map {
	if path, err := m.Find(); err != nil {
		noMapFile(c, n, path)
		return nil
	}
	return m
}

// dbmMap compiles a dbm: map, nil if it has an error.
func dbmMap(c *compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	m, ok := rewritemap.NewDBM(&setup.World, serverPath(c.engine, n.Path), n.Extent, n.DBMType)
	if !ok {
		c.report(parser.Error, CodeUnsupported, n.Spec.Extent, "make the file with httxt2dbm -f DB or -f SDBM",
			"dbm files of type %s are not supported", n.DBMType)
		return nil
	}
	return fileMap(c, n, m)
}

// databaseMap compiles a dbd: or fastdbd: map, nil if it has an error.
func databaseMap(c *compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	m, err := rewritemap.NewSQL(&setup.World, n.Path, n.Extent, n.Kind == parser.MapFastDBD)
	switch {
	case err != nil:
		c.report(parser.Error, CodeBadArgument, n.Spec.Extent, "write %s, without quotes, where the key belongs, and %% for a percent sign",
			"cannot use the SQL of map %s: %v", n.MapName.Text, err)
		return nil
	case setup.DB == nil:
		c.report(parser.Error, CodeUnsupported, n.Extent, "open a database in Go and give it to the engine, DB of matcher.Options: the command has no driver for one",
			"map %s asks a database, and there is none", n.MapName.Text)
		return nil
	}
	return m
}

// programMap compiles a prg: map, nil if it has an error.
func programMap(c *compiler, setup *mapSetup, n *parser.RewriteMap) rewritemap.Map {
	argv := rewritemap.CommandWords(n.Path)
	if len(argv) == 0 {
		argv = []string{""}
	}
	argv[0] = serverPath(c.engine, argv[0])
	info, err := c.engine.files.stat(argv[0])
	if err != nil {
		noMapFile(c, n, argv[0])
		return nil
	}
	var names [2]string // of a user and a group
	if n.Option != nil {
		copy(names[:], strings.FieldsFunc(n.Option.Text, func(r rune) bool { return r == ':' }))
	}
	m := rewritemap.NewProgram(&setup.World, argv, names[0], names[1], n.Extent)
	if !c.engine.world.Programs {
		setup.refused = append(setup.refused, &parser.Diagnostic{
			Extent: n.Extent, Severity: parser.Error, Code: CodeUnsupported,
			Message: fmt.Sprintf("map %s runs the program %s, which is not permitted", n.MapName.Text, argv[0]),
			Hint:    "if you trust who wrote the rules, permit programs: Programs of matcher.Options, -programs of the command",
		})
		return m
	}
	if info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0 {
		c.report(parser.Warning, codeNoMapFile, n.Spec.Extent, "",
			"the program of map %s cannot be executed: %s", n.MapName.Text, argv[0])
	}
	c.engine.gate.hold(m)
	return m
}

// refusePrograms reports the programs that may not be run, except where no server
// has the engine on: there none would be started, and an access file that turns
// the engine on gets no values from them.
func refusePrograms(c *compiler, servers []*server) {
	if slices.ContainsFunc(servers, func(s *server) bool { return serverRewriteOf(s).state == apr.On }) {
		c.finds = append(c.finds, mapsSlot.of(c.engine.parts).refused...)
	}
}

// noMapFile says that a map cannot be used because a file is missing.
func noMapFile(c *compiler, n *parser.RewriteMap, path string) {
	c.errorf(codeNoMapFile, n.Spec.Extent, "file for map %s not found: %s", n.MapName.Text, path)
}

// serverPath returns path, which may be relative to ServerRoot.
func serverPath(e *engine, path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return strings.TrimSuffix(e.serverRoot, "/") + "/" + path
}

// mapFailed reports that call's lookup in m failed, with the place of the map's
// declaration, or of the call where the map is one of Options. Where httpd would
// wait for an answer without end, the request is denied.
func mapFailed(e *evaluation, call *rules.MapCall, m rewritemap.Map, err error) {
	d := &parser.Diagnostic{
		Extent: call.At, Severity: parser.Error, Code: codeMapFailed, Message: fmt.Sprintf("map %s: %v", call.Name, err),
	}
	if at, denied, ok := rewritemap.Declared(m, err); ok {
		d.Extent = at
		if denied {
			e.fail(d)
		}
	}
	e.engine.reportError(d)
}

// LookupMap looks key up in the map of the request's server that call names.
func (x *rewriting) LookupMap(call *rules.MapCall, key string) (string, bool) {
	name := call.Name
	m, ok := serverRewriteOf(x.req.server).maps[name]
	if !ok {
		m, ok = x.req.eval.engine.world.Maps[name]
	}
	if !ok {
		x.trace(event{Kind: eventMap, Detail: eventNoMap, Name: name})
		return "", false
	}
	value, found, err := lookup(x.req.eval, m, key)
	if err != nil {
		mapFailed(x.req.eval, call, m, err)
		found = false
	}
	x.trace(event{Kind: eventMap, Name: name, Input: key, Output: value, Matched: found})
	if !found {
		return "", false
	}
	return value, true
}

// lookup looks key up in m, which may wait for a program, a database or a disk.
func lookup(e *evaluation, m rewritemap.Map, key string) (value string, found bool, err error) {
	if f, ok := m.(rewritemap.Internal); ok {
		if !e.spend(len(key)/work.TextSteps) || !e.fits(rules.EscapeGrowth*len(key)) {
			return "", false, nil
		}
		value, found, err = f.Lookup(e.ctx, key)
	} else {
		_, isFile := m.(*rewritemap.File)
		if !e.spend(work.TestSteps) {
			return "", false, nil
		}
		paused := e.meter.Pause(!isFile)
		value, found, err = m.Lookup(e.ctx, key)
		e.meter.Resume(paused)
	}
	if !e.charge(len(value)) {
		return "", false, nil
	}
	return value, found, err
}

// enablePrograms marks the programs that httpd would start for s.
func enablePrograms(s *server) {
	if rw := serverRewriteOf(s); rw.state == apr.On {
		for _, m := range rw.maps {
			rewritemap.Enable(m)
		}
	}
}
