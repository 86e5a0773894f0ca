package negotiation

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// variant is a file that may be sent, and how well it suits the client.
type variant struct {
	name      string // relative to the directory
	sub       *httpd.Request
	inMap     bool  // its content is in the type map itself
	from      int64 // and where in it
	mediaType string
	charset   string
	encoding  string
	languages []string
	bytes     int64 // -1 while it is not known
	level     float32
	isHTML    bool // of some kind

	source  float32 // quality: of the variant itself, and by each Accept field
	byType  float32
	byLang  float32
	byChars float32
	byCode  float32

	levelMatched float32
	stars        int // how closely a type matched: 1 for */*, 2 for type/*, 3 for itself
	rank         int // of its languages in LanguagePriority, -1 for none
}

// newVariant returns a variant of which nothing is known.
func newVariant() variant {
	return variant{bytes: -1, rank: -1, byType: 1, byLang: 1, byChars: 1, byCode: 1}
}

// setType takes over what a media type says.
func (v *variant) setType(t *accepted) {
	v.mediaType, v.source, v.level, v.charset = t.name, t.quality, t.level, t.charset
	v.isHTML = v.mediaType == html || v.mediaType == parsedHTML || v.mediaType == parsedHTML3
}

// gradeType finds how well the client likes the media type.
func (n *negotiation) gradeType(v *variant) {
	q := float32(0)
	for i := range n.types {
		t, before := &n.types[i], v.stars
		if !v.matches(t) || v.stars == before {
			continue
		}
		switch {
		case !n.graded && v.stars == 1:
			q = 0.01
		case !n.graded && v.stars == 2:
			q = 0.02
		default:
			q = t.quality
		}
	}
	v.byType = q
}

// matches reports whether the client accepts the media type by t, and notes how closely.
func (v *variant) matches(t *accepted) bool {
	family, isFamily := strings.CutSuffix(t.name, "/*")
	switch {
	case t.name == "*", t.name == "*/*":
		v.stars = max(v.stars, 1)
		return true
	case isFamily && family != "" && strings.HasPrefix(v.mediaType, family+"/"):
		v.stars = max(v.stars, 2)
		return true
	case t.name == v.mediaType, t.name == html && v.isHTML:
		if t.level >= v.level {
			v.levelMatched, v.stars = v.level, 3
			return true
		}
	}
	return false
}

// gradeCharset finds how well the client likes the charset.
func (n *negotiation) gradeCharset(v *variant) {
	charset := v.charset
	switch {
	case n.charsets == nil:
		return
	case charset == "" && !strings.HasPrefix(v.mediaType, textTypes):
		return
	case charset == "":
		charset = latin1
	}
	star := (*accepted)(nil)
	for i := range n.charsets {
		switch n.charsets[i].name {
		case charset:
			v.byChars = n.charsets[i].quality
			return
		case "*":
			star = &n.charsets[i]
		}
	}
	switch {
	case star != nil:
		v.byChars = star.quality
	case charset == latin1:
		v.byChars = 1
	default:
		v.byChars = 0
	}
}

// isEncoded reports whether an encoding changes the content.
func isEncoded(encoding string) bool {
	switch encoding {
	case "", "7bit", "8bit", "binary":
		return false
	}
	return true
}

// gradeEncoding finds how well the client likes the encoding.
func (n *negotiation) gradeEncoding(v *variant) {
	encoding, otherwise := strings.TrimPrefix(v.encoding, "x-"), float32(0)
	if !isEncoded(v.encoding) {
		encoding, otherwise = identity, 0.0001
	}
	if n.encodings == nil {
		if v.byCode = 1; isEncoded(v.encoding) {
			v.byCode = 0.5
		}
		return
	}
	star := (*accepted)(nil)
	for i := range n.encodings {
		switch strings.TrimPrefix(n.encodings[i].name, "x-") {
		case encoding:
			v.byCode = n.encodings[i].quality
			return
		case "*":
			star = &n.encodings[i]
		}
	}
	if v.byCode = otherwise; star != nil {
		v.byCode = star.quality
	}
}

// gradeLanguage finds how well the client likes the languages.
func (n *negotiation) gradeLanguage(v *variant) {
	if len(v.languages) == 0 {
		v.byLang = n.unspoken
		return
	}
	if n.languages != nil {
		v.byLang = n.likesLanguage(v.languages)
	}
	f := n.config.force
	if (f&forcePrefer == 0 || v.rank >= 0) && (f&forceFallback == 0 || v.byLang != 0) {
		return
	}
	best := -1
	for _, l := range v.languages {
		if i := rankOf(n.config.priority, l); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	switch {
	case best < 0:
	case v.byLang != 0 && f&forcePrefer != 0:
		v.rank = best
	case v.byLang == 0 && f&forceFallback != 0:
		v.rank, v.byLang = best, 0.0001
	}
}

// rankOf returns the place of a language in LanguagePriority, -1 for none. Each entry
// stands for all languages that begin like it.
func rankOf(priority []string, language string) int {
	for i, p := range priority {
		if len(language) >= len(p) && strings.EqualFold(language[:len(p)], p) {
			return i
		}
	}
	return -1
}

// likesLanguage returns the quality of the best of the languages by Accept-Language.
func (n *negotiation) likesLanguage(languages []string) float32 {
	var best, star *accepted
	akin, starred := float32(0), false
	for _, language := range languages {
		closest, first, kin := closestLanguage(n.languages, language)
		if star == nil {
			star = first
		}
		if kin {
			akin = 0.001
		}
		if best == nil || closest != nil && closest.quality > best.quality {
			best = closest
		}
		starred = starred || closest == nil && star != nil
	}
	if starred && (best == nil || star.quality > best.quality) {
		best = star
	}
	if best == nil {
		return akin
	}
	return best.quality
}

// closestLanguage returns the longest range that language is in, nil for none, and the
// first range that is *. akin says that before it there is a range whose own first part
// begins like the language, as en-US does for en-GB.
func closestLanguage(ranges []accepted, language string) (closest, star *accepted, akin bool) {
	for i := range ranges {
		r := &ranges[i]
		if r.name == "*" {
			if star == nil {
				star = r
			}
			continue
		}
		rest, ok := strings.CutPrefix(language, r.name)
		if ok && (rest == "" || rest[0] == '-') && (closest == nil || len(r.name) > len(closest.name)) && r.name != "" {
			closest = r
		}
		if closest == nil {
			first, _, hasMore := strings.Cut(r.name, "-")
			akin = akin || hasMore && strings.HasPrefix(language, first)
		}
	}
	return closest, star, akin
}

// length returns the size of the variant's file, -1 if it is not known.
func (n *negotiation) length(v *variant) int64 {
	if v.bytes >= 0 {
		return v.bytes
	}
	if v.sub != nil && v.sub.File != nil {
		v.bytes = v.sub.File.Size()
	} else if st, err := n.s.Eval.Engine.Files.Stat(n.dir + v.name); err == nil {
		v.bytes = st.Size()
	}
	return v.bytes
}

// speaks reports whether the variant is in the language, written in the same case.
func (v *variant) speaks(language string) bool { return slices.Contains(v.languages, language) }
