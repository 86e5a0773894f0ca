// Package proxyfcgi is mod_proxy_fcgi: ProxyFCGISetEnvIf and ProxyFCGIBackendType. The
// variables that scripts get are made where CGI's are; what this module changes of them
// is changed last.
package proxyfcgi

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// config is what the directives of a scope say.
type config struct {
	backend backend
	changes []change
}

// backend is what kind of FastCGI server is spoken to.
type backend uint8

const (
	backendUnknown backend = iota // PHP-FPM is assumed
	backendFPM
	backendGeneric
)

// change is a ProxyFCGISetEnvIf.
type change struct {
	at        parser.Extent
	condition *expr.Program
	name      string
	value     *expr.Program // nil where the variable is to be unset
	access    bool          // an access file says so
}

var slot = &httpd.Slot[config]{
	Merge: (*config).over,
	Size:  func(part, _ *config) int64 { return int64(len(part.changes)) * 64 },
}

// over merges c on top of base: what the scope around says is done first.
func (c *config) over(base *config) *config {
	m := &config{backend: c.backend, changes: slices.Concat(base.changes, c.changes)}
	if m.backend == backendUnknown {
		m.backend = base.backend
	}
	return m
}

// applySetEnvIf compiles "ProxyFCGISetEnvIf condition name [value]". A name behind "!" is
// that of a variable to unset.
func applySetEnvIf(sc *httpd.Scope, n *parser.Directive) {
	if len(n.Args) < 2 || len(n.Args) > 3 || n.Args[1].Text == "" {
		sc.BadArgument(n, "takes a condition, the name of a variable and perhaps a value")
		return
	}
	c := change{at: n.Extent, condition: sc.BoolExpr(n.Args[0], sc), access: sc.Access}
	name, unset := strings.CutPrefix(n.Args[1].Text, "!")
	c.name = name
	switch {
	case unset && len(n.Args) == 3:
		sc.BadArgument(n, "takes no value where it unsets a variable")
		return
	case unset && name == "":
		sc.BadArgument(n, "names no variable behind !")
		return
	case !unset:
		value := parser.Word{Extent: n.Extent}
		if len(n.Args) == 3 {
			value = n.Args[2]
		}
		c.value = sc.StringExpr(value, sc)
	}
	if c.condition == nil || !unset && c.value == nil {
		return
	}
	part := slot.Make(&sc.Dir.Parts)
	part.changes = append(part.changes, c)
	sc.NoScripts(n)
}

func applyBackendType(sc *httpd.Scope, n *parser.Directive) {
	part := slot.Make(&sc.Dir.Parts)
	switch strings.ToLower(n.Args[0].Text) {
	case "fpm":
		part.backend = backendFPM
	case "generic":
		part.backend = backendGeneric
	default:
		sc.BadArgument(n, "must be FPM or GENERIC")
		return
	}
	sc.NoScripts(n)
}

// Script is what the directives do to the variables of a script.
func Script() httpd.ScriptHook {
	return httpd.ScriptHook{
		Generic: func(d *httpd.DirConfig) bool {
			part := slot.Of(d.Parts)
			return part != nil && part.backend == backendGeneric
		},
		Wanted: func(d *httpd.DirConfig) bool {
			part := slot.Of(d.Parts)
			return part != nil && len(part.changes) > 0
		},
		Change: changesOf,
	}
}

// changesOf carries the directives out one after the other. One whose condition can't be
// evaluated keeps the script from being run; one whose value can't be leaves the variable
// as it is.
func changesOf(s *httpd.Request) (done []httpd.ScriptChange, ok bool) {
	var groups expr.Captures // of the last regular expression that matched
	directives := slot.Of(s.Dir.Parts).changes
	for i := range directives {
		c := &directives[i]
		holds, ok := c.holds(s, &groups)
		if !ok {
			return nil, false
		}
		if !holds {
			continue
		}
		value, ok := c.carryOut(s, groups)
		if s.Eval.Meter.Err() != nil {
			return nil, false
		}
		if ok {
			done = append(done, httpd.ScriptChange{Name: c.name, Value: value, Unset: c.value == nil, Access: c.access})
		}
	}
	return done, true
}

// holds evaluates the condition; ok is false if that fails. Groups are those that values
// refer to.
func (c *change) holds(s *httpd.Request, groups *expr.Captures) (holds, ok bool) {
	if !s.Eval.Spend(work.TestSteps) {
		return false, false
	}
	room := s.Eval.Meter.Mark()
	res, err := c.condition.BoolAfter(s.ExprEnv(), *groups)
	s.Eval.Meter.Release(room)
	if err != nil {
		s.Eval.ReportError(err)
		return false, false
	}
	*groups = res.Captures
	return res.True, true
}

// carryOut changes the variable. It reports whether that was possible, and the value.
func (c *change) carryOut(s *httpd.Request, groups expr.Captures) (value string, ok bool) {
	if c.value == nil {
		s.Unsetenv(c.name)
		return "", true
	}
	value, err := c.value.StringAfter(s.ExprEnv(), groups)
	if err != nil {
		s.Eval.ReportError(err)
		return "", false
	}
	if !s.Eval.Charge(len(value)) {
		return "", false
	}
	s.Setenv(c.name, value)
	return value, true
}

// Module is mod_proxy_fcgi.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_proxy_fcgi", Commands: []httpd.Command{
		{Name: "ProxyFCGIBackendType", Place: httpd.OverrideFileInfo, Args: httpd.TakesOne, Set: applyBackendType},
		{Name: "ProxyFCGISetEnvIf", Place: httpd.OverrideFileInfo, Set: applySetEnvIf},
	}}
}
