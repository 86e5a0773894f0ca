package authfile

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// Groups are the groups of a file, by their members.
type Groups map[string][]string

// ParseGroups reads a file of groups as mod_authz_groupfile does: lines of the form
// "group: member member".
func ParseGroups(text string) Groups {
	groups := Groups{}
	for line := range lines(text, len(text)) {
		group, members := word(line, ':')
		group = strings.TrimRight(group, apr.Space)
		for members != "" {
			var member string
			member, members = apr.Word(members)
			if in := groups[member]; len(in) == 0 || in[len(in)-1] != group {
				groups[member] = append(in, group)
			}
		}
	}
	return groups
}

// Has reports whether user is a member of the group, whose name may be in any case.
func (g Groups) Has(user, group string) bool {
	return slices.ContainsFunc(g[user], func(name string) bool { return uri.EqualFold(name, group) })
}

// Size estimates what the groups take beside the text of the file, in bytes.
func (g Groups) Size() int64 {
	n := int64(len(g)) * entrySize
	for _, in := range g {
		n += int64(cap(in)) * 16
	}
	return n
}
