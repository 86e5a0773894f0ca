package parser

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// version evaluates c, an <IfVersion> with the arguments of s.
func (r *reader) version(c *Conditional, s *statement) {
	words := s.all.words()
	if len(words) > 3 || len(words) > 0 && words[0].Text == "" {
		r.argumentCount(s, "<IfVersion> takes one, two or three arguments, a comparison operator, a version (and a delimiter)")
		c.Line, s.close = s.line, closer{tail: s.all.rest(len(s.all.s))}
		return
	}
	op, version, ok := versionArgs(words)
	if !ok {
		r.missingBracket(s)
		c.Line, s.close = s.line, closer{tail: s.all.rest(len(s.all.s))}
		return
	}
	holds, err := compareVersion(r.opts.Version, op, version)
	if err != nil {
		r.errorf(s.Extent, CodeBadVersion, err.hint, "%s", err.msg)
		return
	}
	c.Not = strings.HasPrefix(op, "!")
	c.Holds = holds != c.Not
}

// versionError says why a version can't be compared.
type versionError struct{ msg, hint string }

// versionArgs finds operator and version in the words of an <IfVersion>, the
// ">" included. It returns false if that is missing.
func versionArgs(words []Word) (op, version string, ok bool) {
	text := func(i int) string {
		if i < len(words) {
			return words[i].Text
		}
		return ""
	}
	op, version = text(0), text(1)
	closed := text(2) == ">"
	switch {
	case len(words) == 0:
		return "=", "", true
	case len(words) == 1 || len(words) == 2 && version == ">":
		closed = len(words) == 2
		op, version = "=", op
	case version == "":
		return op, "", false
	}
	if !closed {
		version, closed = strings.CutSuffix(version, ">")
	}
	return op, version, closed
}

// compareVersion compares the server's version with another. op may begin
// with "!", which is not taken into account.
func compareVersion(server, op, version string) (bool, *versionError) {
	bare := op
	if len(op) > 1 {
		bare = strings.TrimPrefix(op, "!")
	}
	switch bare {
	case "=", "==":
		if re, ok := strings.CutPrefix(version, "/"); ok {
			re, ok = strings.CutSuffix(re, "/")
			if !ok {
				return false, &versionError{msg: "Missing delimiting / of regular expression."}
			}
			return matchVersion(server, re)
		}
	case "~":
		return matchVersion(server, version)
	case "<", "<=", ">", ">=":
	default:
		return false, &versionError{"unrecognized operator '" + op + "'", "= == ~ < <= > >=, each with or without \"!\" before it, and a blank behind"}
	}
	v, ok := parseVersion(version)
	if !ok {
		return false, &versionError{"Version appears to be invalid. It must have the format " +
			"major[.minor[.patch]] where major, minor and patch are numbers.", hintVersion(version)}
	}
	have, _ := parseVersion(server)
	d := slices.Compare(have[:], v[:])
	return d < 0 && bare[0] == '<' || d > 0 && bare[0] == '>' || d == 0 && strings.HasSuffix(bare, "="), nil
}

// hintVersion explains what may be wrong with a version.
func hintVersion(version string) string {
	if strings.ContainsAny(version, "=<>~!") {
		return "a blank separates operator and version"
	}
	return ""
}

// matchVersion matches the server's version with a regular expression.
func matchVersion(server, expr string) (bool, *versionError) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return false, &versionError{"Unable to compile regular expression", "look-around and back-references are not supported here"}
	}
	return re.MatchString(server), nil
}

// parseVersion reads up to three numbers. What is missing between the dots
// counts as 0. ok is false if there is more in s; v then is what was read.
func parseVersion(s string) (v [3]int, ok bool) {
	if s == "" || !ascii.IsDigit(s[0]) {
		return v, false
	}
	for i := range v {
		n := 0
		for n < len(s) && ascii.IsDigit(s[n]) {
			n++
		}
		v[i] = atoi(s[:n])
		if n == len(s) {
			return v, true
		}
		if s[n] != '.' {
			return v, false
		}
		s = s[n+1:]
	}
	return v, s == ""
}
