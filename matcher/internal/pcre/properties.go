package pcre

import (
	"slices"
	"strings"
)

// propertySet returns the bytes whose code points in Latin-1 have the named
// property. The name is in lower case, without white space, hyphens and
// underscores.
func propertySet(name string) (Set, bool) {
	i := strings.IndexAny(name, ":=")
	if i < 0 {
		return plainPropertySet(name)
	}
	class, value := name[:i], name[i+1:]
	switch class {
	case "bidiclass", "bc":
		return plainPropertySet("bidi" + value)
	case "script", "sc", "scriptextensions", "scx":
		return scriptSet(value)
	}
	return Set{}, false
}

func plainPropertySet(name string) (Set, bool) {
	if ranges, ok := propertyRanges(name); ok {
		return rangesSet(ranges), true
	}
	return scriptSet(name)
}

// scriptSet returns the characters of a script.
func scriptSet(name string) (Set, bool) {
	switch name {
	case "common", "zyyy":
		return rangesSet("\x00@[`{\xa9\xab\xb9\xbb\xbf\xd7\xd7\xf7\xf7"), true
	case "latin", "latn":
		return rangesSet("AZaz\xaa\xaa\xba\xba\xc0\xd6\xd8\xf6\xf8\xff"), true
	}
	return Set{}, slices.Contains(strings.Fields(otherScripts), name)
}

// rangesSet returns the set of the ranges whose ends are in s one after the
// other.
func rangesSet(s string) Set {
	var set Set
	for ; len(s) > 1; s = s[2:] {
		set.AddRange(s[0], s[1])
	}
	return set
}

// otherScripts are the scripts that have no character in Latin-1, by name and
// by code, as of Unicode 14.
const otherScripts = `
adlam adlm aghb ahom anatolianhieroglyphs arab arabic armenian armi armn avestan avst bali balinese
bamu bamum bass bassavah batak batk beng bengali bhaiksuki bhks bopo bopomofo brah brahmi brai
braille bugi buginese buhd buhid cakm canadianaboriginal cans cari carian caucasianalbanian chakma
cham cher cherokee chorasmian chrs copt coptic cpmn cprt cuneiform cypriot cyprominoan cyrillic
cyrl deseret deva devanagari diak divesakuru dogr dogra dsrt dupl duployan egyp egyptianhieroglyphs
elba elbasan elym elymaic ethi ethiopic geor georgian glag glagolitic gong gonm goth gothic gran
grantha greek grek gujarati gujr gunjalagondi gurmukhi guru han hang hangul hani hanifirohingya
hano hanunoo hatr hatran hebr hebrew hira hiragana hluw hmng hmnp hung imperialaramaic inherited
inscriptionalpahlavi inscriptionalparthian ital java javanese kaithi kali kana kannada katakana
kayahli khar kharoshthi khitansmallscript khmer khmr khoj khojki khudawadi kits knda kthi lana lao
laoo lepc lepcha limb limbu lina linb lineara linearb lisu lyci lycian lydi lydian mahajani mahj
maka makasar malayalam mand mandaic mani manichaean marc marchen masaramgondi medefaidrin medf
meeteimayek mend mendekikakui merc mero meroiticcursive meroitichieroglyphs miao mlym modi mong
mongolian mro mroo mtei mult multani myanmar mymr nabataean nand nandinagari narb nbat newa
newtailue nko nkoo nshu nushu nyiakengpuachuehmong ogam ogham olchiki olck oldhungarian olditalic
oldnortharabian oldpermic oldpersian oldsogdian oldsoutharabian oldturkic olduyghur oriya orkh orya
osage osge osma osmanya ougr pahawhhmong palm palmyrene pauc paucinhau perm phag phagspa phli phlp
phnx phoenician plrd prti psalterpahlavi qaac qaai rejang rjng rohg runic runr samaritan samr sarb
saur saurashtra sgnw sharada shavian shaw shrd sidd siddham signwriting sind sinh sinhala sogd
sogdian sogo sora sorasompeng soyo soyombo sund sundanese sylo sylotinagri syrc syriac tagalog tagb
tagbanwa taile taitham taiviet takr takri tale talu tamil taml tang tangsa tangut tavt telu telugu
tfng tglg thaa thaana thai tibetan tibt tifinagh tirh tirhuta tnsa toto ugar ugaritic unknown vai
vaii vith vithkuqi wancho wara warangciti wcho xpeo xsux yezi yezidi yi yiii zanabazarsquare zanb
zinh zzzz`

