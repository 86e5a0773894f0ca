package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Regex compiles a regular expression, nil if it has an error.
func (c *Compiler) Regex(src string, noCase bool, at parser.Extent) *pattern.Pattern {
	flags := c.flags
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := c.regexps.Parse(src, flags)
	var p *pattern.Pattern
	if err == nil && !c.fits(re, at) {
		return nil
	}
	if err == nil {
		p, err = pattern.New(re)
	}
	if err != nil {
		c.Errorf(CodeBadPattern, at, "cannot compile regular expression %q: %v", src, err)
		return nil
	}
	return p
}

// fits counts the pattern re and reports whether there is room for it, which
// only access files may run out of.
func (c *Compiler) fits(re *pcre.Regexp, at parser.Extent) bool {
	limit := c.Engine.Limits.AccessCache
	full := c.access && c.patterns > limit
	c.patterns += patternRatio * int64(re.Size)
	if !full && c.access && c.patterns > limit {
		c.Errorf(codeAccessFile, at, "the patterns take more than the %d bytes of Limits.AccessCache", limit)
	}
	return !c.access || c.patterns <= limit
}
