package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// conclude makes res, which is empty, what a asks for.
func (res *Result) conclude(a *httpd.Answer) {
	s := a.Last
	res.Status, res.Path, res.Query, res.HasQuery, res.Text = a.Status(), a.Path, s.Args.Text, s.Args.OK, a.Text
	r, out := &a.Response, &res.Response
	out.Location, out.SetCookies, out.Vary, out.Before, out.Forwarded = r.Location, r.SetCookies, r.Vary, r.Before, r.Forwarded
	out.answered, out.plan = r.Answered, r.Plan
	res.Env = s.Environ()
	res.Reason, res.Rule = s.Eval.Because(), s.Eval.Rule
	res.view(a)
	if a.By == nil {
		res.serve(a)
		return
	}
	res.Action = Respond
	if c := a.Custom; c != nil {
		res.SubStatus, res.StatusReason, res.PlainText, res.Abort = c.SubStatus, c.Reason, c.Given, c.Abort
	}
	if res.Location != "" {
		res.Action = Redirect
	}
	res.Trace = a.Bare && a.By.Method == "TRACE" && a.By.Status == 200
}

// view says what the request is to httpd.
func (res *Result) view(a *httpd.Answer) {
	s := a.Last
	res.URI, res.Filename, res.PathInfo, res.HasPathInfo = s.URI, s.Filename.Text, s.PathInfo.Text, s.PathInfo.OK
	res.File = s.File
	if s.Verified {
		res.User, res.AuthType = s.User, s.AuthType
	}
	res.ScriptURL, res.Redirects = s.ScriptURL.Text, s.Redirects()
	res.Scheme, res.ServerName, res.ServerPort, res.RemoteHost = s.Scheme(), a.ServerName, s.ServerPort(), a.RemoteHost
}

// serve makes res pass, rewrite or proxy the request.
func (res *Result) serve(a *httpd.Answer) {
	s := a.Last
	res.Handler, res.NoFile, res.RunBy = s.Handler, s.NoFile, s.RunBy
	res.ContentType, res.TypeByRule = s.ContentType, s.ForcedType != ""
	res.serveFile(s)
	res.RequestHeader, res.RequestHeaderSet, res.BodyLimit = s.HeadersIn, s.HeadersSet, s.BodyLimit()
	if s.IsProxy() {
		res.Action = Proxy
		res.ProxyURL = strings.TrimPrefix(s.Filename.Text, httpd.ProxyPrefix)
		res.ProxySocket, res.ProxyVerbatim = s.Socket, s.NoCanon
		return
	}
	res.Root = s.PublicRoot()
	if c := a.CGI; c != nil {
		res.CGI = &CGI{
			DocumentRoot: c.DocumentRoot, ContextPrefix: c.ContextPrefix, ContextRoot: c.ContextRoot, ServerAdmin: c.ServerAdmin,
			PathTranslated: c.PathTranslated, Behind: c.Behind, RedirectURL: c.RedirectURL, RedirectQuery: c.RedirectQuery.Text,
			HasRedirectQuery: c.RedirectQuery.OK, RedirectUser: c.RedirectUser, PassAuth: c.PassAuth,
			Generic: c.Generic, currentURI: c.CurrentURI,
		}
		res.CGI.path, _ = s.Eval.Engine.Getenv("PATH")
	}
	if s.Method != a.Client().Method {
		res.Method = s.Method
	}
	if a.Rewritten() {
		res.Action = Rewrite
	}
}

// serveFile says how a file is served.
func (res *Result) serveFile(s *httpd.Request) {
	from, to := &s.Static, &res.Static // which is empty: a literal would be made elsewhere and copied
	to.UnknownMethod, to.Traces = !s.KnowsMethod(), s.Server.Traces()
	to.NoLink, to.LinkOfOwner = s.Links()
	if !from.Said() { // as for most requests
		return
	}
	to.AcceptPathInfo, to.Indexes, to.IndexIgnore = from.AcceptPathInfo, from.Indexes, from.Ignored
	to.ListingType, to.ListingCharset = from.ListingType, from.ListingCharset
	to.NoETag = from.ETag == httpd.ETagNone
	to.ETagINode, to.ETagMTime = from.ETag&httpd.ETagINode != 0, from.ETag&httpd.ETagMTime != 0
	to.ETagSize, to.ETagDigest = from.ETag&httpd.ETagSize != 0, from.ETag&httpd.ETagDigest != 0
	to.Ranges, to.RangeOverlaps, to.RangeReversals = from.Ranges.Ranges, from.Ranges.Overlaps, from.Ranges.Reversals
	to.Part, to.PartFrom, to.PartLength = from.Part, from.PartFrom, from.PartLength
}
