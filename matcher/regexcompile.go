package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// regex compiles a regular expression, nil if it has an error.
func (c *compiler) regex(src string, noCase bool, at parser.Extent) *pattern.Pattern {
	flags := c.flags
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := pcre.Parse(src, flags)
	var p *pattern.Pattern
	if err == nil && !c.fits(re, at) {
		return nil
	}
	if err == nil {
		p, err = pattern.New(re)
	}
	if err != nil {
		c.errorf(CodeBadPattern, at, "cannot compile regular expression %q: %v", src, err)
		return nil
	}
	return p
}
