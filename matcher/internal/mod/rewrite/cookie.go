package rewrite

import (
	"cmp"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// setCookies applies the CO flags.
func (x *rewriting) setCookies(p *rules.Rule, a *rewriteAction) {
	if a.effects == nil {
		return
	}
	e := x.req.Eval
	for i := range a.effects.cookies {
		mark := e.Meter.Mark()
		spec := x.run.Expand(&a.effects.cookies[i], nil)
		if !e.Charge(len(spec) + cookieBytes) {
			return
		}
		c, ok := addCookie(e, spec)
		if !ok {
			e.Meter.Release(mark) // Rounds of [N] set the same cookie again.
			x.logSkippedCookie(spec)
			continue
		}
		x.logCookie(5, "setting cookie '", c, "'")
		x.trace(httpd.Event{Kind: httpd.EventCookie, At: p.At, Output: c})
	}
}

// cookieBytes is what a cookie takes beside the words of its flag.
const cookieBytes = 256

// cookieFields splits what CO says.
func cookieFields(spec string) []string {
	sep := ':'
	if strings.HasPrefix(spec, ";") {
		sep, spec = ';', spec[1:]
	}
	return strings.FieldsFunc(spec, func(r rune) bool { return r == sep })
}

// checkCookie reports a cookie that asks for HttpOnly and will not be sent with it.
// What is known when the request comes only is left alone.
func checkCookie(c *httpd.Compiler, f *parser.Flag) {
	const unknown = "\x00"
	var spec strings.Builder
	for _, p := range f.Template.Parts {
		switch p := p.(type) {
		case *parser.Literal:
			spec.WriteString(p.Text)
		case *parser.Escaped:
			spec.WriteByte(p.Char)
		default:
			spec.WriteString(unknown)
		}
	}
	fields := cookieFields(spec.String())
	if len(fields) < 7 || strings.Contains(fields[5], unknown) || cookieSwitch(fields[5], "secure") || !cookieSwitch(fields[6], "HttpOnly") {
		return
	}
	c.Report(parser.Warning, httpd.CodeNoEffect, f.Extent, "make it secure, too, or set it with Header",
		"the cookie is sent without HttpOnly, so that scripts can read it: httpd adds HttpOnly to a secure cookie only")
}

// addCookie adds the cookie that spec describes, unless one of that name is
// there: a request sets each name once. Fields are parted by ":", or by ";" if
// spec begins with one; empty fields do not count.
func addCookie(e *httpd.Evaluation, spec string) (string, bool) {
	fields := cookieFields(spec)
	if len(fields) < 3 || e.CookieNames[fields[0]] {
		return "", false
	}
	field := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	c := fields[0] + "=" + fields[1] + "; path=" + cmp.Or(field(4), "/") + "; domain=" + fields[2]
	if minutes := apr.Atol(field(3)); minutes != 0 {
		c += "; expires=" + cookieExpiry(e, minutes)
	}
	if cookieSwitch(field(5), "secure") {
		c += "; secure"
		if cookieSwitch(field(6), "HttpOnly") { // which httpd adds to a secure cookie only
			c += "; HttpOnly"
		}
	}
	if v := field(7); v != "" && v != "0" && !uri.EqualFold(v, "false") {
		c += "; SameSite=" + v
	}
	if e.CookieNames == nil {
		e.CookieNames = map[string]bool{}
	}
	e.CookieNames[fields[0]] = true
	e.Cookies = append(e.Cookies, c)
	return c, true
}

// cookieSwitch reports whether a field of a cookie switches an attribute on.
func cookieSwitch(field, name string) bool {
	return field == "1" || uri.EqualFold(field, "true") || uri.EqualFold(field, name)
}

// maxCookieMinutes keeps expiry times within what a date can say.
const maxCookieMinutes = 8000 * 366 * 24 * 60

func cookieExpiry(e *httpd.Evaluation, minutes int64) string {
	minutes = max(-maxCookieMinutes, min(minutes, maxCookieMinutes))
	t := e.Now().UTC().Add(time.Duration(minutes%(24*60))*time.Minute).AddDate(0, 0, int(minutes/(24*60)))
	return t.Format("Mon, 02-Jan-2006 15:04:05 GMT")
}
