package matcher

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/notrun"
	"github.com/modrewrite-go/modrewrite/parser"
)

// TestCommands checks that each directive and section has one row, which says
// either how it is run or why it is not.
func TestCommands(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	check := func(module string, rows []httpd.Command) {
		for _, cmd := range rows {
			name := strings.ToLower(cmd.Name)
			require.Empty(t, seen[name], "%s has two rows", cmd.Name)
			seen[name] = module
			runs := cmd.Set != nil || cmd.Open != nil
			require.True(t, runs || cmd.Why != httpd.IsRun, "%s is neither run nor is there a reason why not", cmd.Name)
			require.NotZero(t, cmd.Place, cmd.Name)
			require.Equal(t, strings.HasPrefix(cmd.Name, "<"), cmd.Open != nil || !runs && strings.HasPrefix(cmd.Name, "<"), cmd.Name)
		}
	}
	for _, m := range modules().Modules {
		check(m.Name, m.Commands)
	}
	groups := notrun.Groups()
	for i := range groups {
		check(groups[i].Module, groups[i].Commands())
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
	table := modules().Commands
	for _, cmd := range table {
		require.Equal(t, !others[cmd.Module.Name], parser.KnownDirective(cmd.Name), cmd.Name)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	table := modules().Commands
	for name, want := range map[string]httpd.OverrideClass{
		"RewriteRule": httpd.OverrideFileInfo, "rewritemap": httpd.InServer, "CustomLog": httpd.InServer, "<Limit": httpd.OverrideAuthConfig | httpd.OverrideLimit,
		"DirectoryIndex": httpd.OverrideIndexes, "LogLevel": httpd.InServer | httpd.InDirectory, "ServerSignature": httpd.OverrideAll,
	} {
		cmd := table.Find(name)
		require.NotNil(t, cmd, name)
		require.Equal(t, want, cmd.Place, name)
	}
	require.Nil(t, table.Find("Frobnicate"))
}

// TestHooks checks that each hook has a bit of its own, in the order of its phase.
func TestHooks(t *testing.T) {
	t.Parallel()
	p, next := phasesOf(), 0
	p.Number()
	check := func(n int, all httpd.HookSet) {
		require.Equal(t, httpd.HookSet(1<<n-1)<<next, all)
		next += n
	}
	for _, ph := range p.List() {
		check(len(ph.Hooks), ph.All)
	}
	require.Equal(t, next, p.FirstResponse)
	check(len(p.Response), p.AnyResponse)
	require.LessOrEqual(t, next, 64)
	require.NotZero(t, next)
}
