package matcher

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// applyListen notes a port that the ruleset is written for. The engine itself does
// not listen.
func applyListen(sc *scope, n *parser.Directive) {
	if len(n.Args) == 0 || len(n.Args) > 2 {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes an address and perhaps a protocol", n.Directive)
		return
	}
	text := n.Args[0].Text
	port, err := strconv.ParseUint(text[strings.LastIndexByte(text, ':')+1:], 10, 16)
	if err != nil || port == 0 {
		sc.errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q has no port number", n.Directive, text)
		return
	}
	sc.engine.ports[int(port)] = true
}

// applyAccessFileName compiles "AccessFileName name…". An empty name is one, too.
func applyAccessFileName(sc *scope, n *parser.Directive) {
	if len(n.Args) == 0 {
		sc.badArgument(n, "requires at least one argument")
		return
	}
	sc.server.accessFiles = []string{}
	for _, a := range n.Args {
		sc.server.accessFiles = append(sc.server.accessFiles, a.Text)
	}
}

func applyAllowEncodedSlashes(sc *scope, n *parser.Directive) {
	core := &sc.dir.core
	core.encodedSlashesSet = true
	switch strings.ToLower(n.Args[0].Text) {
	case "on":
		core.encodedSlashes = uri.DecodeSlashes
	case "off":
		core.encodedSlashes = uri.RefuseSlashes
	case "nodecode":
		core.encodedSlashes = uri.KeepSlashes
	default:
		sc.badArgument(n, "must be On, Off or NoDecode")
	}
}

// applyError reports what Error says: a ruleset with it is not to be used.
func applyError(sc *scope, n *parser.Directive) {
	text := n.Text
	if len(n.Args) == 1 {
		text = n.Args[0].Text
	}
	sc.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, text)
}

func applyLimitInternalRecursion(sc *scope, n *parser.Directive) {
	limits := [2]int{}
	for i, a := range present(n.Args) {
		limit, err := strconv.Atoi(a.Text)
		if err != nil || limit <= 0 {
			sc.badArgument(n, "the limit must be a positive number")
			return
		}
		limits[i] = limit
	}
	sc.server.redirects, sc.server.subrequests = limits[0], cmp.Or(limits[1], limits[0])
}

func applyMergeSlashes(sc *scope, n *parser.Directive) {
	sc.server.mergeSlashes = onOffWord(n.Args[0])
}

func applyServerAdmin(sc *scope, n *parser.Directive) {
	sc.server.admin = n.Args[0].Text
}

func applyServerAlias(sc *scope, n *parser.Directive) {
	for _, a := range n.Args {
		sc.server.aliases = append(sc.server.aliases, a.Text)
	}
}

func applyServerName(sc *scope, n *parser.Directive) {
	name := n.Args[0].Text
	if scheme, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
		sc.server.https = strings.EqualFold(scheme, "https")
	}
	if strings.ContainsAny(name, "[]") || strings.Count(name, ":") > 1 {
		sc.badArgument(n, "an IPv6 address is no name")
		return
	}
	sc.server.hostname, sc.server.port = name, 0
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.HasSuffix(name, "]") {
		port, err := strconv.ParseUint(name[i+1:], 10, 16)
		if err != nil {
			sc.badArgument(n, "the port is not a number")
			return
		}
		sc.server.hostname, sc.server.port = name[:i], int(port)
	}
}

// applyServerPath notes the URL-path whose requests a virtual host gets that
// name no host.
func applyServerPath(sc *scope, n *parser.Directive) {
	sc.server.path = n.Args[0].Text
}

func applySSLEngine(sc *scope, n *parser.Directive) {
	sc.server.https = onOffWord(n.Args[0]) == apr.On
}

func applyUseCanonicalPhysicalPort(sc *scope, n *parser.Directive) {
	sc.dir.core.canonicalPhysicalPort = onOffWord(n.Args[0])
	if sc.dir.core.canonicalPhysicalPort == apr.Unset {
		sc.badArgument(n, "must be On or Off")
	}
}

// coreModule is httpd's core, except its sections.
func coreModule() *module {
	return &module{name: "core", commands: slices.Concat(coreSections(), []command{
		{name: "AccessFileName", place: inServer, set: applyAccessFileName, inert: true},
		{name: "AddDefaultCharset", place: overrideFileInfo, args: takesOne, set: applyAddDefaultCharset},
		{name: "AllowEncodedSlashes", place: inServer, args: takesOne, set: applyAllowEncodedSlashes, inert: true},
		{name: "AllowOverride", place: inDirectory, set: applyAllowOverride},
		{name: "AllowOverrideList", place: inDirectory, set: applyAllowOverrideList},
		{name: "CGIPassAuth", place: overrideAuthConfig, args: takesFlag, set: applyCGIPassAuth},
		{name: "DefaultType", place: overrideFileInfo, args: takesOne, set: applyDefaultType},
		{name: "DocumentRoot", place: inServer, set: applyDocumentRoot},
		{name: "Error", place: overrideAll, set: applyError},
		{name: "ErrorDocument", place: overrideFileInfo, args: takesTwo, set: applyErrorDocument},
		{name: "ForceType", place: overrideFileInfo, args: takesOne, set: applyForceType},
		{name: "HostnameLookups", place: inServer | inDirectory, set: applyHostnameLookups},
		{name: "LimitInternalRecursion", place: inServer, args: takesOneOrTwo, set: applyLimitInternalRecursion, inert: true},
		{name: "LimitRequestBody", place: overrideAll, args: takesOne, set: applyLimitRequestBody, inert: true},
		{name: "LimitRequestFields", place: inServer, args: takesOne, set: applyLimitRequestFields, inert: true},
		{name: "LimitRequestFieldSize", place: inServer, args: takesOne, set: applyLimitRequestFieldSize, inert: true},
		{name: "LimitRequestLine", place: inServer, args: takesOne, set: applyLimitRequestLine, inert: true},
		{name: "Listen", place: inServer, set: applyListen, inert: true},
		{name: "MergeSlashes", place: inServer, args: takesFlag, set: applyMergeSlashes, inert: true},
		{name: "Options", place: overrideOptions, set: applyOptions},
		{name: "RegexDefaultOptions", place: inServer, set: applyRegexDefaultOptions, inert: true},
		{name: "ServerAdmin", place: inServer, args: takesOne, set: applyServerAdmin, inert: true},
		{name: "ServerAlias", place: inServer, args: takesSeveral, set: applyServerAlias, inert: true},
		{name: "ServerName", place: inServer, args: takesOne, set: applyServerName, inert: true},
		{name: "ServerPath", place: inServer, args: takesOne, set: applyServerPath, inert: true},
		{name: "SetHandler", place: overrideFileInfo, args: takesOne, set: applySetHandler},
		{name: "SetOutputFilter", place: overrideFileInfo, args: takesOne, set: applySetOutputFilter},
		{name: "TraceEnable", place: inServer, args: takesOne, set: applyTraceEnable, inert: true},
		{name: "UseCanonicalName", place: inServer | inDirectory, set: applyUseCanonicalName},
		{name: "UseCanonicalPhysicalPort", place: inServer | inDirectory, args: takesOne, set: applyUseCanonicalPhysicalPort, inert: true},
	})}
}

// applyCGIPassAuth says that there is nothing to switch: handlers get the header
// as it came.
func applyCGIPassAuth(sc *scope, n *parser.Directive) {
	sc.report(parser.Note, codeNoEffect, n.Extent, "", "%s has no effect: handlers always get the Authorization header", n.Directive)
}
