package rules

// Nature is what evaluating something does beside yielding a value.
type Nature uint8

const (
	// Silent says that nothing of it shows unless the rule matches: it may be left out
	// where the rule is certain not to.
	Silent Nature = 1 << iota
	// Cheap says that it may be evaluated early, and for nothing.
	Cheap
	// Constant says that the actions of rules do not change the value.
	Constant
)

// Has reports whether n has all of the traits.
func (n Nature) Has(traits Nature) bool { return n&traits == traits }

// nature returns what expanding t does.
func (t *Template) nature() Nature {
	n := Silent | Cheap | Constant
	for i := range t.Parts {
		switch p := &t.Parts[i]; p.Kind {
		case PartLiteral, PartEscaped:
		case PartRuleGroup, PartCondGroup:
			n &^= Cheap | Constant
		case PartValue:
			n &= p.Value.Nature()
		case PartMap:
			n = 0
		}
	}
	return n
}

// silent reports whether nothing of evaluating c shows where it is false.
func (c *Cond) silent() bool {
	return c.Input.nature().Has(Silent) && (c.Test == nil || c.Test.Silent(c))
}
