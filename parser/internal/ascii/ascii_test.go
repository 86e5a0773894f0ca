package ascii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Only the letters of ASCII have two cases in httpd's configuration.
func TestFold(t *testing.T) {
	t.Parallel()
	require.True(t, EqualFold("aZ_", "Az_"))
	require.False(t, EqualFold("skip", "\u017fkip"))
	require.False(t, EqualFold("k", "\u212a"))
	require.False(t, EqualFold("[", "{"))
	require.False(t, EqualFold("a", "ab"))
	require.Equal(t, "ab\u212a[@", LowerCase("aB\u212a[@"))
	require.Equal(t, "az", LowerCase("AZ"))
}

// The classes are those of C's isspace, isdigit and isalpha in the C locale.
func TestClasses(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		c := byte(c)
		require.Equal(t, strings.IndexByte(" \t\n\v\f\r", c) >= 0, IsSpace(c), "%q", c)
		require.Equal(t, strings.IndexByte("0123456789", c) >= 0, IsDigit(c), "%q", c)
		require.Equal(t, strings.IndexByte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c) >= 0, IsLetter(c), "%q", c)
	}
}

func TestSkipSpace(t *testing.T) {
	t.Parallel()
	require.Equal(t, 3, SkipSpace("a \tb", 1))
	require.Equal(t, 0, SkipSpace("a", 0))
	require.Equal(t, 2, SkipSpace("  ", 0))
}
