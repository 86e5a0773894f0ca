package lint

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// changing reports whether a variable changes from one request for a URL to the
// next.
func changing(name string) bool {
	switch name {
	case "HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_REFERER", "REMOTE_ADDR", "REMOTE_HOST", "REMOTE_USER", "REMOTE_PORT", "CONN_REMOTE_ADDR",
		"HTTP:ACCEPT-LANGUAGE", "HTTP:ACCEPT-ENCODING", "HTTP:X-FORWARDED-FOR", "HTTP:CF-IPCOUNTRY", "HTTP:CF-CONNECTING-IP", "HTTP:X-REAL-IP", "HTTP:DNT", "HTTP:SAVE-DATA",
		"HTTP:X-WAP-PROFILE", "HTTP:PROFILE", "HTTP:AUTHORIZATION",
		"ENV:GEOIP_COUNTRY_CODE", "ENV:MM_COUNTRY_CODE":
		return true
	}
	return name == "TIME" || strings.HasPrefix(name, "TIME_")
}

// checkPermanent looks for permanent redirects that are right for some requests
// only.
func checkPermanent(c *checker) {
	for _, s := range c.scopes {
		var passed *cond // lets some requests through before
		for _, r := range s.rules {
			f := r.flag(parser.FlagRedirect)
			permanent := f != nil && (f.Number == 301 || f.Number == 308) && r.redirects()
			d := firstChanging(r)
			if permanent && d == nil && len(r.conds) == 0 && takesAll(r) {
				d = passed
			}
			if permanent && d != nil {
				c.note(r.Extent, codePermanent, "use R=302, or answer - [F] where denial is meant",
					"the redirect is permanent and depends on %s, which changes from one request to the next; browsers and caches keep it for good", d.Test.Text)
			}
			if passed == nil && r.NoSubst && r.ends() && !r.denies() && takesAll(r) {
				passed = firstChanging(r)
			}
		}
	}
}

func firstChanging(r *rule) *cond {
	for _, d := range r.conds {
		if changing(d.name) {
			return d
		}
	}
	return nil
}

// takesAll reports whether a rule's pattern is for every request.
func takesAll(r *rule) bool {
	return !r.Not && r.re != nil && r.re.Exact && language.Empty(language.NotIn(r.re), language.In(printable()))
}

// printable is the set of strings that people write.
func printable() *language.Pattern { return language.Must(`^[ -~]*$`) }

// plainFold is the set of URLs of http.
func plainFold() *language.Pattern { return language.Must("^(?i:http)://") }

// checkAddress looks for patterns of addresses that other addresses match.
func checkAddress(c *checker) {
	for d := range c.conds() {
		if !isAddress(d.name) && !listsAddresses(d.name) || d.Op != parser.CondRegex || d.re == nil {
			continue
		}
		all, ok := d.re.Literals()
		if !ok {
			continue
		}
		for _, l := range all {
			l.Begin = l.Begin || listsAddresses(d.name)
			meant, other := looseAddress(l)
			if other != "" && d.re.Match(other) {
				c.warn(d.Pattern.Extent, codeLooseAddress, `end with $ or \., and begin with ^`, "the pattern for %s also matches %s", meant, other)
				break
			}
		}
	}
}

// isAddress reports whether a variable is the address of the client.
func isAddress(name string) bool { return name == "REMOTE_ADDR" || name == "CONN_REMOTE_ADDR" }

// listsAddresses reports whether a variable is a list of addresses, that of the client among
// them.
func listsAddresses(name string) bool {
	switch name {
	case "HTTP:X-FORWARDED-FOR", "HTTP:X-REAL-IP", "HTTP:CF-CONNECTING-IP", "HTTP:TRUE-CLIENT-IP":
		return true
	}
	return false
}

// looseAddress returns what l asks for and an address that it matches, too, "" if
// there is none.
func looseAddress(l language.Literal) (meant, other string) {
	text := strings.TrimSuffix(l.Text, ".")
	octets := strings.Split(text, ".")
	if len(octets) > 4 {
		return "", ""
	}
	for _, o := range octets {
		if n, err := strconv.Atoi(o); err != nil || n > 255 || len(o) > 3 {
			return "", ""
		}
	}
	if !l.End && text == l.Text {
		last := octets[len(octets)-1]
		if n, _ := strconv.Atoi(last); n > 0 && n*10 <= 255 {
			return text, fill(text + "0")
		}
	}
	if !l.Begin {
		for digit := byte('1'); digit <= '2'; digit++ {
			first := string(digit) + octets[0]
			if n, _ := strconv.Atoi(first); n <= 255 && len(first) <= 3 {
				return text, fill(string(digit) + text)
			}
		}
		if len(octets) < 4 {
			return text, fill("1." + text)
		}
	}
	return "", ""
}

// fill completes the beginning of an address.
func fill(s string) string {
	for strings.Count(s, ".") < 3 {
		s += ".1"
	}
	return s
}

// checkReferer looks for lists of sites that leave out the own site by https.
func checkReferer(c *checker) {
	for r := range c.rules() {
		var known []*language.Pattern
		for _, d := range r.conds {
			if d.name == "HTTP_REFERER" && d.Not && d.re != nil {
				known = append(known, d.re)
			}
		}
		for _, d := range r.conds {
			if d.name == "HTTP_REFERER" && d.Not && d.Op == parser.CondRegex && plainOnly(d, known) {
				c.warn(d.Pattern.Extent, codeReferer, "write ^https?://", "the pattern knows http:// only, so the site's own pages that came by https count as strangers")
			}
		}
	}
}

// plainOnly reports whether d asks for pages that came by http, and none of known
// for the same ones by https.
func plainOnly(d *cond, known []*language.Pattern) bool {
	re := d.re
	if strings.HasPrefix(strings.TrimLeft(d.Operand, "("), "http") {
		re, _ = language.Parse("^"+d.Operand, d.Has(parser.FlagNoCase))
	}
	plain := language.Must("^http://")
	if re == nil || language.Empty(language.In(re), language.In(plain)) || !language.Empty(language.In(re), language.NotIn(plainFold())) {
		return false
	}
	for _, s := range re.Samples() {
		rest, ok := strings.CutPrefix(s, "http://")
		if !ok {
			continue
		}
		for _, other := range known {
			if other.Match("https://" + rest) {
				return false
			}
		}
	}
	return true
}

// checkSlow looks for patterns that take httpd exponential time.
func checkSlow(c *checker) {
	for r := range c.rules() {
		if r.re != nil {
			c.slow(r.Pattern.Extent, r.re)
		}
		for _, d := range r.conds {
			if d.re != nil && d.Op == parser.CondRegex {
				c.slow(d.Pattern.Extent, d.re)
			}
		}
	}
}

func (c *checker) slow(at parser.Extent, re *language.Pattern) {
	if text, ok := re.Slow(); ok {
		if len(text) > 30 {
			text = text[:27] + "…" + text[len(text)-1:]
		}
		c.note(at, codeSlow, "do not repeat what is a repetition itself", "a repetition in a repetition: for a text such as %q httpd's attempts double with each letter", text)
	}
}
