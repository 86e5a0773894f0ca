package isapi

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// settingForm is what a directive takes.
type settingForm struct {
	least, most int  // words
	idle        bool // has no effect here
	// low and high are the bounds of a number; the product takes its default for
	// what lies outside. Both are 0 where it is none.
	low, high int
}

// settings returns the settings of d, by names in small letters.
func (d Dialect) settings(name string) (settingForm, bool) {
	if d == Rewrite2 {
		switch name {
		case "cacheclockrate":
			return settingForm{least: 1, most: 1, idle: true}, true
		case "repeatlimit":
			return settingForm{least: 1, most: 1, low: 1, high: 1 << 30}, true
		case "enableconfig", "disableconfig", "enablerewrite", "disablerewrite":
			return settingForm{most: 1}, true
		case "rfstyle":
			return settingForm{least: 1, most: 1}, true
		case "urimatchprefix", "uriformatprefix":
			return settingForm{most: 1}, true
		}
		return settingForm{}, false
	}
	switch name {
	case "rewriteengine", "urldecoding", "proxypreservehost", "rewritebase":
		return settingForm{least: 1, most: 1}, true
	case "iterationlimit":
		return settingForm{least: 1, most: 1, low: 0, high: 30}, true
	case "maxmatchcount":
		return settingForm{least: 1, most: 1, low: 4, high: 25}, true
	case "condsubstringbackrefflag":
		return settingForm{least: 1, most: 1}, true
	case "flagcharacters":
		return settingForm{least: 1, most: 2}, true
	case "rewritemap":
		return settingForm{least: 2, most: 2}, true
	case "includeini":
		return settingForm{least: 1, most: 1}, true
	case "proxypassreverse":
		return settingForm{least: 1, most: 2}, true
	case "proxytimeouts":
		return settingForm{least: 1, most: 4, idle: true}, true
	case "rewritelog", "statusurl", "statusinquiry":
		return settingForm{most: 99, idle: true}, true
	case "rewriteloglevel", "rewritefilterpriority", "notifylog", "maxfieldlength", "eventsforiniopen", "strictparsing":
		return settingForm{most: 1, idle: true}, true
	}
	return settingForm{}, false
}

// setting reads a directive that is neither a condition nor a rule.
func (r *reader) setting(s *Setting, name string) {
	r.f.Nodes = append(r.f.Nodes, s)
	form, ok := r.f.Dialect.settings(name)
	switch {
	case !ok && r.f.Dialect == IIRF:
		r.add(parser.Warning, s.Name.Extent, CodeUnknownDirective, "", "IIRF has no directive %s and leaves the line out", clip(s.Name.Text))
		return
	case !ok:
		r.add(parser.Error, s.Name.Extent, CodeUnknownDirective, r.meant(name), "ISAPI_Rewrite 2 has no directive %s", clip(s.Name.Text))
		return
	case len(s.Args) < form.least:
		r.add(parser.Error, s.Extent, parser.CodeArgumentCount, "", "%s lacks an argument", s.Name.Text)
		return
	case len(s.Args) > form.most:
		r.add(parser.Warning, s.Args[form.most].Extent, parser.CodeIgnoredText, "", "%s: text after the last argument is ignored", s.Name.Text)
	case form.idle:
		r.add(parser.Note, s.Name.Extent, CodeNoEffect, "", "%s has no effect here", s.Name.Text)
	}
	r.value(s, name, form)
}

// meant says what an unknown directive may be meant for.
func (r *reader) meant(name string) string {
	switch name {
	case "rewriteengine", "rewritebase", "rewritemap", "rewriteoptions":
		return "it is one of ISAPI_Rewrite 3 and Apache; check the file with -dialect isapi3"
	}
	return ""
}

// value checks the argument of a setting.
func (r *reader) value(s *Setting, name string, form settingForm) {
	if len(s.Args) == 0 {
		return
	}
	v := s.Args[0]
	if form.high > 0 {
		n, err := strconv.Atoi(v.Text)
		if err != nil || n < form.low || n > form.high {
			r.add(parser.Warning, v.Extent, CodeBadValue, "", "%s is not a number from %d to %d; the default is taken", clip(v.Text), form.low, form.high)
		}
		return
	}
	switch name {
	case "rewriteengine", "urldecoding", "proxypreservehost":
		r.oneOf(v, "on", "off")
	case "rfstyle":
		r.oneOf(v, "old", "new")
	case "rewritemap":
		r.mapSource(s)
	case "includeini":
		r.include(s)
	}
}

// oneOf reports a value that is not among names.
func (r *reader) oneOf(v Word, names ...string) {
	for _, n := range names {
		if strings.EqualFold(v.Text, n) {
			return
		}
	}
	r.add(parser.Error, v.Extent, CodeBadValue, "", "%s is not one of %s", clip(v.Text), strings.Join(names, ", "))
}

// mapSource checks a map of IIRF.
func (r *reader) mapSource(s *Setting) {
	kind, _, ok := strings.Cut(s.Args[1].Text, ":")
	if !ok || !strings.EqualFold(kind, "txt") && !strings.EqualFold(kind, "rnd") {
		r.add(parser.Error, s.Args[1].Extent, parser.CodeMapSource, "", "a map of IIRF is txt:FILE or rnd:FILE")
	}
}

// flagCharacters finds the characters that IIRF's replacements have in the place
// of "*" and "#". They hold for the whole file, wherever they are set.
func (r *reader) flagCharacters() {
	if r.f.Dialect != IIRF {
		return
	}
	for line := range strings.Lines(r.text) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch strings.ToLower(words[0]) {
		case "condsubstringbackrefflag":
			r.character(&r.backref, words[1], "%@*_^!~")
		case "flagcharacters":
			r.character(&r.backref, words[1], "%@*_^!~#")
			if len(words) > 2 && words[2][0] != r.backref {
				r.character(&r.fold, words[2], "%@*_^!~#")
			}
		}
	}
}

func (*reader) character(c *byte, word, legal string) {
	if strings.IndexByte(legal, word[0]) >= 0 {
		*c = word[0]
	}
}

// clip returns s, shortened to what a message may quote.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
