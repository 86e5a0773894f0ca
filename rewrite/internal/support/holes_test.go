package support

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHolesHaveCases looks for a case of each hole that httpd's mod_rewrite and
// its neighbours have had, by its number.
func TestHolesHaveCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(root + "testdata/cases/security/*.txtar")
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		description, _, _ := strings.Cut(string(src), "\n-- ")
		all.WriteString(description)
	}
	for id := range strings.FieldsSeq(`CVE-2000-0913 CVE-2001-1072 CVE-2003-0542 CVE-2006-3747 CVE-2011-3368 CVE-2011-4317 CVE-2013-1862
		CVE-2019-0220 CVE-2019-10098 CVE-2020-1927 CVE-2021-40438 CVE-2023-25690 CVE-2024-38473 CVE-2024-38474 CVE-2024-38475 CVE-2024-38476
		CVE-2024-39573 CVE-2024-40898 CVE-2024-43394 CVE-2025-54090 CVE-2025-65082 CVE-2026-24072 CVE-2026-44119 CVE-2026-56154`) {
		if !strings.Contains(all.String(), id) {
			t.Errorf("no case in testdata/cases/security names %s", id)
		}
	}
}
