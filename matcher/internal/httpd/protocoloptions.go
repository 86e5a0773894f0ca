package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// protocolOptions are the choices of HttpProtocolOptions. Like the limits of a request,
// those of the first virtual host on the connection's address hold.
type protocolOptions struct {
	strict     apr.Toggle // Strict or Unsafe
	registered apr.Toggle // RegisteredMethods or LenientMethods
	versioned  apr.Toggle // Require1.0 or Allow0.9
}

// over returns p merged on top of base.
func (p protocolOptions) over(base protocolOptions) protocolOptions {
	return protocolOptions{
		strict: p.strict.Over(base.strict), registered: p.registered.Over(base.registered), versioned: p.versioned.Over(base.versioned),
	}
}

// refusesMethod reports whether the request's method must be a known one and is not.
func (p *protocolOptions) refusesMethod(s *Request) bool {
	return p.registered == apr.On && !s.KnowsMethod()
}

// applyHTTPProtocolOptions compiles "HttpProtocolOptions option…". What is lax beyond what
// net/http reads has no effect.
func applyHTTPProtocolOptions(sc *Scope, n *parser.Directive) {
	p := &sc.Server.protocol
	for _, a := range Present(n.Args) {
		choice, chosen := &p.strict, apr.On
		switch apr.Lower(a.Text) {
		case "strict":
		case "unsafe":
			chosen = apr.Off
		case "registeredmethods":
			choice = &p.registered
		case "lenientmethods":
			choice, chosen = &p.registered, apr.Off
		case "require1.0":
			choice = &p.versioned
		case "allow0.9":
			choice, chosen = &p.versioned, apr.Off
		default:
			sc.Errorf(CodeBadArgument, a.Extent, "%s: unknown option %s", n.Directive, apr.Quote(a.Text))
			return
		}
		if *choice != apr.Unset && *choice != chosen {
			sc.Errorf(CodeBadArgument, a.Extent, "%s: %s contradicts an option before it", n.Directive, a.Text)
			return
		}
		if *choice = chosen; chosen == apr.Off && choice != &p.registered {
			sc.Report(parser.Note, CodeNoEffect, a.Extent, "", "%s %s has no effect: such requests are refused before the rules see them", n.Directive, a.Text)
		}
	}
}
