package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// matchLimit is where PCRE2 gives up here: before it takes long.
const matchLimit = 200_000

// fuzzer compares the engines.
type fuzzer struct {
	generator
	mode     string
	subjects int  // for each pattern
	unicode  bool // with verbs at the start of patterns, those of Unicode above all
	matcher  *pcre2.Matcher
	counts   map[string]int

	file   *os.File
	out    *gzip.Writer
	lines  int
	closed error
}

func newFuzzer(seed uint64, mode string, subjects int) *fuzzer {
	return &fuzzer{
		subjects:  subjects,
		generator: generator{Rand: newRand(seed)},
		mode:      mode,
		matcher:   pcre2.NewMatcher(matchLimit),
		counts:    map[string]int{},
	}
}

// round tries one pattern.
func (f *fuzzer) round() {
	mode := f.mode
	if mode == "all" {
		mode = f.pick("regular", "regular", "backtracking", "syntax")
	}
	f.backtracking = mode != "regular"
	switch mode {
	case "size":
		f.size()
		return
	case "repeats":
		f.repeats()
		return
	}
	verbs := ""
	if f.unicode {
		verbs = f.start()
	}
	src := ""
	if mode == "syntax" {
		if src = verbs + f.garbage(); f.IntN(2) == 0 {
			src = f.mutate(verbs + f.pattern())
		}
	} else {
		src = verbs + f.pattern()
	}
	src = strings.ReplaceAll(src, "\x00", "")
	f.check(src, f.flags(), mode)
}

// flags returns the flags of a pattern: mostly as Apache has them.
func (f *fuzzer) flags() pcre.Flags {
	flags := pcre.DotAll | pcre.DollarEndOnly
	if f.IntN(4) == 0 {
		flags |= pcre.Caseless
	}
	if f.IntN(10) == 0 {
		flags ^= []pcre.Flags{pcre.DotAll, pcre.DollarEndOnly, pcre.Extended, pcre.Multiline}[f.IntN(4)]
	}
	return flags
}

// options returns the flags as PCRE2 has them.
func options(flags pcre.Flags) pcre2.Options {
	o := pcre2.DupNames
	for _, pair := range []struct {
		flag   pcre.Flags
		option pcre2.Options
	}{
		{pcre.Caseless, pcre2.Caseless},
		{pcre.Multiline, pcre2.Multiline},
		{pcre.DotAll, pcre2.DotAll},
		{pcre.Extended, pcre2.Extended},
		{pcre.DollarEndOnly, pcre2.DollarEndOnly},
	} {
		if flags&pair.flag != 0 {
			o |= pair.option
		}
	}
	return o
}

// check compares the engines on one pattern.
func (f *fuzzer) check(src string, flags pcre.Flags, mode string) {
	f.counts["patterns "+mode]++
	theirs, theirErr := pcre2.Compile(src, options(flags))
	if theirErr == nil {
		defer theirs.Free()
	}
	re, ourErr := pcre.Parse(src, flags)
	if f.compareVerdicts(src, flags, ourErr, theirErr) || re == nil {
		return
	}
	f.counts["class "+[]string{"regular", "backtracking", "unsupported"}[re.Class]]++
	if re.Class == pcre.Unsupported {
		f.counts["unsupported: "+re.Construct]++
		return
	}
	ours, err := pattern.New(re)
	if err != nil {
		// The reasons that have to do with size are the only ones left.
		if reason := err.Error(); strings.Contains(reason, "too large once") {
			f.counts["unsupported: too large"]++
		} else {
			f.different("Compile", src, flags, "", err)
		}
		return
	}
	if ours.NumGroups() != theirs.Groups {
		f.different("groups", src, flags, "", fmt.Sprint(ours.NumGroups(), theirs.Groups))
		return
	}
	f.recordPattern(src, flags, 0, f.sizeOf(src, flags))
	f.countMode(re)
	f.utf, f.ucp = re.UTF, re.UCP
	for range f.subjects {
		f.match(ours, theirs, re, f.subject(re.Root))
	}
}

// countMode counts the patterns that run in a mode that their start sets.
func (f *fuzzer) countMode(re *pcre.Regexp) {
	switch {
	case re.UTF && re.UCP:
		f.counts["patterns with UTF and UCP"]++
	case re.UTF:
		f.counts["patterns with UTF"]++
	case re.UCP:
		f.counts["patterns with UCP"]++
	case strings.HasPrefix(re.Source, "(*"):
		f.counts["patterns with another verb at the start"]++
	}
}

// compareVerdicts compares what the two say of a pattern. It reports whether
// both refuse it or they differ.
func (f *fuzzer) compareVerdicts(src string, flags pcre.Flags, ourErr, theirErr error) bool {
	var our *pcre.Error
	var their *pcre2.CompileError
	errors.As(ourErr, &our)
	errors.As(theirErr, &their)
	switch {
	case our != nil && our.Code == pcre.CodeUnsupported:
		f.counts["verdicts unsupported"]++
		return true
	case (our == nil) != (their == nil):
		f.different("verdict", src, flags, "", fmt.Sprintf("ours %v, PCRE2 %v", ourErr, theirErr))
		return true
	case our == nil:
		f.counts["verdicts accepted"]++
		return false
	}
	f.counts["verdicts refused"]++
	if int(our.Code) == their.Code || our.Code == pcre.CodeInvalidUTF && their.Code < 0 {
		f.recordPattern(src, flags, int(our.Code), 0)
	} else {
		f.counts["verdicts refused with another code"]++
		if f.counts["verdicts refused with another code"] <= 5 {
			fmt.Printf("code: %q flags %#x: ours %v (%d), PCRE2 %v\n", src, int(flags), our, our.Code, their)
		}
	}
	return true
}

