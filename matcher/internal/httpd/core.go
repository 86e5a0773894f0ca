package httpd

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
func applyListen(sc *Scope, n *parser.Directive) {
	if len(n.Args) == 0 || len(n.Args) > 2 {
		sc.Errorf(CodeBadArgument, n.Extent, "%s takes an address and perhaps a protocol", n.Directive)
		return
	}
	text := n.Args[0].Text
	port, err := strconv.ParseUint(text[strings.LastIndexByte(text, ':')+1:], 10, 16)
	if err != nil || port == 0 {
		sc.Errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q has no port number", n.Directive, text)
		return
	}
	sc.Engine.ports[int(port)] = true
}

// applyAccessFileName compiles "AccessFileName name…". An empty name is one, too.
func applyAccessFileName(sc *Scope, n *parser.Directive) {
	if len(n.Args) == 0 {
		sc.BadArgument(n, "requires at least one argument")
		return
	}
	sc.Server.accessFiles = []string{}
	for _, a := range n.Args {
		sc.Server.accessFiles = append(sc.Server.accessFiles, a.Text)
	}
}

func applyAllowEncodedSlashes(sc *Scope, n *parser.Directive) {
	core := &sc.Dir.Core
	core.encodedSlashesSet = true
	switch strings.ToLower(n.Args[0].Text) {
	case "on":
		core.EncodedSlashes = uri.DecodeSlashes
	case "off":
		core.EncodedSlashes = uri.RefuseSlashes
	case "nodecode":
		core.EncodedSlashes = uri.KeepSlashes
	default:
		sc.BadArgument(n, "must be On, Off or NoDecode")
	}
}

// applyError reports what Error says: a ruleset with it is not to be used.
func applyError(sc *Scope, n *parser.Directive) {
	text := n.Text
	if len(n.Args) == 1 {
		text = n.Args[0].Text
	}
	sc.Errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, text)
}

func applyLimitInternalRecursion(sc *Scope, n *parser.Directive) {
	limits := [2]int{}
	for i, a := range Present(n.Args) {
		limit, err := strconv.Atoi(a.Text)
		if err != nil || limit <= 0 {
			sc.BadArgument(n, "the limit must be a positive number")
			return
		}
		limits[i] = limit
	}
	sc.Server.redirects, sc.Server.subrequests = limits[0], cmp.Or(limits[1], limits[0])
}

func applyMergeSlashes(sc *Scope, n *parser.Directive) {
	sc.Server.mergeSlashes = OnOffWord(n.Args[0])
}

func applyStrictHostCheck(sc *Scope, n *parser.Directive) {
	sc.Server.strictHost = OnOffWord(n.Args[0])
}

func applyServerAdmin(sc *Scope, n *parser.Directive) {
	sc.Server.admin = n.Args[0].Text
}

func applyServerAlias(sc *Scope, n *parser.Directive) {
	for _, a := range n.Args {
		sc.Server.aliases = append(sc.Server.aliases, a.Text)
	}
}

func applyServerName(sc *Scope, n *parser.Directive) {
	name := n.Args[0].Text
	if scheme, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
		sc.Server.https = strings.EqualFold(scheme, "https")
	}
	if strings.ContainsAny(name, "[]") || strings.Count(name, ":") > 1 {
		sc.BadArgument(n, "an IPv6 address is not a name")
		return
	}
	sc.Server.hostname, sc.Server.port, sc.Server.hasName = name, 0, true
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.HasSuffix(name, "]") {
		port, err := strconv.ParseUint(name[i+1:], 10, 16)
		if err != nil {
			sc.BadArgument(n, "the port is not a number")
			return
		}
		sc.Server.hostname, sc.Server.port = name[:i], int(port)
	}
}

// applyServerPath notes the URL-path whose requests a virtual host gets that
// name no host.
func applyServerPath(sc *Scope, n *parser.Directive) {
	sc.Server.path = n.Args[0].Text
}

// ApplySSLEngine compiles SSLEngine: URLs of the server begin with https.
func ApplySSLEngine(sc *Scope, n *parser.Directive) {
	sc.Server.https = OnOffWord(n.Args[0]) == apr.On
}

func applyUseCanonicalPhysicalPort(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.canonicalPhysicalPort = OnOffWord(n.Args[0])
	if sc.Dir.Core.canonicalPhysicalPort == apr.Unset {
		sc.BadArgument(n, "must be On or Off")
	}
}

