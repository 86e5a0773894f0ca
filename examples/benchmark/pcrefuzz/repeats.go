package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// repeats compares what PCRE2 says of each kind of item with each kind of quantifier,
// and how much it makes of it. This is a list, not random: it ends the run.
func (f *fuzzer) repeats() {
	items := []string{
		"a", "\xe9", ".", `\d`, `\p{L}`, `\X`, `\R`, "[^a]", "[a-c]", `[\d-]`, "()", "(ab)", "(?:ab)", "(?:a|bc)", "(?>ab)", "(?|a|(b))",
		"(?=ab)", "(?<=ab)", "(?(1)ab)", "(?(1)ab|c)", "(?1)", "(?R)?", `(b)\2`, `\1`, `(?<n>b)\k<n>`, "(*FAIL)", "(*sr:ab)", "(*asr:ab)", "(*plb:ab)", "(?!ab)", "(?1)(?2)?()", "(?(DEFINE)a)", "(?(?=a)b|c)", "😀é", "(?i)éa", `a\x{100}`, `\b`, `\Qab\E`,
		"(?#x)a", "[[:alpha:]]", `[[:^alpha:]\d]`, `[\h]`, `[\p{L}a]`, `[\p{L}\D]`, `[^\p{L}]`, `[aA]`, "[kK]", `[\xe9\xc9]`, "(*F)|a", "(?C)a", "(*MARK:n)a",
		"(?i)k", "(?i)[^k]", "(?i)é", "é", "[é]", "[^é]", "[é-ñ]", "[aéñ😀]", `[\x{100}-\x{10ffff}]`, `[\W]`, `[^\W]`, `[\W\w]`, `[\h\x{2000}]`, `[\D\x{100}]`,
		`[[:punct:]é]`, "(?i)[k]", "(?i)[s-té]", "(?i)[ǆ]", `[\x{100}\x{102}-\x{104}α-ω]`, "(?i)[k-m]", `[\w\-α-ω]`, "(?x) [ a]", "(?xx)[ a]", "(?U)a", "(?n)(a)",
	}
	quantifiers := []string{"", "?", "*", "+", "{0}", "{1}", "{2}", "{3,}", "{0,2}", "{0,1}", "{0,3}", "{1,2}", "{1,3}", "{2,3}", "{2,4}", "{1,}", "{2,}", "{0,}"}
	f.lines = max(f.lines, 1<<20)
	for _, src := range borders() {
		f.compareSize(src, pcre.DotAll|pcre.DollarEndOnly)
	}
	for _, verbs := range []string{"", "(*UTF)", "(*UTF)(*UCP)"} {
		for _, item := range items {
			for _, q := range quantifiers {
				for _, more := range []string{"", "?", "+"} {
					f.compareSize(verbs+"(x)"+item+q+more, pcre.DotAll|pcre.DollarEndOnly)
				}
			}
		}
	}
	f.lines = 0
}

// borders are patterns just at the borders of what PCRE2 accepts.
func borders() []string {
	name := strings.Repeat("n", 32)
	return []string{
		`[[:\\]:]]`, `[[:\\:]]`, `[[:\\]:]]`, "[a-a]", "[b-a]", "(*UTF)[é-é]", "(*UTF)[α-α]", "(*UTF)[β-α]", `[\v]`, `[\V]`, `[\H]`, `[\s\S]`,
		"(?(VERSION", "(?(VERSION=", "(?(VERSION>=10", "(?(VERSION>=10)a", "(?(VERSION>=10.)a)", "(?(VERSION>=10.4)a)", "(?(VERSION>=10.423)a)",
		"(?(VERSION=1000)a)", "(?(VERSION=1001)a)", `\c`, `\c `, "\\c\x1f", `\c~`, "\\c\x7f", "(", "(?", "(?:", "(?P", "(?<", "(?'", "(?(",
		"(*" + name + ")", "(*" + name + "n)", "(*:" + name + ")", "(?<" + name + ">)", "(?<" + name + "n>)",
		"[[:]", "[[:]]", "[[::]]", "[[:", "[[.]", "[[==]]", "[[..]]", "[[:a", `[\d-`, `[\d-a`, `[\d-a]`, `[\d-]`, "[[:alpha:]-a]", "[[:alpha:]-]",
		"(?(VERSION=1", "(?(VERSION=1)", "(?(VERSIONX)a)", "(?<VERSION>)(?(VERSION)a)", "(?<VERSIONS>)(?(VERSIONS)a)", "(?<VERSIO>)(?(VERSIO)a)",
		"(?<=a(*ACCEPT)b*)", "(?<=a(*F)b*)", "(?<=a(*COMMIT)b*)", `(?<=\1)(a)`, "(?<=(?1))(a)", "(?<=(?2))(a)", `(?<=\2)(a)`, "(?<=(?1))a",
		`\g{-1}`, `()\g{-1}`, `()\g{-2}`, `\g{0}`, `\g0`, "(*UTF)(?<a٣>b)\\k<a٣>", "(*UTF)(?<٣a>b)", "(?<é>a)", "(*UTF)(?<é>a)", "(*UTF)(?<a€>a)",
		"(?(R12)a|b)", "(?(R1)a)", "()(?(R1)a)", "()(?(R2)a)", "(?(R65535)a)", "(?(R65536)a)", "(?(R99999999999)a)", "(?<R1>)(?(R1)a)", "(?(R01)a)", "()(?(R01)a)",
		"(?<=a{65535})", "(?<=a{65535}b)", "(?<=(?:ab){32767})", "(?<=(?:ab){32768})", "()(?<=(?(1)ab))", "(?<=(?(DEFINE)ab))", "()(?<=(?(1)()))", "()(?<=a(?(1)ab))", "()(?<=(?(1)a|))", "()(?<=(?(1)ab|c))",
	}
}

// compareSize compares the verdict and the size of one pattern.
func (f *fuzzer) compareSize(src string, flags pcre.Flags) {
	f.counts["patterns repeats"]++
	theirs, err := pcre2.Compile(src, options(flags))
	re, ourErr := pcre.Parse(src, flags)
	if f.compareVerdicts(src, flags, ourErr, err) || err != nil {
		return
	}
	theirs.Free()
	size := f.sizeOf(src, flags)
	if re.Size != size {
		f.different("size", src, flags, "", []int{re.Size, size})
	}
	f.recordPattern(src, flags, 0, size)
}

// sizeOf returns how many bytes PCRE2 counts for a pattern that it accepts: those that
// what may stand in front of it leaves of the limit. (PCRE2_INFO_SIZE says how many
// are left in the end, which may be fewer.)
func (f *fuzzer) sizeOf(src string, flags pcre.Flags) int {
	const limit = 1 << 16
	verbs := 0
	for strings.HasPrefix(src[verbs:], "(*") {
		end := strings.IndexByte(src[verbs:], ')') + 1
		re, err := pcre2.Compile(src[:verbs+end]+"a", options(flags))
		if err != nil {
			break
		}
		re.Free()
		verbs += end
	}
	room := sort.Search(limit, func(n int) bool {
		padding := strings.Repeat(`\h`, n%10)
		if n >= 20 {
			padding += fmt.Sprintf(`(?:\h\h\h\h){%d}`, n/10)
		} else {
			padding = strings.Repeat(`\h`, n)
		}
		re, err := pcre2.Compile(src[:verbs]+padding+src[verbs:], options(flags))
		if err == nil {
			re.Free()
		}
		return err != nil
	})
	return limit - (room - 1)
}
