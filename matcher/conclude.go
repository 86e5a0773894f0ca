package matcher

import "strings"

// conclude makes res, which is empty, what a asks for.
func (res *Result) conclude(a *answer) {
	s := a.last
	res.Status, res.Path, res.Query, res.HasQuery, res.Text = a.status(), a.path, s.args.Text, s.args.OK, a.text
	r, out := &a.response, &res.Response
	out.Location, out.SetCookies, out.Vary, out.Before, out.Forwarded = r.Location, r.SetCookies, r.Vary, r.Before, r.Forwarded
	out.answered, out.plan = r.answered, r.plan
	res.Env = s.environ()
	res.Reason, res.Rule = s.eval.because(), s.eval.rule
	res.view(a)
	if a.by == nil {
		res.serve(a)
		return
	}
	res.Action = Respond
	if res.Location != "" {
		res.Action = Redirect
	}
	res.Trace = a.bare && a.by.method == "TRACE" && a.by.status == 200
}

// view says what the request is to httpd.
func (res *Result) view(a *answer) {
	s := a.last
	res.URI, res.Filename, res.PathInfo, res.HasPathInfo = s.uri, s.filename.Text, s.pathInfo.Text, s.pathInfo.OK
	res.ScriptURL, res.Redirects = s.scriptURL.Text, s.redirects()
	res.Scheme, res.ServerName, res.ServerPort, res.RemoteHost = s.scheme(), a.serverName, s.serverPort(), a.remoteHost
}

// serve makes res pass, rewrite or proxy the request.
func (res *Result) serve(a *answer) {
	s := a.last
	res.Handler, res.NoFile, res.RunBy = s.handler, s.noFile, s.runBy
	res.ContentType, res.TypeByRule = s.contentType, s.forcedType != ""
	res.RequestHeader, res.RequestHeaderSet, res.BodyLimit = s.headersIn, s.headersSet, s.bodyLimit()
	if s.isProxy() {
		res.Action = Proxy
		res.ProxyURL = strings.TrimPrefix(s.filename.Text, proxyPrefix)
		res.ProxySocket, res.ProxyVerbatim = s.socket, s.noCanon
		return
	}
	res.Root = s.publicRoot()
	if s.method != a.client().method {
		res.Method = s.method
	}
	if a.rewritten() {
		res.Action = Rewrite
	}
}
