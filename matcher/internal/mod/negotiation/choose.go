package negotiation

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// negotiation is the choice among the variants of a file.
type negotiation struct {
	s        *httpd.Request
	dir      string // of the variants, with a slash at its end
	config   config
	variants []variant
	unspoken float32 // quality by language of a variant that has none
	accepts
}

// begin begins a negotiation for the request.
func begin(s *httpd.Request) *negotiation {
	return &negotiation{s: s, dir: httpd.ParentDir(s.Filename.Text), config: configOf(s), accepts: readAccepts(s)}
}

// choose returns the best variant and 0, or the status to answer with. scripts says that
// the request is one for a script rather than for a file.
func (n *negotiation) choose(scripts bool) (best *variant, status int) {
	n.addDefaults(scripts)
	n.unspoken = 1
	for i := range n.variants {
		if len(n.variants[i].languages) > 0 {
			n.unspoken = 0.0001
		}
	}
	language, _ := n.s.Getenv("prefer-language")
	if language != "" {
		best = n.best(language)
	}
	if best == nil {
		best = n.best("")
	}
	if best == nil {
		n.announce(true)
		return nil, n.s.Refuse(406, httpd.CodeNotAcceptable, n.s.Eval.Rule, "", "the client accepts none of the %d variants of %s",
			len(n.variants), httpd.Clipped(n.s.Filename.Text))
	}
	return best, 0
}

// addDefaults adds what a client accepts that says nothing, and what a script is worth.
func (n *negotiation) addDefaults(scripts bool) {
	if n.types == nil {
		n.types = []accepted{{name: "*/*", quality: 1}}
	}
	script := accepted{name: scriptType, quality: 0.001}
	if scripts {
		script.quality = 2
	}
	n.types = append(n.types, script)
}

// best returns the best variant, nil if none is acceptable. Where a language is given
// only variants in it count.
func (n *negotiation) best(language string) *variant {
	var best *variant
	bestQuality := float32(0)
	for i := range n.variants {
		v := &n.variants[i]
		if n.withheld(v) || language != "" && !v.speaks(language) || !n.s.Eval.Spend(n.size()*(1+len(v.languages))) {
			continue
		}
		n.gradeType(v)
		if language != "" {
			v.byLang = 1
		} else {
			n.gradeLanguage(v)
		}
		n.gradeEncoding(v)
		n.gradeCharset(v)
		if n.better(v, best, bestQuality) {
			best, bestQuality = v, v.byType*v.source
		}
	}
	return best
}

// size is how many elements the Accept fields have.
func (n *negotiation) size() int {
	return len(n.types) + len(n.languages) + len(n.charsets) + len(n.encodings)
}

// withheld reports whether the environment keeps the client from encoded variants.
func (n *negotiation) withheld(v *variant) bool {
	if !isEncoded(v.encoding) || v.encoding == identity {
		return false
	}
	if _, ok := n.s.Getenv("no-gzip"); ok {
		return true
	}
	only, _ := n.s.Getenv("gzip-only-text/html")
	return only == "1" && !strings.HasPrefix(v.mediaType, html)
}

// better reports whether v suits the client better than the best one so far, nil for
// none. What is compared, in this order: type, language, place of the language, level of
// HTML, charset, encoding, length.
func (n *negotiation) better(v, best *variant, bestQuality float32) bool {
	if v.byCode == 0 || v.byLang == 0 || v.source == 0 || v.byChars == 0 || v.byType == 0 {
		return false
	}
	q := v.byType * v.source
	if best == nil || q != bestQuality {
		return q > bestQuality
	}
	if v.byLang != best.byLang {
		return v.byLang > best.byLang
	}
	if v.rank != best.rank {
		return v.rank >= 0 && (best.rank < 0 || v.rank < best.rank)
	}
	if c := v.compareLevel(best); c != 0 {
		return c > 0
	}
	if v.byChars != best.byChars {
		return v.byChars > best.byChars
	}
	if isOther(v.charset) && !isOther(best.charset) {
		return true
	}
	if v.byCode != best.byCode {
		return v.byCode > best.byCode
	}
	return n.length(v) < n.length(best)
}

// isOther reports whether a charset is known and is not that of HTTP's past.
func isOther(charset string) bool { return charset != "" && charset != latin1 }

// compareLevel returns more than 0 if the level of v suits the client better than that of
// o, and less than 0 if it suits worse. Levels of different types can't be compared.
func (v *variant) compareLevel(o *variant) int {
	switch {
	case v.isHTML && !o.isHTML, !v.isHTML && v.mediaType != o.mediaType:
		return 0
	case v.levelMatched != o.levelMatched:
		return sign(v.levelMatched - o.levelMatched)
	}
	return sign(o.level - v.level)
}

func sign(f float32) int {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return 0
}
