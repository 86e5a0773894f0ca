package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// ifList is the <If> sections of a scope, each with its <ElseIf> and <Else>, and of the
// scopes around it. Its index asks for the values that tests look at.
type ifList = ItemList[[]*ifSection, Asked]

// withIf returns the list l, which may be nil and is of one scope, with sec after it.
func withIf(l *ifList, sec *ifSection) *ifList {
	if sec.orElse {
		items := l.Items()
		last := &items[len(items)-1]
		*last = append(*last, sec)
		return l
	}
	return l.With([]*ifSection{sec})
}

// goesOn reports whether an <ElseIf> or <Else> may follow l.
func goesOn(l *ifList) bool {
	items := l.Items()
	if len(items) == 0 {
		return false
	}
	last := items[len(items)-1]
	return last[len(last)-1].test != nil
}

// indexIfs returns the index of the sections of one scope.
func (e *Engine) indexIfs(items [][]*ifSection) Indexed[Asked] {
	c := Conditions{Looks: new(vary.Items)}
	for _, item := range items {
		c.addIf(item)
	}
	return c.Build(e, nil)
}

// addIf appends an <If> and what belongs to it: one of the sections has to hold.
func (c *Conditions) addIf(item []*ifSection) {
	tests := make([]*expr.Program, len(item))
	for i, sec := range item {
		if sec.test == nil {
			c.Any()
			return
		}
		tests[i] = sec.test
	}
	c.OneTrue(tests...)
}
