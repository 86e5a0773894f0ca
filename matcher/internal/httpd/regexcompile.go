package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Regex compiles a regular expression, nil if it has an error.
func (c *Compiler) Regex(src string, noCase bool, at parser.Extent) *pattern.Pattern {
	r := c.Preparer().Regex(src, noCase)
	return c.Accept(&r, src, at)
}

// fits counts a pattern of that size and reports whether there is room for it, which
// only access files may run out of.
func (c *Compiler) fits(size int, at parser.Extent) bool {
	limit := c.Engine.Limits.AccessCache
	full := c.access && c.patterns > limit
	c.patterns += patternRatio * int64(size)
	if !full && c.access && c.patterns > limit {
		c.Errorf(codeAccessFile, at, "the patterns take more than the %d bytes of Limits.AccessCache", limit)
	}
	return !c.access || c.patterns <= limit
}
