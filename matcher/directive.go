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
	if isAliasDirective(name) {
		if sc.access && sc.allow&overrideFileInfo == 0 {
			c.errorf(CodeNotAllowed, n.Extent, "%s is not allowed here: AllowOverride lacks FileInfo", n.Directive)
			return
		}
		c.aliasDirective(n, sc)
		return
	}
	if name == "listen" && sc.kind == scopeServer {
		c.listen(n)
		return
	}
	run, ok := directives[name]
	if !ok {
		c.unknown(n.Directive, n.Extent, sc)
		return
	}
	switch {
	case run.serverOnly && !sc.kind.isServer():
		c.errorf(CodeNotAllowed, n.Extent, "%s is not allowed in %s context", n.Directive, sc.describe())
	case sc.access && run.class&sc.allow == 0:
		c.errorf(CodeNotAllowed, n.Extent, "%s is not allowed here: AllowOverride does not permit it", n.Directive)
	case len(n.Args) < run.minArgs || run.maxArgs > 0 && len(n.Args) > run.maxArgs:
		c.errorf(CodeBadArgument, n.Extent, "%s: wrong number of arguments", n.Directive)
	default:
		if msg := run.apply(sc, n.Args); msg != "" {
			c.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, msg)
		}
	}
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
		return // the parser has said what is wrong with it
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
		c.report(parser.Error, CodeUnknownDirective, at, "", "unknown directive %s", name)
	}
	_ = sc
}

// runnable is a directive that the engine runs.
type runnable struct {
	minArgs, maxArgs int // maxArgs 0: no limit
	serverOnly       bool
	class            overrideClass // AllowOverride class in access files; 0: not there
	// apply configures sc and returns what is wrong with the arguments.
	apply func(sc *scope, args []parser.Word) string
}

var directives = map[string]runnable{
	"accessfilename":           {1, 0, true, 0, applyAccessFileName},
	"allowencodedslashes":      {1, 1, true, 0, applyAllowEncodedSlashes},
	"allowoverride":            {1, 0, false, 0, applyAllowOverride},
	"documentroot":             {1, 1, true, 0, applyDocumentRoot},
	"limitinternalrecursion":   {1, 2, true, 0, applyLimitInternalRecursion},
	"limitrequestline":         {1, 1, true, 0, applyLimitRequestLine},
	"mergeslashes":             {1, 0, true, 0, applyMergeSlashes},
	"options":                  {0, 0, false, overrideOptions, applyOptions},
	"require":                  {1, 0, false, overrideAuthConfig, applyRequire},
	"serveradmin":              {1, 1, true, 0, applyServerAdmin},
	"serveralias":              {1, 0, true, 0, applyServerAlias},
	"servername":               {1, 1, true, 0, applyServerName},
	"sslengine":                {1, 1, true, 0, applySSLEngine},
	"usecanonicalname":         {1, 1, false, 0, applyUseCanonicalName},
	"usecanonicalphysicalport": {1, 1, false, 0, applyUseCanonicalPhysicalPort},
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

func applyAllowOverride(sc *scope, args []parser.Word) string {
	if sc.kind != scopeDirectory {
		return "only <Directory> sections may hold it"
	}
	o := &sc.dir.core.override
	o.set, o.classes = true, 0
	for _, a := range args {
		word, _, _ := strings.Cut(strings.ToLower(a.Text), "=")
		switch word {
		case "limit":
			o.classes |= overrideLimit
		case "authconfig":
			o.classes |= overrideAuthConfig
		case "fileinfo":
			o.classes |= overrideFileInfo
		case "indexes":
			o.classes |= overrideIndexes
		case "options":
			o.classes |= overrideOptions
		case "none":
			o.classes = 0
		case "all":
			o.classes = overrideAll
		default:
			return "unknown or unsupported word " + strconv.Quote(a.Text)
		}
	}
	return ""
}

func applyDocumentRoot(sc *scope, args []parser.Word) string {
	root, ok := uri.CleanFile(args[0].Text)
	if !ok {
		return "the path is not absolute"
	}
	sc.server.documentRoot = strings.TrimSuffix(root, "/")
	return ""
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

func applyLimitRequestLine(sc *scope, args []parser.Word) string {
	n, err := strconv.Atoi(args[0].Text)
	if err != nil || n < 0 {
		return "the limit must be a number that is not negative"
	}
	sc.server.requestLine = n
	return ""
}

func applyMergeSlashes(sc *scope, args []parser.Word) string {
	sc.server.mergeSlashes = onOffWord(args[0])
	if sc.server.mergeSlashes == unset {
		return "must be On or Off"
	}
	return ""
}

// applyOptions keeps what rewriting depends on. All, the default of old, has
// FollowSymLinks.
func applyOptions(sc *scope, args []parser.Word) string {
	o := linkOptions{set: true}
	signed, plain := false, false
	for _, a := range args {
		word := a.Text
		sign := byte(0)
		if word != "" && (word[0] == '+' || word[0] == '-') {
			sign, word = word[0], word[1:]
		}
		bits, ok := linkOptionOf(word)
		switch {
		case !ok:
			return "illegal option " + strconv.Quote(a.Text)
		case sign == 0:
			plain = true
			o.value |= bits
			if strings.EqualFold(word, "None") {
				o.value = 0
			}
		case sign == '+':
			signed = true
			o.add, o.remove = o.add|bits, o.remove&^bits
		default:
			signed = true
			o.add, o.remove = o.add&^bits, o.remove|bits
		}
	}
	if signed && plain {
		return "either all options start with + or -, or none does"
	}
	o.set = !signed
	sc.dir.core.options = o.over(sc.dir.core.options)
	sc.dir.core.options.set = o.set || sc.dir.core.options.set
	return ""
}

func linkOptionOf(word string) (linkOption, bool) {
	switch strings.ToLower(word) {
	case "followsymlinks", "all":
		return followSymLinks, true
	case "symlinksifownermatch":
		return symLinksIfOwnerMatch, true
	case "none", "indexes", "includes", "includesnoexec", "execcgi", "multiviews":
		return 0, true
	}
	return 0, false
}

func applyRequire(sc *scope, args []parser.Word) string {
	if len(args) != 2 || !strings.EqualFold(args[0].Text, "all") {
		return "only \"Require all granted\" and \"Require all denied\" are supported yet"
	}
	switch strings.ToLower(args[1].Text) {
	case "granted":
		sc.dir.core.denied = off
	case "denied":
		sc.dir.core.denied = on
	default:
		return "all must be granted or denied"
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

func applySSLEngine(sc *scope, args []parser.Word) string {
	sc.server.https = onOffWord(args[0]) == on
	return ""
}

func applyUseCanonicalName(sc *scope, args []parser.Word) string {
	switch strings.ToLower(args[0].Text) {
	case "on":
		sc.dir.core.canonicalName = canonicalOn
	case "off":
		sc.dir.core.canonicalName = canonicalOff
	case "dns":
		return "DNS is not supported"
	default:
		return "must be On, Off or DNS"
	}
	return ""
}

func applyUseCanonicalPhysicalPort(sc *scope, args []parser.Word) string {
	sc.dir.core.canonicalPhysicalPort = onOffWord(args[0])
	if sc.dir.core.canonicalPhysicalPort == unset {
		return "must be On or Off"
	}
	return ""
}
