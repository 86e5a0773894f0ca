package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/access"

// accessSlot is the place of access control in the configuration of a directory.
var accessSlot = &slot[access.Config]{merge: (*access.Config).Over}

func (sc *scope) accessConfig() *access.Config { return accessSlot.make(&sc.dir.parts) }