// match compares the engines on one subject.
func (f *fuzzer) match(ours *pattern.Pattern, theirs *pcre2.Regexp, parsed *pcre.Regexp, subject string) {
	src, flags := parsed.Source, parsed.Flags
	class := []string{"regular", "backtracking", ""}[parsed.Class]
	f.counts["checks "+class]++
	if parsed.UTF || parsed.UCP {
		f.counts["checks with UTF or UCP"]++
	}
	var caps pattern.Captures
	ok, err := ours.Match(subject, &caps, 0)
	bare, bareErr := ours.Match(subject, nil, 0)
	if err == nil && bareErr == nil && ok != bare {
		f.different("with and without captures", src, flags, subject, fmt.Sprint(ok, err, bare, bareErr))
		return
	}
	if !ok && ours.MatchesAll() {
		f.different("MatchesAll", src, flags, subject, "")
		return
	}
	var want pattern.Captures
	n := f.matcher.Match(theirs, subject, want[:])
	switch {
	case n == pcre2.MatchLimit:
		f.counts["PCRE2 gave up"]++
		return
	case err != nil:
		f.counts["we gave up"]++
		if class == "regular" {
			f.different("budget", src, flags, subject, err)
		}
		return
	}
	got := describe(ours, ok, caps)
	expected := describe(ours, n > 0, want)
	if parsed.UTF && pcre2.InvalidUTF(n) {
		f.counts["subjects that are not UTF-8"]++
		n = pcre2.NoMatch
	}
	if n < 0 && n != pcre2.NoMatch {
		f.different("PCRE2 error", src, flags, subject, n)
		return
	}
	if got == expected {
		if ok {
			f.counts["matches "+class]++
		}
		f.recordMatch(subject, expected)
		return
	}
	defect := f.defect(src, flags, subject, ours, got)
	if ok && n > 0 && onlyStale(src, caps, want) {
		defect = "captures left over from a call"
	}
	if defect != "" {
		f.counts["PCRE2's own: "+defect]++
		return
	}
	f.different("match", src, flags, subject, fmt.Sprintf("ours %s, PCRE2 %s", got, expected))
}

// describe writes a match as text.
func describe(p *pattern.Pattern, ok bool, caps pattern.Captures) string {
	if !ok {
		return "no"
	}
	groups := min(p.NumGroups(), pattern.MaxGroup) + 1
	return strings.Trim(fmt.Sprint(caps[:2*groups]), "[]")
}

// defect names the defect of PCRE2 that explains a difference, or returns "".
func (f *fuzzer) defect(src string, flags pcre.Flags, subject string, ours *pattern.Pattern, got string) string {
	re, err := pcre2.Compile(src, options(flags)|pcre2.Unoptimized)
	if err != nil {
		return ""
	}
	defer re.Free()
	var want pattern.Captures
	n := f.matcher.Match(re, subject, want[:])
	if n == pcre2.MatchLimit {
		return "gives up without optimisations"
	}
	if describe(ours, n > 0, want) == got {
		return "optimisation"
	}
	if strings.Contains(src, "{0}") && re.Anchored() && got != "no" && !strings.HasPrefix(got, "0 ") {
		return "anchoring by a group repeated {0}"
	}
	return ""
}

// onlyStale reports whether all that differs is that PCRE2 has captures which we
// have not, in a pattern with subroutine calls. PCRE2 10.42 forgets to clear what
// was captured inside a call: (?1)(a(b)?c(d)) on "abcdacd" sets group 2.
func onlyStale(src string, ours, theirs pattern.Captures) bool {
	for i := range ours {
		if ours[i] != theirs[i] && ours[i] >= 0 {
			return false
		}
	}
	return regexp.MustCompile(`\(\?([0-9+-]|R|&|P>)|\\g[<']`).MatchString(src)
}

// different reports a difference.
func (f *fuzzer) different(what, src string, flags pcre.Flags, subject string, detail any) {
	f.counts["different"]++
	fmt.Printf("%s: %q flags %#x on %q: %v\n", what, src, int(flags), subject, detail)
}

// recordTo makes the fuzzer write what PCRE2 answers for so many patterns, as
// gzipped text.
func (f *fuzzer) recordTo(name string, lines int) {
	f.file, f.closed = os.Create(name)
	f.out, f.lines = gzip.NewWriter(f.file), lines
}

// recordPattern writes the verdict of a pattern, and its size if it is accepted.
func (f *fuzzer) recordPattern(src string, flags pcre.Flags, code, size int) {
	if f.lines > 0 {
		f.lines--
		fmt.Fprintf(f.out, "p %d %d %s %d\n", flags, code, strconv.QuoteToASCII(src), size)
	}
}

// recordMatch writes the answer for a subject of the last pattern.
func (f *fuzzer) recordMatch(subject, answer string) {
	if f.out != nil {
		fmt.Fprintf(f.out, "s %s %s\n", strconv.QuoteToASCII(subject), answer)
	}
}

// done reports whether everything to be recorded has been.
func (f *fuzzer) done() bool { return f.out != nil && f.lines == 0 }

func (f *fuzzer) close() error {
	if f.out == nil {
		return f.closed
	}
	return errors.Join(f.closed, f.out.Close(), f.file.Close())
}
