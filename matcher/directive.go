package matcher

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// directive compiles a directive that is not mod_rewrite's.
func (c *compiler) directive(n *parser.Directive, sc *scope) {
	name := strings.ToLower(n.Directive)
	if class, ok := aliasDirectives[name]; ok {
		if c.permitted(n.Directive, n.Extent, class, sc) {
			c.aliasDirective(n, sc)
		}
		return
	}
	if d, ok := compiled[name]; ok {
		if c.permitted(n.Directive, n.Extent, d.class, sc) {
			d.compile(c, n, sc)
		}
		return
	}
	switch {
	case name == "listen" && sc.kind == scopeServer:
		c.listen(n)
		return
	case name == "undefmacro", name == "macroignoreemptyargs", name == "macroignorebadnesting":
		c.aboutMacros(n, sc)
		return
	}
	if c.handlerDirective(name, n, sc) {
		return
	}
	run, ok := directives[name]
	if !ok {
		c.unknown(n.Directive, n.Extent, sc)
		return
	}
	switch {
	case !c.permitted(n.Directive, n.Extent, run.class, sc):
	case len(n.Args) < run.minArgs || run.maxArgs > 0 && len(n.Args) > run.maxArgs:
		c.errorf(CodeBadArgument, n.Extent, "%s: wrong number of arguments", n.Directive)
	default:
		if msg := run.apply(sc, n.Args); msg != "" {
			c.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, msg)
		}
	}
}

// hasEffect reports whether a directive that is not mod_rewrite's can change what
// becomes of a request by itself: those that only name or limit the server, or
// that the engine does not run, can't.
func hasEffect(n *parser.Directive) bool {
	name := strings.ToLower(n.Directive)
	if _, ok := compiled[name]; ok {
		return name != "regexdefaultoptions"
	}
	if _, ok := aliasDirectives[name]; ok {
		return true
	}
	_, ok := handlerDirectives[name]
	return ok
}

// knownRewrite reports whether name is a directive of mod_rewrite.
func knownRewrite(name string) bool {
	switch strings.ToLower(name) {
	case "rewriteengine", "rewriteoptions", "rewritebase", "rewritemap", "rewritecond", "rewriterule":
		return true
	}
	return false
}

// listen notes a port that the ruleset is written for. The engine itself does
// not listen.
func (c *compiler) listen(n *parser.Directive) {
	if len(n.Args) == 0 || len(n.Args) > 2 {
		c.errorf(CodeBadArgument, n.Extent, "%s takes an address and perhaps a protocol", n.Directive)
		return
	}
	text := n.Args[0].Text
	port, err := strconv.ParseUint(text[strings.LastIndexByte(text, ':')+1:], 10, 16)
	if err != nil || port == 0 {
		c.errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q has no port number", n.Directive, text)
		return
	}
	c.engine.ports[int(port)] = true
}

// unknown reports a directive the engine does not run, according to its class.
func (c *compiler) unknown(name string, at parser.Extent, sc *scope) {
	if knownRewrite(name) {
		c.permitted(name, at, overrideFileInfo, sc)
		return // the parser has said what is wrong with it
	}
	if place, ok := placeOf(name); ok && !c.permitted(name, at, place, sc) {
		return
	}
	class, ok := classOf(name)
	if c.engine.handled(name) && ok && class != classUnknown {
		class = classHarmless
	}
	switch class {
	case classHarmless:
		c.report(parser.Note, CodeNoEffect, at, "", "%s has no effect on rewriting and is left to the server", name)
	case classResponse:
		c.report(parser.Warning, CodeUnsupported, at, "", "%s acts on the response and is not supported yet", name)
	case classGuard:
		c.report(parser.Error, CodeUnsupported, at,
			"if the server around enforces it, list it in Options.Handled", "%s guards access and is not supported", name)
	case classDecides:
		c.report(parser.Error, CodeUnsupported, at, "", "%s decides what becomes of a request and is not supported yet", name)
	default:
		sev := parser.Error
		if sc.override.nonfatal&nonfatalUnknown != 0 {
			sev = parser.Warning // so it would be without its module
		}
		if parser.KnownDirective(name) {
			c.report(sev, CodeUnsupported, at, "", "%s is a directive of httpd that is not supported", name)
			return
		}
		c.report(sev, CodeUnknownDirective, at, "", "unknown directive %s", name)
	}
}

// compiled are the directives that need more to be compiled than the words
// after them.
var compiled = map[string]struct {
	class   overrideClass
	compile func(c *compiler, n *parser.Directive, sc *scope)
}{
	"allow":                       {overrideLimit, (*compiler).allow},
	"allowoverride":               {inDirectory, (*compiler).allowOverride},
	"allowoverridelist":           {inDirectory, (*compiler).allowOverrideList},
	"authmerging":                 {overrideAuthConfig, (*compiler).authMerging},
	"authtype":                    {overrideAuthConfig, (*compiler).authType},
	"authzsendforbiddenonfailure": {overrideAuthConfig, (*compiler).forbidOnFailure},
	"browsermatch":                {overrideFileInfo, (*compiler).setEnvIfDirective},
	"browsermatchnocase":          {overrideFileInfo, (*compiler).setEnvIfDirective},
	"deny":                        {overrideLimit, (*compiler).allow},
	"documentroot":                {inServer, (*compiler).documentRoot},
	"error":                       {overrideAll, (*compiler).errorDirective},
	"hostnamelookups":             {inServer | inDirectory, (*compiler).hostnameLookups},
	"options":                     {overrideOptions, (*compiler).options},
	"order":                       {overrideLimit, (*compiler).order},
	"passenv":                     {overrideFileInfo, (*compiler).envDirective},
	"regexdefaultoptions":         {inServer, (*compiler).regexDefaultOptions},
	"require":                     {overrideAuthConfig, (*compiler).require},
	"satisfy":                     {overrideAuthConfig, (*compiler).order},
	"setenv":                      {overrideFileInfo, (*compiler).envDirective},
	"setenvif":                    {overrideFileInfo, (*compiler).setEnvIfDirective},
	"setenvifexpr":                {overrideFileInfo, (*compiler).setEnvIfExpr},
	"setenvifnocase":              {overrideFileInfo, (*compiler).setEnvIfDirective},
	"unsetenv":                    {overrideFileInfo, (*compiler).envDirective},
	"usecanonicalname":            {inServer | inDirectory, (*compiler).useCanonicalName},
}

