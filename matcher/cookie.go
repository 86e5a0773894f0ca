package matcher

import (
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// setCookies applies the CO flags.
func (r *run) setCookies(p *rule) {
	for i := range p.cookies {
		spec := r.expand(&p.cookies[i], nil)
		if !r.eval.charge(len(spec) + cookieBytes) {
			return
		}
		if c, ok := r.eval.addCookie(spec); ok {
			r.trace(p.at, StepCookie, "set cookie %s", c)
		}
	}
}

// cookieBytes is what a cookie takes beside the words of its flag.
const cookieBytes = 256

// addCookie adds the cookie that spec describes, unless one of that name is
// there: a request sets each name once. Fields are parted by ":", or by ";" if
// spec begins with one; empty fields do not count.
func (e *evaluation) addCookie(spec string) (string, bool) {
	sep := byte(':')
	if strings.HasPrefix(spec, ";") {
		sep, spec = ';', spec[1:]
	}
	fields := strings.FieldsFunc(spec, func(r rune) bool { return r == rune(sep) })
	if len(fields) < 3 || e.cookieNames[fields[0]] {
		return "", false
	}
	field := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	c := fields[0] + "=" + fields[1] + "; path=" + orElse(field(4), "/") + "; domain=" + fields[2]
	if minutes := atol(field(3)); minutes != 0 {
		c += "; expires=" + e.expiry(minutes)
	}
	if v := field(5); v == "1" || uri.EqualFold(v, "true") || uri.EqualFold(v, "secure") {
		c += "; secure"
	}
	if v := field(6); v == "1" || uri.EqualFold(v, "true") || uri.EqualFold(v, "HttpOnly") {
		c += "; HttpOnly"
	}
	if v := field(7); v != "" && v != "0" && !uri.EqualFold(v, "false") {
		c += "; SameSite=" + v
	}
	if e.cookieNames == nil {
		e.cookieNames = map[string]bool{}
	}
	e.cookieNames[fields[0]] = true
	e.cookies = append(e.cookies, c)
	return c, true
}

// maxCookieMinutes keeps expiry times within what a date can say.
const maxCookieMinutes = 8000 * 366 * 24 * 60

func (e *evaluation) expiry(minutes int64) string {
	minutes = max(-maxCookieMinutes, min(minutes, maxCookieMinutes))
	t := e.now().UTC().Add(time.Duration(minutes%(24*60))*time.Minute).AddDate(0, 0, int(minutes/(24*60)))
	return t.Format("Mon, 02-Jan-2006 15:04:05 GMT")
}

// atol reads the number at the head of s, 0 without one.
func atol(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	end := 0
	for end < len(s) && (isDigit(s[end]) || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil && n == 0 {
		return 0
	}
	return n
}
