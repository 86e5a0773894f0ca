package parser

import (
	"fmt"
	"slices"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
	"github.com/modrewrite-go/modrewrite/parser/internal/suggest"
)

// flagName is a spelling of a flag; case does not matter.
type flagName struct {
	name string
	kind FlagKind
}

// flagList is what one directive knows of flags.
type flagList struct {
	directive string
	example   string
	anyD      bool       // any other flag that starts with D is accepted
	names     []flagName // every spelling, the usual one of a flag first
}

// ruleFlags are the flags of RewriteRule.
var ruleFlags = flagList{directive: "RewriteRule", example: "[R=301,L]", anyD: true, names: []flagName{
	{"B", FlagBackrefEscape},
	{"backrefescaping", FlagBackrefEscape},
	{"BNE", FlagBackrefExcept},
	{"BNP", FlagBackrefNoPlus},
	{"backrefernoplus", FlagBackrefNoPlus},
	{"BCTLS", FlagBackrefControls},
	{"C", FlagChain},
	{"chain", FlagChain},
	{"CO", FlagCookie},
	{"cookie", FlagCookie},
	{"DPI", FlagDiscardPath},
	{"D", FlagDiscardPath},
	{"discardpath", FlagDiscardPath},
	{"E", FlagEnv},
	{"env", FlagEnv},
	{"END", FlagEnd},
	{"F", FlagForbidden},
	{"forbidden", FlagForbidden},
	{"G", FlagGone},
	{"gone", FlagGone},
	{"H", FlagHandler},
	{"handler", FlagHandler},
	{"L", FlagLast},
	{"last", FlagLast},
	{"N", FlagNext},
	{"next", FlagNext},
	{"NC", FlagNoCase},
	{"nocase", FlagNoCase},
	{"NE", FlagNoEscape},
	{"noescape", FlagNoEscape},
	{"NS", FlagNoSubreq},
	{"nosubreq", FlagNoSubreq},
	{"P", FlagProxy},
	{"proxy", FlagProxy},
	{"PT", FlagPassThrough},
	{"passthrough", FlagPassThrough},
	{"QSA", FlagQueryAppend},
	{"qsappend", FlagQueryAppend},
	{"QSD", FlagQueryDiscard},
	{"qsdiscard", FlagQueryDiscard},
	{"QSL", FlagQueryLast},
	{"qslast", FlagQueryLast},
	{"R", FlagRedirect},
	{"redirect", FlagRedirect},
	{"S", FlagSkip},
	{"skip", FlagSkip},
	{"T", FlagType},
	{"type", FlagType},
	{"UnsafePrefixStat", FlagUnsafePrefixStat},
	{"UnsafeAllow3F", FlagUnsafeAllow3F},
	{"UNC", FlagUNC},
}}

// condFlags are the flags of RewriteCond.
var condFlags = flagList{directive: "RewriteCond", example: "[NC,OR]", names: []flagName{
	{"NC", FlagNoCase},
	{"nocase", FlagNoCase},
	{"OR", FlagOrNext},
	{"ornext", FlagOrNext},
	{"NV", FlagNoVary},
	{"novary", FlagNoVary},
}}

// String returns the flag's usual name, such as "QSA".
func (k FlagKind) String() string {
	switch k {
	case FlagIgnored:
		return "D..."
	case FlagLowerCase:
		return "CL"
	case FlagUpperCase:
		return "CU"
	default:
	}
	for _, n := range slices.Concat(ruleFlags.names, condFlags.names) {
		if n.kind == k {
			return n.name
		}
	}
	return fmt.Sprintf("FlagKind(%d)", int(k))
}

// kind finds the flag that key names.
func (l *flagList) kind(key string) (FlagKind, bool) {
	for _, n := range l.names {
		if ascii.EqualFold(n.name, key) {
			return n.kind, true
		}
	}
	return 0, false
}

// hint says what key, which is not a flag, may be meant for.
func (l *flagList) hint(key string) string {
	if key == "" {
		return "there is nothing between two commas or brackets"
	}
	if knownStatus(atoi(key)) {
		return "did you mean \"R=" + key + "\"?"
	}
	for _, other := range []*flagList{&ruleFlags, &condFlags} {
		if _, ok := other.kind(key); ok && other != l {
			return key + " is a flag of " + other.directive
		}
	}
	names := make([]string, len(l.names))
	for i, n := range l.names {
		names[i] = n.name
	}
	return suggest.Hint(key, names)
}
