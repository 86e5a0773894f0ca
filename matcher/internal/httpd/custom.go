package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// Custom is what rules of another dialect say of their own answer beside its status.
type Custom struct {
	SubStatus int    // IIS's number behind the status
	Reason    string // in the status line, "" for the usual one
	Text      string // the page, as plain text
	Given     bool   // Text is the page even if it is empty
	Abort     bool   // the connection is closed without an answer
}

// ProxyTo has the request forwarded to an absolute URL, whose path is decoded and
// which has no query.
func (s *Request) ProxyTo(url string) {
	s.Filename, s.PathInfo = apr.Some(ProxyPrefix+url), apr.Optional{}
	s.Proxied, s.Handler = true, ProxyHandler
}

// AccessFiles returns the names of httpd's access files on the request's server.
func (s *Request) AccessFiles() []string { return s.Server.accessFiles }

// DecodeSlashes has encoded slashes in paths decoded, unless a directive says otherwise.
func (s *Server) DecodeSlashes() {
	if !s.Base.Core.encodedSlashesSet {
		s.Base.Core.EncodedSlashes, s.Base.Core.encodedSlashesSet = uri.DecodeSlashes, true
	}
}

// Effective notes that something was compiled that can affect a request.
func (c *Compiler) Effective() { c.effect = true }