// runnable is a directive that the engine runs.
type runnable struct {
	minArgs, maxArgs int // maxArgs 0: no limit
	class            overrideClass
	// apply configures sc and returns what is wrong with the arguments.
	apply func(sc *scope, args []parser.Word) string
}

var directives = map[string]runnable{
	"accessfilename":           {1, 0, inServer, applyAccessFileName},
	"allowencodedslashes":      {1, 1, inServer, applyAllowEncodedSlashes},
	"limitinternalrecursion":   {1, 2, inServer, applyLimitInternalRecursion},
	"limitrequestbody":         {1, 1, overrideAll, applyLimitRequestBody},
	"limitrequestfields":       {1, 1, inServer, applyLimitRequestFields},
	"limitrequestfieldsize":    {1, 1, inServer, applyLimitRequestFieldSize},
	"limitrequestline":         {1, 1, inServer, applyLimitRequestLine},
	"mergeslashes":             {1, 0, inServer, applyMergeSlashes},
	"serveradmin":              {1, 1, inServer, applyServerAdmin},
	"serveralias":              {1, 0, inServer, applyServerAlias},
	"servername":               {1, 1, inServer, applyServerName},
	"serverpath":               {1, 1, inServer, applyServerPath},
	"sslengine":                {1, 1, inServer, applySSLEngine},
	"traceenable":              {1, 1, inServer, applyTraceEnable},
	"usecanonicalphysicalport": {1, 1, inServer | inDirectory, applyUseCanonicalPhysicalPort},
}

func onOffWord(w parser.Word) toggle {
	switch strings.ToLower(w.Text) {
	case "on":
		return on
	case "off":
		return off
	}
	return unset
}

func applyAccessFileName(sc *scope, args []parser.Word) string {
	sc.server.accessFiles = []string{}
	for _, a := range args {
		sc.server.accessFiles = append(sc.server.accessFiles, a.Text)
	}
	return ""
}

func applyAllowEncodedSlashes(sc *scope, args []parser.Word) string {
	core := &sc.dir.core
	core.encodedSlashesSet = true
	switch strings.ToLower(args[0].Text) {
	case "on":
		core.encodedSlashes = uri.DecodeSlashes
	case "off":
		core.encodedSlashes = uri.RefuseSlashes
	case "nodecode":
		core.encodedSlashes = uri.KeepSlashes
	default:
		return "must be On, Off or NoDecode"
	}
	return ""
}

// errorDirective reports what Error says: a ruleset with it is not to be used.
func (c *compiler) errorDirective(n *parser.Directive, _ *scope) {
	text := n.Text
	if len(n.Args) == 1 {
		text = n.Args[0].Text
	}
	c.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, text)
}

func applyLimitInternalRecursion(sc *scope, args []parser.Word) string {
	limits := [2]int{}
	for i, a := range args {
		n, err := strconv.Atoi(a.Text)
		if err != nil || n <= 0 {
			return "the limit must be a positive number"
		}
		limits[i] = n
	}
	sc.server.redirects, sc.server.subrequests = limits[0], firstPort(limits[1], limits[0])
	return ""
}

func applyMergeSlashes(sc *scope, args []parser.Word) string {
	sc.server.mergeSlashes = onOffWord(args[0])
	if sc.server.mergeSlashes == unset {
		return "must be On or Off"
	}
	return ""
}

func applyServerAdmin(sc *scope, args []parser.Word) string {
	sc.server.admin = args[0].Text
	return ""
}

func applyServerAlias(sc *scope, args []parser.Word) string {
	for _, a := range args {
		sc.server.aliases = append(sc.server.aliases, a.Text)
	}
	return ""
}

func applyServerName(sc *scope, args []parser.Word) string {
	name := args[0].Text
	if scheme, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
		sc.server.https = strings.EqualFold(scheme, "https")
	}
	if strings.ContainsAny(name, "[]") || strings.Count(name, ":") > 1 {
		return "an IPv6 address is no name"
	}
	sc.server.hostname, sc.server.port = name, 0
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.HasSuffix(name, "]") {
		port, err := strconv.ParseUint(name[i+1:], 10, 16)
		if err != nil {
			return "the port is not a number"
		}
		sc.server.hostname, sc.server.port = name[:i], int(port)
	}
	return ""
}

// applyServerPath notes the URL-path whose requests a virtual host gets that
// name no host.
func applyServerPath(sc *scope, args []parser.Word) string {
	sc.server.path = args[0].Text
	return ""
}

func applySSLEngine(sc *scope, args []parser.Word) string {
	sc.server.https = onOffWord(args[0]) == on
	return ""
}

func applyUseCanonicalPhysicalPort(sc *scope, args []parser.Word) string {
	sc.dir.core.canonicalPhysicalPort = onOffWord(args[0])
	if sc.dir.core.canonicalPhysicalPort == unset {
		return "must be On or Off"
	}
	return ""
}
