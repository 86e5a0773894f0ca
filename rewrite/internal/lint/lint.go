// Package lint finds mistakes in rulesets: what the parser and the compiler say of
// them, and what an expert who reads the rules would say.
//
// A finding is a claim about behaviour. What is not certain from the text, from the
// surroundings or from a request that shows it is not reported.
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

// Source is a file to look at.
type Source struct {
	Name string // for positions; the folder in it is where an access file acts
	Text []byte
	// Access says that it is an access file, and not a server's configuration.
	Access bool
	// Dialect is the language of the file; "" is what its name and text say.
	Dialect dialect.Dialect
	// ServerRoot is where relative names in it start from, if Options.Parse does
	// not say.
	ServerRoot string
	// Found says that the file is configuration of a server that was not named, but found
	// in a folder, and may be a part of another one.
	Found bool
	// Folder is the folder that is looked at, below which files lie that rules of IIS may
	// refer to; "" is that of the file.
	Folder string
}

// Options say how files are looked at.
type Options struct {
	Parse parser.Options // AccessFile is that of the source
	Match matcher.Options
	// Pedantic adds findings about what changes nothing for likely requests.
	Pedantic bool
	// ReadFile reads a file beside those that are looked at, such as the access
	// file of a folder that a rule leads to. Nil means that there are none.
	ReadFile func(name string) ([]byte, error)
}

// Check returns all that is to be said of the sources, in their order. Each is
// looked at by itself, with the others in mind. The error says that something else
// than a text is wrong.
func Check(sources []Source, o *Options) (parser.Diagnostics, error) {
	var all parser.Diagnostics
	var files []*checker
	for _, src := range sources {
		c, err := newChecker(src, o)
		if err != nil {
			return nil, err
		}
		files = append(files, c)
	}
	for _, c := range files {
		c.others = files
		if c.file == nil { // of another language
			all = append(all, c.known...)
			continue
		}
		for _, d := range c.run() {
			all = append(all, c.atDirective(d))
		}
	}
	return all, nil
}

// checker looks at one file.
type checker struct {
	src      Source
	opts     *Options
	lines    []string
	file     *parser.File
	known    parser.Diagnostics // of parser and compiler
	found    parser.Diagnostics
	scopes   []*scope
	others   []*checker
	site     *site
	variants int // of the site that were made
	ignore   []*ignore
	hosts    []string // siteHosts, once asked for
	tried    map[*rule][]*witness
	tls      answered                        // whether the file sends clients to https
	starved  bool                            // not all requests could be made that would have shown something
	proofs   map[*parser.Diagnostic]*witness // of loops
	byLine   map[uint32][]*parser.Diagnostic // found, by line
}

func newChecker(src Source, o *Options) (*checker, error) {
	c := &checker{src: src, opts: o, tried: map[*rule][]*witness{}, proofs: map[*parser.Diagnostic]*witness{}, byLine: map[uint32][]*parser.Diagnostic{}}
	d := src.dialect()
	if d != dialect.Apache && d != dialect.ISAPI3 {
		var err error
		c.known, err = src.otherLanguage(d, &o.Match)
		return c, err
	}
	po, mo := o.Parse, o.Match
	po.AccessFile, po.ISAPI3 = src.Access, d == dialect.ISAPI3
	if po.ServerRoot == "" {
		po.ServerRoot = src.ServerRoot
	}
	rs, err := ruleset.Read(src.Name, src.Text, src.Access, &po, &mo)
	if err != nil {
		return nil, err
	}
	if rs.Engine != nil {
		rs.Engine.Close()
	}
	c.lines, c.file, c.known = splitLines(src.Text), rs.File, rs.Findings
	c.ignore = ignores(c.lines)
	c.scopes = readScopes(rs.File, src.Access)
	return c, nil
}

// run returns the findings, sorted and without those that say the same twice.
func (c *checker) run() parser.Diagnostics {
	for _, check := range checks() {
		check(c)
	}
	if c.opts.Pedantic {
		for _, check := range pedanticChecks() {
			check(c)
		}
	}
	if c.starved {
		c.note(parser.Extent{Name: c.src.Name}, codeTooManyRules, "divide the list, or check parts of it", "there are too many rules to make requests for all of them: what only a request can show may be missing")
	}
	all := c.settle()
	all = c.heed(all)
	slices.SortStableFunc(all, func(a, b *parser.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.From.Line, b.From.Line), cmp.Compare(a.From.Col, b.From.Col), cmp.Compare(a.Severity, b.Severity))
	})
	return all
}

// report adds a finding, unless there is the same at that place.
func (c *checker) report(at parser.Extent, sev parser.Severity, code parser.Code, hint, format string, args ...any) {
	d := &parser.Diagnostic{Extent: at, Severity: sev, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)}
	if slices.ContainsFunc(c.byLine[d.From.Line], func(o *parser.Diagnostic) bool { return o.Code == code && o.From == d.From && o.Name == d.Name }) {
		return
	}
	c.found = append(c.found, d)
	c.byLine[d.From.Line] = append(c.byLine[d.From.Line], d)
}

// warn adds a warning.
func (c *checker) warn(at parser.Extent, code parser.Code, hint, format string, args ...any) {
	c.report(at, parser.Warning, code, hint, format, args...)
}

// loops adds a warning that w, or what is made of it, goes round and round.
func (c *checker) loops(w *witness, at parser.Extent, code parser.Code, hint, format string, args ...any) {
	n := len(c.found)
	c.warn(at, code, hint, format, args...)
	for _, d := range c.found[n:] {
		c.proofs[d] = w
	}
}

// note adds a note.
func (c *checker) note(at parser.Extent, code parser.Code, hint, format string, args ...any) {
	c.report(at, parser.Note, code, hint, format, args...)
}

// checks are the checks that are always made. The order does not matter: settle
// decides between findings about one line.
func checks() []func(*checker) {
	return []func(*checker){
		checkForeign,
		checkMangled,
		checkModules,
		checkEngine,
		checkPlace,
		checkSlash,
		checkPathPatterns,
		checkValues,
		checkVariables,
		checkMaps,
		checkLogic,
		checkStar,
		checkRange,
		checkFileTests,
		checkGlued,
		checkEquals,
		checkSwapped,
		checkTarget,
		checkBase,
		checkGroups,
		checkEscapes,
		checkIgnoredTarget,
		checkSkip,
		checkHosts,
		checkPermanent,
		checkAddress,
		checkReferer,
		checkSlow,
		checkOptions,
		checkAlias,
		checkInherit,
		checkReach,
		checkLoops,
		checkEncoding,
	}
}

// pedanticChecks are made on request.
func pedanticChecks() []func(*checker) {
	return []func(*checker){checkDots, checkQuery, checkPorts, checkFlags, checkChain}
}
