package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// Response is what rules and directives say about the header of the response. It
// stands on its own: it does not need the rest of the Result, and refers to nothing
// that a later evaluation uses. The zero value leaves
// headers as they are.
type Response struct {
	// Location is the redirect target, for Redirect and for Respond with a
	// status that carries one. With Pass and Rewrite it goes with the document
	// that stands for a redirect.
	Location   string
	SetCookies []string
	Vary       string // header names for Vary, "," between them
	// Before are fields that are there before the next handler runs, by
	// "Header … early": it can replace them. They must not be changed.
	Before map[string][]string
	// Forwarded says that another server makes the response, as for Proxy: the
	// type that it has stays among its fields.
	Forwarded bool

	answered    bool        // the server itself answers
	contentless bool        // the content is not that of the file
	script      bool        // a script makes the response
	plan        *httpd.Plan // what directives say, nil if nothing
}

// LeavesHeader reports whether CompleteHeader leaves every header as it is.
func (r *Response) LeavesHeader() bool {
	return r.plan == nil && len(r.SetCookies) == 0 && r.Vary == "" && r.Location == ""
}

// WithoutContent returns r for a response whose content is not that of the file,
// such as the handler's own page for an error: it has no encoding and no language.
func (r *Response) WithoutContent() Response {
	bare := *r
	bare.contentless = true
	return bare
}

// FromScript returns r for a response that a script makes, by FastCGI or the like. Most
// of its fields are among those that "Header always" changes, and not among those that
// Header changes, as in httpd.
func (r *Response) FromScript() Response {
	of := *r
	of.script = true
	return of
}

// CompleteHeader makes of a response's header, as the next handler, another
// server or an error page leaves it, the one that is sent with status: it adds
// Location, Set-Cookie and Vary, and does what directives about the header ask
// for. It changes header in place; names in it are in canonical form, as in
// net/http. Result.ContentType and Before are for the caller to set before the
// next handler runs. It is not for concurrent use.
//
// It reports whether the header may be sent. If not, answer with 500, no fields
// and no content. A directive made a field that no response may have, as in httpd,
// or the directives exceeded Limits.Time or Limits.Bytes, which is reported.
func (r *Response) CompleteHeader(header map[string][]string, status int) bool {
	if r.LeavesHeader() {
		return true
	}
	in := r.internal()
	_, ok := in.CompleteHeader(header, status, false)
	return ok
}

// CompleteEncoded is CompleteHeader for a caller that compresses, see Options.Compress.
// The header it leaves is that of the compressed response where level is not 0: the
// content has to be compressed with gzip then, at that level of compress/gzip. A
// Content-Length in header says how long the content is; what is short is not
// compressed.
func (r *Response) CompleteEncoded(header map[string][]string, status int) (level int, ok bool) {
	if r.LeavesHeader() {
		return 0, true
	}
	in := r.internal()
	return in.CompleteHeader(header, status, true)
}

func (r *Response) internal() httpd.Response {
	return httpd.Response{
		Location: r.Location, SetCookies: r.SetCookies, Vary: r.Vary, Forwarded: r.Forwarded,
		Answered: r.answered, Contentless: r.contentless, Script: r.script, Plan: r.plan,
	}
}