// CoreCommands returns the rows of those directives of httpd's core that the frame
// itself goes by.
func CoreCommands() []Command {
	return slices.Concat(coreSections(), []Command{
		{Name: "AccessFileName", Place: InServer, Set: applyAccessFileName, Inert: true},
		{Name: "AddDefaultCharset", Place: OverrideFileInfo, Args: TakesOne, Set: applyAddDefaultCharset},
		{Name: "AllowEncodedSlashes", Place: InServer, Args: TakesOne, Set: applyAllowEncodedSlashes, Inert: true},
		{Name: "AllowOverride", Place: InDirectory, Set: applyAllowOverride},
		{Name: "AllowOverrideList", Place: InDirectory, Set: applyAllowOverrideList},
		{Name: "CGIPassAuth", Place: OverrideAuthConfig, Args: TakesFlag, Set: applyCGIPassAuth},
		{Name: "CGIVar", Place: OverrideFileInfo, Args: TakesTwo, Set: applyCGIVar},
		{Name: "DefaultType", Place: OverrideFileInfo, Args: TakesOne, Set: applyDefaultType},
		{Name: "DocumentRoot", Place: InServer, Set: applyDocumentRoot},
		{Name: "Error", Place: OverrideAll, Set: applyError},
		{Name: "ErrorDocument", Place: OverrideFileInfo, Args: TakesTwo, Set: applyErrorDocument},
		{Name: "ForceType", Place: OverrideFileInfo, Args: TakesOne, Set: applyForceType},
		{Name: "HostnameLookups", Place: InServer | InDirectory, Set: applyHostnameLookups},
		{Name: "HttpProtocolOptions", Place: InServer, Args: TakesSeveral, Set: applyHTTPProtocolOptions},
		{Name: "LimitInternalRecursion", Place: InServer, Args: takesOneOrTwo, Set: applyLimitInternalRecursion, Inert: true},
		{Name: "LimitRequestBody", Place: OverrideAll, Args: TakesOne, Set: applyLimitRequestBody, Inert: true},
		{Name: "LimitRequestFields", Place: InServer, Args: TakesOne, Set: applyLimitRequestFields, Inert: true},
		{Name: "LimitRequestFieldSize", Place: InServer, Args: TakesOne, Set: applyLimitRequestFieldSize, Inert: true},
		{Name: "LimitRequestLine", Place: InServer, Args: TakesOne, Set: applyLimitRequestLine, Inert: true},
		{Name: "Listen", Place: InServer, Set: applyListen, Inert: true},
		{Name: "MergeSlashes", Place: InServer, Args: TakesFlag, Set: applyMergeSlashes, Inert: true},
		{Name: "StrictHostCheck", Place: InServer, Args: TakesFlag, Set: applyStrictHostCheck},
		{Name: "Options", Place: OverrideOptions, Set: applyOptions},
		{Name: "QualifyRedirectURL", Place: OverrideFileInfo, Args: TakesFlag, Set: applyQualifyRedirectURL},
		{Name: "RegexDefaultOptions", Place: InServer, Set: applyRegexDefaultOptions, Inert: true},
		{Name: "RegisterHttpMethod", Place: InServer, Args: TakesSeveral, Set: applyRegisterHTTPMethod, Inert: true},
		{Name: "ServerAdmin", Place: InServer, Args: TakesOne, Set: applyServerAdmin, Inert: true},
		{Name: "ServerAlias", Place: InServer, Args: TakesSeveral, Set: applyServerAlias, Inert: true},
		{Name: "ServerName", Place: InServer, Args: TakesOne, Set: applyServerName, Inert: true},
		{Name: "ServerPath", Place: InServer, Args: TakesOne, Set: applyServerPath, Inert: true},
		{Name: "SetHandler", Place: OverrideFileInfo, Args: TakesOne, Set: applySetHandler},
		{Name: "SetOutputFilter", Place: OverrideFileInfo, Args: TakesOne, Set: applySetOutputFilter},
		{Name: "TraceEnable", Place: InServer, Args: TakesOne, Set: applyTraceEnable, Inert: true},
		{Name: "UseCanonicalName", Place: InServer | InDirectory, Set: applyUseCanonicalName},
		{Name: "UseCanonicalPhysicalPort", Place: InServer | InDirectory, Args: TakesOne, Set: applyUseCanonicalPhysicalPort, Inert: true},
	})
}
