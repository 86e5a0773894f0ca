package httpd

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// WithCharset writes a media type as mod_mime does: type and parameters anew,
// and charset in the place of the type's own. A type that it can't read stays
// as it is.
func WithCharset(mediaType string, charset apr.Optional) string {
	if !charset.OK && !strings.ContainsAny(mediaType, "; \t\n\v\f\r") {
		return mediaType
	}
	base, rest, ok := splitMediaType(mediaType)
	if !ok {
		return mediaType
	}
	done := false
	for rest != "" {
		var name, value string
		if name, value, rest, ok = cutParameter(rest); !ok {
			return mediaType
		}
		if name == "" {
			break
		}
		if charset.OK && name == "charset" {
			if done {
				continue
			}
			value, done = charset.Text, true
		}
		base += "; " + name + "=" + value
	}
	if charset.OK && !done {
		base += "; charset=" + charset.Text
	}
	return base
}

// splitMediaType splits "type/subtype" off the parameters. A type with a ";"
// but nothing behind it can't be read.
func splitMediaType(s string) (base, parameters string, ok bool) {
	s = strings.TrimLeft(s, apr.Space)
	if s == "" {
		return "", "", false
	}
	// The first byte belongs to the type, and below to the subtype, whatever
	// it is.
	slash := strings.IndexByte(s[1:], '/') + 1
	if slash == 0 || strings.ContainsAny(strings.TrimRight(s[1:slash], apr.Space), ";"+apr.Space) {
		return "", "", false
	}
	minor := strings.TrimLeft(s[slash+1:], apr.Space)
	if minor == "" {
		return "", "", false
	}
	base = s[:slash+1] + minor
	end := strings.IndexAny(minor[1:], ";"+apr.Space) + 1
	if end == 0 {
		return base, "", true
	}
	base = s[:slash+1] + minor[:end]
	rest := strings.TrimLeft(minor[end:], apr.Space)
	if rest == "" {
		return base, "", true
	}
	// One byte separates, whatever it is.
	rest = strings.TrimLeft(rest[1:], " \t\n")
	return base, rest, rest != ""
}

// cutParameter cuts "name=value" off the head of a list of parameters. The
// name is "" where a name without a value ends the list.
func cutParameter(s string) (name, value, rest string, ok bool) {
	i := strings.IndexFunc(s, func(r rune) bool { return !isTokenRune(r) && r != ' ' && r != '\t' && r != '\n' })
	if i < 0 {
		return "", "", "", true
	}
	name = strings.Trim(s[:i], apr.Space)
	equals := s[i] == '='
	s = strings.TrimLeft(s[i+1:], " \t\n")
	if !equals || name == "" || s == "" {
		return "", "", "", false
	}
	end := len(s)
	if s[0] == '"' {
		end, ok = quotedEnd(s)
	} else if i := strings.IndexFunc(s, func(r rune) bool { return !isTokenRune(r) }); i >= 0 {
		end, ok = i, s[i] == ';'
	} else {
		ok = true
	}
	value = strings.Trim(s[:end], apr.Space)
	if !ok || value == "" {
		return "", "", "", false
	}
	if end < len(s) {
		rest = s[end+1:]
	}
	return name, value, rest, true
}

// quotedEnd returns the length of the quoted value at the head of s and the
// blanks behind it.
func quotedEnd(s string) (end int, ok bool) {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			i++
			for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n') {
				i++
			}
			return i, i == len(s) || s[i] == ';'
		case c == '\\' && i+1 < len(s) && s[i+1] < 0x80:
			i++
		case c == '\\', c == '\n', c >= 0x80:
			return 0, false
		}
	}
	return len(s), true
}

func isTokenRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?=`, r)
}

// forced is what ForceType and SetHandler say. An unset field says nothing.
type forced struct {
	mediaType apr.Optional
	handler   *StringExpr
}

func (f forced) over(base forced) forced {
	if f.mediaType.OK {
		base.mediaType = f.mediaType
	}
	base.handler = cmp.Or(f.handler, base.handler)
	return base
}

// force applies ForceType and SetHandler. "none" leaves what extensions said.
// It returns 0 or the status to answer with.
func (s *Request) force() int {
	f := &s.Dir.Core.forced
	if f.mediaType.OK && f.mediaType.Text != "none" {
		s.ContentType = f.mediaType.Text
	}
	if f.handler == nil {
		return 0
	}
	name, ok := f.handler.Value(s)
	if !ok {
		return s.Refuse(500, CodeBadTarget, parser.Extent{}, "", "the expression of SetHandler fails")
	}
	if name = handlerName(name); name != "none" {
		s.Handler = name
	}
	return 0
}

// CoreForce is the hook for ForceType and SetHandler.
func CoreForce() Hook {
	return Hook{
		Wanted: func(d *DirConfig) bool { return d.Core.forced.mediaType.OK || d.Core.forced.handler != nil },
		Run:    (*Request).force,
	}
}

// handlerName returns a handler's name as httpd keeps it: with its case where it
// has a Unix socket in it.
func handlerName(name string) string {
	if strings.HasPrefix(name, "proxy:unix") {
		return name
	}
	return apr.Lower(name)
}

func applyForceType(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.forced.mediaType = apr.Some(apr.Lower(n.Args[0].Text))
}

func applySetHandler(sc *Scope, n *parser.Directive) {
	name, ok := sc.ArgumentExpr(n.Args[0], sc)
	if !ok {
		return
	}
	if name.Program == nil {
		name.Constant = handlerName(name.Constant)
	}
	runs := sc.Engine.World.CGI && strings.Contains(apr.Lower(name.Constant), "fcgi://") // as a script, by the caller
	if strings.HasPrefix(name.Constant, "proxy:") && !runs {
		sc.Report(parser.Warning, CodeUnsupported, n.Args[0].Extent, "use a RewriteRule with [P] to forward to an HTTP server",
			"%s does not forward: the handler is named to the server around", n.Directive)
	}
	sc.Dir.Core.forced.handler = &name
}

// applyDefaultType accepts what httpd 2.4 does, which is to do nothing.
func applyDefaultType(sc *Scope, n *parser.Directive) {
	if word := apr.Lower(n.Args[0].Text); word != "none" && word != "off" {
		sc.Report(parser.Warning, CodeNoEffect, n.Extent, "use AddType or ForceType",
			"%s has no effect since httpd 2.4", n.Directive)
	}
}

// defaultCharset is the setting of AddDefaultCharset; name is "" for Off.
type defaultCharset struct {
	set  bool
	name string
}

func applyAddDefaultCharset(sc *Scope, n *parser.Directive) {
	d := &sc.Dir.Core.defaultCharset
	d.set, d.name = true, n.Args[0].Text
	switch apr.Lower(d.name) {
	case "off":
		d.name = ""
	case "on":
		d.name = "iso-8859-1"
	}
}

// addCharset adds a charset to a media type of text that names none, as httpd
// does last of all. It looks for the names anywhere in the type.
func addCharset(mediaType, charset string) string {
	if charset == "" {
		return mediaType
	}
	lower := apr.Lower(mediaType)
	isText := strings.Contains(lower, "text/plain") || strings.Contains(lower, "text/html")
	if !isText || strings.Contains(lower, "charset=") {
		return mediaType
	}
	return mediaType + "; charset=" + charset
}
