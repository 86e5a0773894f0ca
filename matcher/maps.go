package matcher

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rewriteMap compiles a RewriteMap.
func (c *compiler) rewriteMap(n *parser.RewriteMap, sc *scope) {
	if !sc.kind.isServer() {
		c.errorf(CodeNotAllowed, n.Extent, "RewriteMap is not allowed in %s context", sc.describe())
		return
	}
	m := c.mapOf(n)
	if m == nil {
		return
	}
	rw := serverRewriteSlot.make(&sc.server.parts)
	if rw.maps == nil {
		rw.maps = map[string]Map{}
	}
	rw.maps[n.MapName.Text] = m
}

func (c *compiler) mapOf(n *parser.RewriteMap) Map {
	switch n.Kind {
	case parser.MapInternal:
		return internalMap(n.Path)
	case parser.MapText, parser.MapRandom:
		m := c.newFileMap(c.engine.serverPath(n.Path), n.Extent)
		m.parse, m.random = parseMapFile, n.Kind == parser.MapRandom
		if _, err := c.engine.files.stat(m.path); err != nil {
			c.noMapFile(n, m.path)
			return nil
		}
		return m
	case parser.MapDBM:
		return c.dbmMap(n)
	case parser.MapProgram:
		return c.programMap(n)
	case parser.MapDBD, parser.MapFastDBD:
		return c.databaseMap(n)
	}
	return nil
}

// noMapFile says that a map cannot be used because a file is missing.
func (c *compiler) noMapFile(n *parser.RewriteMap, path string) {
	c.errorf(CodeNoMapFile, n.Spec.Extent, "file for map %s not found: %s", n.MapName.Text, path)
}

// serverPath returns path, which may be relative to ServerRoot.
func (e *Engine) serverPath(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return strings.TrimSuffix(e.serverRoot, "/") + "/" + path
}

// internalMap is one of the int: functions.
type internalMap string

// Lookup applies the function to key.
func (m internalMap) Lookup(_ context.Context, key string) (string, bool, error) {
	switch m {
	case "tolower":
		return asciiLower(key), true, nil
	case "toupper":
		return asciiUpper(key), true, nil
	case "escape":
		return uri.Escape(key), true, nil
	case "unescape":
		return uri.Unescape(key), true, nil
	}
	return "", false, nil
}

// mapLine is the longest line of a map file; httpd reads the rest of a longer
// one as lines of their own.
const mapLine = 1024

// parseMapFile reads the lines of a map file: a key, blanks, a value of one
// word. The first line with a key counts.
func parseMapFile(file []byte) (map[string]string, error) {
	text, values := string(file), map[string]string{}
	for text != "" {
		end := strings.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		end = min(end, mapLine)
		line := text[:end]
		text = text[end:]
		if i := strings.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if line == "" || line[0] == '#' || isSpace(line[0]) {
			continue
		}
		key, rest := cutSpace(line)
		value, _ := cutSpace(strings.TrimLeft(rest, " \t\n\v\f\r"))
		if _, ok := values[key]; !ok && value != "" {
			values[key] = value
		}
	}
	return values, nil
}

// mapFailed reports that call's lookup in m failed, with the place of the map's
// declaration, or of the call where the map is one of Options. Where httpd would
// wait for an answer without end, the request is denied.
func (e *evaluation) mapFailed(call *mapCall, m Map, err error) {
	d := &parser.Diagnostic{
		Extent: call.at, Severity: parser.Error, Code: CodeMapFailed, Message: fmt.Sprintf("map %s: %v", call.name, err),
	}
	switch m := m.(type) {
	case *fileMap:
		d.Extent = m.at
		if errors.As(err, new(denial)) {
			e.fail(d)
		}
	case *databaseMap:
		d.Extent = m.at
	case *programMap:
		d.Extent = m.at
		e.fail(d)
	}
	e.engine.reportError(d)
}

// lookupMap looks key up in the map of the request's server that call names.
func (x *rewriting) lookupMap(call *mapCall, key string) (string, bool) {
	name := call.name
	m, ok := serverRewriteOf(x.req.server).maps[name]
	if !ok {
		m, ok = x.req.eval.engine.maps[name]
	}
	if !ok {
		x.trace(Step{Kind: StepMap, Detail: StepNoMap, Name: name})
		return "", false
	}
	value, found, err := x.req.eval.lookup(m, key)
	if err != nil {
		x.req.eval.mapFailed(call, m, err)
		found = false
	}
	x.trace(Step{Kind: StepMap, Name: name, Input: key, Output: value, Matched: found})
	if !found {
		return "", false
	}
	return value, true
}

// lookup looks key up in m, which may wait for a program, a database or a disk.
func (e *evaluation) lookup(m Map, key string) (value string, found bool, err error) {
	if f, ok := m.(internalMap); ok {
		if !e.spend(len(key)/textSteps) || !e.fits(escapeGrowth*len(key)) {
			return "", false, nil
		}
		value, found, err = f.Lookup(e.ctx, key)
	} else {
		_, isFile := m.(*fileMap)
		if !e.spend(testSteps) {
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
