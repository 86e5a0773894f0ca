package httpd

import "github.com/modrewrite-go/modrewrite/matcher/internal/access"

// AccessSlot is the place of access control in the configuration of a directory.
var AccessSlot = &Slot[access.Config]{
	Merge: (*access.Config).Over,
	Seal: func(e *Engine, c *access.Config) {
		if !e.Linear {
			c.Prepare(&e.Index, func() access.Questions { return NewQuestions(access.OwnQuestions) })
		}
	},
}

// AccessConfig returns the access control of the scope, for changing.
func (sc *Scope) AccessConfig() *access.Config { return AccessSlot.Make(&sc.Dir.Parts) }
