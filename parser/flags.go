package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// flags reads w, the third word of a directive, as a list of flags. It reports
// what is wrong and returns false then.
func (p *parser) flags(l *flagList, w text) ([]*Flag, bool) {
	if len(w.s) < 2 || w.s[0] != '[' || w.s[len(w.s)-1] != ']' {
		p.errorf(w.extent(), CodeFlagDelimiters, l.hintDelimiters(w.s),
			"%s: bad flag delimiters", l.directive)
		return nil, false
	}
	list := p.memory.flagLists.list(strings.Count(w.s, ",") + 1)
	ok := true
	for i, end := 1, len(w.s)-1; i <= end && !p.stop; {
		j := i
		for j < end && w.s[j] != ',' {
			j++
		}
		f, good := p.flag(l, w.cut(i, j).trim())
		if good {
			list = append(list, f)
		}
		ok = ok && good
		i = j + 1
	}
	return list, ok
}

// hintDelimiters guesses what went wrong with s as a list of flags.
func (l *flagList) hintDelimiters(s string) string {
	switch {
	case strings.HasPrefix(s, "#"):
		return "a comment needs a line of its own"
	case strings.HasPrefix(s, "[") && strings.HasSuffix(s, ","):
		return "flags with blanks between them need quotes around the brackets"
	}
	return "flags stand in brackets: " + l.example
}

// flag reads one flag, name and value.
func (p *parser) flag(l *flagList, t text) (*Flag, bool) {
	f := p.memory.flags.put(Flag{Extent: t.extent()})
	key, value := t, t.rest(len(t.s))
	if i := strings.IndexByte(t.s, '='); i >= 0 {
		key, value = t.cut(0, i), t.rest(i+1)
		f.HasValue = true
	}
	f.Key, f.Value = key.s, value.s
	kind, ok := l.kind(f.Key)
	if p.opts.ISAPI3 && l.anyD {
		if own, known := f.isapi3(); known {
			f.Kind = own
			return f, true
		}
		ok = ok && kind != FlagHandler && kind != FlagNoSubreq
	}
	switch {
	case ok:
		f.Kind = kind
	case l.anyD && f.Key != "" && ascii.Lower(f.Key[0]) == 'd':
		f.Kind = FlagIgnored
		p.warnf(f.Extent, CodeIgnoredFlag, l.hint(f.Key), "%s: flag '%s' has no effect", l.directive, f.Key)
	default:
		p.errorf(f.Extent, CodeUnknownFlag, l.hint(f.Key), "%s: unknown flag '%s'", l.directive, f.Key)
		return nil, false
	}
	return f, p.flagValue(f, value)
}

// isapi3 reads a flag that ISAPI_Rewrite 3 alone has. What says how a URL is logged, and
// that it is normalised first, has no effect: it always is.
func (f *Flag) isapi3() (FlagKind, bool) {
	switch strings.ToUpper(f.Key) {
	case "RP":
		f.Value, f.Number = "301", 301
		return FlagRedirect, true
	case "NF":
		f.Value, f.Number = "404", 404
		return FlagRedirect, true
	case "CL":
		return FlagLowerCase, true
	case "CU":
		return FlagUpperCase, true
	case "U", "O":
		return FlagIgnored, true
	}
	return 0, false
}

// flagValue interprets a flag's value.
func (p *parser) flagValue(f *Flag, value text) bool {
	switch f.Kind {
	case FlagRedirect:
		return p.status(f)
	case FlagSkip, FlagNext:
		f.Number = atoi(f.Value)
	case FlagCookie, FlagEnv, FlagHandler, FlagType:
		f.Template = p.template(value)
	case FlagBackrefExcept:
		if f.Value == "" {
			p.errorf(f.Extent, CodeFlagValue, "",
				"RewriteRule: flag 'BNE' wants a list of characters, as in [BNE=/]")
			return false
		}
	case FlagBackrefEscape, FlagBackrefNoPlus, FlagBackrefControls, FlagChain,
		FlagDiscardPath, FlagIgnored, FlagEnd, FlagForbidden, FlagGone, FlagLast,
		FlagNoCase, FlagNoEscape, FlagNoSubreq, FlagProxy, FlagPassThrough,
		FlagQueryAppend, FlagQueryDiscard, FlagQueryLast, FlagUnsafePrefixStat,
		FlagUnsafeAllow3F, FlagUNC, FlagOrNext, FlagNoVary, FlagLowerCase, FlagUpperCase:
	}
	return true
}

// status sets the number of flag R.
func (p *parser) status(f *Flag) bool {
	switch {
	case f.Value == "" || ascii.EqualFold(f.Value, "temp"):
		f.Number = 302
	case ascii.EqualFold(f.Value, "permanent"):
		f.Number = 301
	case ascii.EqualFold(f.Value, "seeother"):
		f.Number = 303
	case !ascii.IsDigit(f.Value[0]):
		p.warnf(f.Extent, CodeStatusIgnored, "",
			"RewriteRule: '%s' is not a status; the rule redirects with 302", f.Value)
	default:
		f.Number = atoi(f.Value)
		if !knownStatus(f.Number) {
			p.errorf(f.Extent, CodeBadStatus, "",
				"RewriteRule: invalid HTTP response code '%s' for flag 'R'", f.Value)
			return false
		}
	}
	return true
}

// knownStatus reports whether httpd knows the status code.
func knownStatus(code int) bool {
	ranges := [...][2]int{
		{100, 103},
		{200, 208},
		{226, 226},
		{300, 305},
		{307, 308},
		{400, 417},
		{421, 424},
		{426, 426},
		{428, 429},
		{431, 431},
		{451, 451},
		{500, 508},
		{510, 511},
	}
	for _, r := range ranges {
		if r[0] <= code && code <= r[1] {
			return true
		}
	}
	return false
}

// atoi is C's atoi with a 32-bit int on a 64-bit machine: leading white space
// and a sign are fine, what follows the digits is ignored, and what exceeds
// 64 bits is clamped before it is cut to 32.
func atoi(s string) int {
	i := ascii.SkipSpace(s, 0)
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	const limit = 1<<63 - 1
	var n uint64
	for ; i < len(s) && ascii.IsDigit(s[i]); i++ {
		d := uint64(s[i] - '0')
		if n > (limit-d)/10 {
			if neg {
				return 0 // the smallest 64-bit number, cut to 32 bits
			}
			return -1 // the largest one
		}
		n = n*10 + d
	}
	if neg {
		n = -n
	}
	return int(int32(uint32(n)))
}
