package negotiation

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// maxMap is how long a type map may be, in bytes.
const maxMap = 1 << 20

// TypeMap is the hook that serves a type map by the variant of its list that suits the
// client best.
func TypeMap() httpd.Hook {
	return httpd.Hook{WantedIn: (*httpd.World).Negotiates, Run: serveMap}
}

// serveMap restarts a request whose file is a type map with the URL of a variant.
func serveMap(s *httpd.Request) int {
	if s.Kind != httpd.RegularFile || s.Parent != nil || s.RestartsAt.OK {
		return httpd.Declined
	}
	if isMap := httpd.HandlerOrType(s.Handler, s.ContentType); isMap != typeMap && isMap != typeMapType {
		return httpd.Declined
	}
	n := begin(s)
	if status := n.readMap(s.Filename.Text); status != 0 {
		return status
	}
	best, status := n.choose(false)
	if status != 0 {
		return status
	}
	if best.inMap {
		n.announce(false)
		sendPart(s, best)
		return 0
	}
	if status := n.settle(best); status != 0 {
		return status
	}
	dir := httpd.ParentDir(strings.TrimSuffix(s.URI, s.PathInfo.Text))
	s.RestartsAt = apr.Some(uri.Escape(dir) + best.name + s.PathInfo.Text)
	return 0
}

// sendPart has the content sent that the type map itself holds for the variant.
func sendPart(s *httpd.Request, v *variant) {
	s.Handler, s.Languages = "", v.languages
	if v.mediaType != "" {
		s.ContentType = v.mediaType
		if v.charset != "" {
			s.ContentType += "; charset=" + v.charset
		}
	}
	if v.encoding != "" {
		s.Encoding = v.encoding
	}
	s.Static.Part, s.Static.PartFrom, s.Static.PartLength = true, v.from, v.bytes
}

// readMap reads the variants of a type map: blocks of fields, with blank lines between
// them. It returns 0 or the status to answer with.
func (n *negotiation) readMap(name string) int {
	text, err := n.s.Eval.Engine.Files.Head(name, maxMap+1)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 404
	case err != nil:
		return n.s.Refuse(403, httpd.CodeNotAcceptable, n.s.Eval.Rule, "", "the type map %s can't be read: %v", httpd.Clipped(name), err)
	case len(text) > maxMap:
		return n.s.Refuse(500, httpd.CodeLimit, n.s.Eval.Rule, "", "the type map %s has more than %d bytes", httpd.Clipped(name), maxMap)
	case !n.s.Eval.Spend(len(text)):
		return 500
	}
	r := mapReader{text: string(text), rest: string(text), name: name[strings.LastIndexByte(name, '/')+1:]}
	for r.next() {
		if len(r.variants) > maxVariants {
			return n.s.Refuse(500, httpd.CodeLimit, n.s.Eval.Rule, "", "the type map %s has more than %d variants", httpd.Clipped(name), maxVariants)
		}
	}
	if r.wrong != "" {
		return n.s.Refuse(500, httpd.CodeNotAcceptable, n.s.Eval.Rule, "", "the type map %s has a line without a field: %s", httpd.Clipped(name), httpd.Clipped(r.wrong))
	}
	n.variants = r.variants
	return 0
}

// mapReader reads a type map.
type mapReader struct {
	text     string
	rest     string // of text, not read yet
	name     string // of the map's file
	variants []variant
	now      variant // whose block is read
	begun    bool
	known    bool   // the block says something of the variant beside its name
	wrong    string // a line that is not a field
}

// next reads a field, or the end of a block. It reports false at the end of the map, or
// where something is wrong.
func (r *mapReader) next() bool {
	if !r.begun {
		r.now, r.begun, r.known = newVariant(), true, false
	}
	line, ok := r.line()
	if !ok || strings.TrimFunc(line, isSpace) == "" {
		if r.now.name != "" && r.known {
			r.variants = append(r.variants, r.now)
		}
		r.begun = false
		return ok
	}
	name, value, found := strings.Cut(line, ":")
	value = strings.TrimLeftFunc(value, isSpace)
	if !found || value == "" {
		r.wrong = line
		return false
	}
	return r.field(apr.Lower(name), withoutComments(value))
}

// line returns the next line that is not a comment, with those that continue it. ok is
// false at the end.
func (r *mapReader) line() (line string, ok bool) {
	for r.rest != "" {
		line, r.rest = cutLine(r.rest)
		if !strings.HasPrefix(line, "#") {
			ok = true
			break
		}
	}
	if !ok || strings.TrimFunc(line, isSpace) == "" || uri.HasPrefixFold(line, "body:") {
		return line, ok
	}
	lines := []string{line}
	for r.rest != "" {
		next, after := cutLine(r.rest)
		isComment := strings.HasPrefix(next, "#")
		if !isComment && (next == "" || !apr.IsSpace(next[0]) || strings.TrimFunc(next, isSpace) == "") {
			break
		}
		if r.rest = after; !isComment {
			lines = append(lines, strings.TrimLeftFunc(next, isSpace))
		}
	}
	return strings.Join(lines, "\n"), true
}

func cutLine(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\n")
	return line, rest
}

// withoutComments puts blanks in the place of what is in parentheses.
func withoutComments(s string) string {
	b := []byte(s)
	for i, within := 0, false; i < len(b); i++ {
		within = within || b[i] == '('
		ends := b[i] == ')'
		if within {
			b[i] = ' '
		}
		within = within && !ends
	}
	return string(b)
}

// field takes over a field of a block. It reports false where the map can't be read on.
func (r *mapReader) field(name, value string) bool {
	v := &r.now
	switch name {
	case "uri":
		v.name, _ = token(value, false)
	case "content-type":
		t, _ := readElement(value)
		v.setType(&t)
	case "content-length":
		word, _ := token(value, false)
		length, err := strconv.ParseInt(word, 10, 64)
		if err != nil || length < 0 {
			return false // httpd stops here as well, and keeps what it has
		}
		v.bytes = length
	case "content-language":
		v.languages = languagesIn(value)
	case "content-encoding":
		v.encoding, _ = token(value, false)
	case "body":
		return r.body(strings.TrimRightFunc(value, isSpace))
	default:
		return true
	}
	r.known = r.known || name != "uri"
	return true
}

// body passes over the content of a variant, up to the line that its field names.
func (r *mapReader) body(tag string) bool {
	content, after, ok := strings.Cut(r.rest, tag)
	if !ok {
		return false
	}
	r.now.inMap, r.now.name = true, r.name
	r.now.from, r.now.bytes = int64(len(r.text)-len(r.rest)), int64(len(content))
	_, r.rest = cutLine(after)
	return true
}

// languagesIn returns the languages of a list, in lower case.
func languagesIn(list string) (languages []string) {
	for list != "" {
		var word string
		word, list = token(list, false)
		languages = append(languages, apr.Lower(word))
		if list != "" && (list[0] == ',' || list[0] == ';') {
			list = list[1:]
		}
	}
	return languages
}
