package httpd

import "github.com/modrewrite-go/modrewrite/matcher/internal/vary"

// ifList is the <If>, <ElseIf> and <Else> sections of a scope and of the scopes around it.
// Its index asks for the values that tests look at.
type ifList = ItemList[*ifSection, Asked]

// goesOn reports whether an <ElseIf> or <Else> may follow l, which is of one scope.
func goesOn(l *ifList) bool {
	n := len(l.Items())
	return n > 0 && l.Items()[n-1].test != nil
}

// indexIfs returns the index of the sections of one scope, and notes for each how many
// belong to it.
func (e *Engine) indexIfs(sections []*ifSection) Indexed[Asked] {
	for i := len(sections) - 2; i >= 0; i-- {
		if next := sections[i+1]; next.orElse {
			sections[i].others = next.others + 1
		}
	}
	c := Conditions{Looks: new(vary.Items)}
	for _, sec := range sections {
		if sec.test == nil {
			c.Any()
			continue
		}
		c.True(sec.test)
	}
	return c.Build(e, nil)
}