// propertyRanges returns the ranges of the characters with a property other
// than a script.
func propertyRanges(name string) (ranges string, ok bool) {
	switch name {
	case "bidial", "bidian", "bidic", "bidicontrol", "bidifsi", "bidilre", "bidilri", "bidilro",
		"bidinsm", "bidipdf", "bidipdi", "bidir", "bidirle", "bidirli", "bidirlo", "cn", "co", "cs",
		"dep", "deprecated", "ebase", "emod", "emojimodifier", "emojimodifierbase",
		"emojipresentation", "epres", "graphemeextend", "graphemelink", "grext", "grlink", "ideo",
		"ideographic", "idsb", "idsbinaryoperator", "idst", "idstrinaryoperator", "joinc",
		"joincontrol", "lm", "loe", "logicalorderexception", "lt", "m", "mc", "me", "mn", "nchar",
		"nl", "noncharactercodepoint", "pcm", "prependedconcatenationmark", "radical",
		"regionalindicator", "ri", "uideo", "unifiedideograph", "variationselector", "vs", "zl", "zp":
		return "", true
	case "alpha", "alphabetic", "bidil", "cased", "ids", "idstart", "l", "xids", "xidstart":
		return "AZaz\xaa\xaa\xb5\xb5\xba\xba\xc0\xd6\xd8\xf6\xf8\xff", true
	case "changeswhenlowercased", "cwl", "lu", "upper", "uppercase":
		return "AZ\xc0\xd6\xd8\xde", true
	case "changeswhentitlecased", "changeswhenuppercased", "cwt", "cwu", "ll":
		return "az\xb5\xb5\xdf\xf6\xf8\xff", true
	case "space", "whitespace", "wspace", "xps", "xsp":
		return "\x09\x0d\x20\x20\x85\x85\xa0\xa0", true
	case "ahex", "asciihexdigit", "hex", "hexdigit":
		return "09AFaf", true
	case "changeswhencasemapped", "cwcm", "l&", "lc":
		return "AZaz\xb5\xb5\xc0\xd6\xd8\xf6\xf8\xff", true
	case "idc", "idcontinue", "xidc", "xidcontinue":
		return "09AZ__az\xaa\xaa\xb5\xb5\xb7\xb7\xba\xba\xc0\xd6\xd8\xf6\xf8\xff", true
	case "cf", "defaultignorablecodepoint", "di":
		return "\xad\xad", true
	case "bidim", "bidimirrored":
		return "()<<>>[[]]{{}}\xab\xab\xbb\xbb", true
	case "caseignorable", "ci":
		return "''..::^^``\xa8\xa8\xad\xad\xaf\xaf\xb4\xb4\xb7\xb8", true
	case "changeswhencasefolded", "cwcf":
		return "AZ\xb5\xb5\xc0\xd6\xd8\xdf", true
	case "dash", "pd":
		return "--", true
	case "dia", "diacritic":
		return "^^``\xa8\xa8\xaf\xaf\xb4\xb4\xb7\xb8", true
	case "ecomp", "emojicomponent":
		return "##**09", true
	case "ext", "extender":
		return "\xb7\xb7", true
	case "extendedpictographic", "extpict":
		return "\xa9\xa9\xae\xae", true
	case "graphemebase", "grbase":
		return "\x20~\xa0\xac\xae\xff", true
	case "lower", "lowercase":
		return "az\xaa\xaa\xb5\xb5\xba\xba\xdf\xf6\xf8\xff", true
	case "patsyn", "patternsyntax":
		return "!/:@[^``{~\xa1\xa7\xa9\xa9\xab\xac\xae\xae\xb0\xb1\xb6\xb6\xbb\xbb\xbf\xbf\xd7\xd7\xf7\xf7", true
	case "patternwhitespace", "patws":
		return "\x09\x0d\x20\x20\x85\x85", true
	case "qmark", "quotationmark":
		return "\x22\x22''\xab\xab\xbb\xbb", true
	case "sd", "softdotted":
		return "ij", true
	case "sentenceterminal", "sterm":
		return "!!..??", true
	case "term", "terminalpunctuation":
		return "!!,,..:;??", true
	case "z", "zs":
		return "\x20\x20\xa0\xa0", true
	case "any":
		return "\x00\xff", true
	case "ascii":
		return "\x00\x7f", true
	case "bidib":
		return "\x0a\x0a\x0d\x0d\x1c\x1e\x85\x85", true
	case "bidibn":
		return "\x00\x08\x0e\x1b\x7f\x84\x86\x9f\xad\xad", true
	case "bidics":
		return ",,./::\xa0\xa0", true
	case "bidien":
		return "09\xb2\xb3\xb9\xb9", true
	case "bidies":
		return "++--", true
	case "bidiet":
		return "#%\xa2\xa5\xb0\xb1", true
	case "bidion":
		return "!\x22&*;@[`{~\xa1\xa1\xa6\xa9\xab\xac\xae\xaf\xb4\xb4\xb6\xb8\xbb\xbf\xd7\xd7\xf7\xf7", true
	case "bidis":
		return "\x09\x09\x0b\x0b\x1f\x1f", true
	case "bidiws":
		return "\x0c\x0c\x20\x20", true
	case "c":
		return "\x00\x1f\x7f\x9f\xad\xad", true
	case "cc":
		return "\x00\x1f\x7f\x9f", true
	case "emoji":
		return "##**09\xa9\xa9\xae\xae", true
	case "lo":
		return "\xaa\xaa\xba\xba", true
	case "math":
		return "++<>^^||~~\xac\xac\xb1\xb1\xd7\xd7\xf7\xf7", true
	case "n":
		return "09\xb2\xb3\xb9\xb9\xbc\xbe", true
	case "nd":
		return "09", true
	case "no":
		return "\xb2\xb3\xb9\xb9\xbc\xbe", true
	case "p":
		return "!#%*,/:;?@[]__{{}}\xa1\xa1\xa7\xa7\xab\xab\xb6\xb7\xbb\xbb\xbf\xbf", true
	case "pc":
		return "__", true
	case "pe":
		return "))]]}}", true
	case "pf":
		return "\xbb\xbb", true
	case "pi":
		return "\xab\xab", true
	case "po":
		return "!#%'**,,./:;?@\x5c\x5c\xa1\xa1\xa7\xa7\xb6\xb7\xbf\xbf", true
	case "ps":
		return "(([[{{", true
	case "s":
		return "$$++<>^^``||~~\xa2\xa6\xa8\xa9\xac\xac\xae\xb1\xb4\xb4\xb8\xb8\xd7\xd7\xf7\xf7", true
	case "sc":
		return "$$\xa2\xa5", true
	case "sk":
		return "^^``\xa8\xa8\xaf\xaf\xb4\xb4\xb8\xb8", true
	case "sm":
		return "++<>||~~\xac\xac\xb1\xb1\xd7\xd7\xf7\xf7", true
	case "so":
		return "\xa6\xa6\xa9\xa9\xae\xae\xb0\xb0", true
	case "xan":
		return "09AZaz\xaa\xaa\xb2\xb3\xb5\xb5\xb9\xba\xbc\xbe\xc0\xd6\xd8\xf6\xf8\xff", true
	case "xuc":
		return "$$@@``\xa0\xff", true
	case "xwd":
		return "09AZ__az\xaa\xaa\xb2\xb3\xb5\xb5\xb9\xba\xbc\xbe\xc0\xd6\xd8\xf6\xf8\xff", true
	}
	return "", false
}
