package matcher

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// TestCommands checks that each directive and section has one row, which says
// either how it is run or why it is not.
func TestCommands(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	check := func(module string, rows []command) {
		for _, cmd := range rows {
			name := strings.ToLower(cmd.name)
			require.Empty(t, seen[name], "%s has two rows", cmd.name)
			seen[name] = module
			runs := cmd.set != nil || cmd.open != nil
			require.True(t, runs || cmd.why != isRun, "%s is neither run nor is there a reason why not", cmd.name)
			require.NotZero(t, cmd.place, cmd.name)
			require.Equal(t, strings.HasPrefix(cmd.name, "<"), cmd.open != nil || !runs && strings.HasPrefix(cmd.name, "<"), cmd.name)
		}
	}
	for _, m := range modules().modules {
		check(m.name, m.commands)
	}
	groups := notRun()
	for i := range groups {
		check(groups[i].module, groups[i].commands())
	}
	for name := range parser.Directives() {
		require.Contains(t, seen, strings.ToLower(name))
	}
	require.Greater(t, len(seen), 700)
}

// TestForeignCommands lists the rows that are not of httpd 2.4 or its modules.
func TestForeignCommands(t *testing.T) {
	t.Parallel()
	others := map[string]bool{"httpd 2.2": true, "PHP": true, "PageSpeed": true, "ModSecurity": true}
	table := newCommandTable(modules())
	for _, cmd := range table {
		require.Equal(t, !others[cmd.module.name], parser.KnownDirective(cmd.name), cmd.name)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	table := newCommandTable(modules())
	for name, want := range map[string]overrideClass{
		"RewriteRule": overrideFileInfo, "rewritemap": inServer, "CustomLog": inServer, "<Limit": overrideAuthConfig | overrideLimit,
		"DirectoryIndex": overrideIndexes, "LogLevel": inServer | inDirectory, "ServerSignature": overrideAll,
	} {
		cmd := table.find(name)
		require.NotNil(t, cmd, name)
		require.Equal(t, want, cmd.place, name)
	}
	require.Nil(t, table.find("Frobnicate"))
}

// TestHooks checks that each hook has a bit of its own, in the order of its phase.
func TestHooks(t *testing.T) {
	t.Parallel()
	p, next := phasesOf(), 0
	p.number()
	check := func(first, n int, all hookSet) {
		require.Equal(t, next, first)
		require.Equal(t, hookSet(1<<n-1)<<first, all)
		next += n
	}
	for _, ph := range p.list() {
		check(ph.first, len(ph.hooks), ph.all)
	}
	check(p.firstResponse, len(p.response), p.anyResponse)
	require.LessOrEqual(t, next, 64)
	require.NotZero(t, next)
}
