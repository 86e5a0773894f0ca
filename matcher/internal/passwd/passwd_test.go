package passwd_test

import (
	"crypto/sha1" //nolint:gosec // {SHA} is what files hold
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/passwd"
)

// testdata/hashes.txt has what crypt(3) of Debian's libxcrypt and htpasswd made of
// passwords: a hash, a tab and the password.
func hashes(tb testing.TB) (list [][2]string) {
	tb.Helper()
	text, err := os.ReadFile("testdata/hashes.txt")
	require.NoError(tb, err)
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n") {
		hash, password, ok := strings.Cut(line, "\t")
		require.True(tb, ok, line)
		list = append(list, [2]string{hash, password})
	}
	return list
}

func TestMatches(t *testing.T) {
	t.Parallel()
	list := hashes(t)
	require.Greater(t, len(list), 80)
	for _, known := range list {
		h, ok := passwd.Parse(known[0])
		require.True(t, ok, known[0])
		require.True(t, h.Matches(known[1]), known)
		require.False(t, h.Matches("\x01"+known[1]), known)
		require.False(t, strings.HasPrefix(known[0], "$2") && h.Cost() != 4, known)
		for _, other := range []string{known[0] + "x", known[0][:len(known[0])-1], known[0][:len(known[0])-1] + "!"} {
			h, ok := passwd.Parse(other)
			require.False(t, ok && h.Matches(known[1]), other)
		}
	}
}

// What is not known, is malformed or leaves too much open is the hash of no password.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "secret", "rqXexS6ZhobKA", "$y$j9T$abc$x", "$7$x", "$sha1$x", "_J9..rasm", "*", "!", "$2x$04$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a",
		"$2y$04$short", "$2y$03$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a", "$2y$32$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a",
		"$2y$0x$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a", "$5$", "$5$rounds=999$s$x", "$5$rounds=01000$s$x", "$5$rounds=1000000000$s$x",
		"$5$rounds=x$s$x", "$5$rounds=$s$x", "$5$rounds=1000", "$6$seventeencharacte$x", "$6$a b$x", "$1$\x00$x", "$apr1$é$x", "{SHA}a b", "{SHA", "$1",
	} {
		_, ok := passwd.Parse(text)
		require.False(t, ok, text)
	}
	for _, text := range []string{"$1$", "$apr1$", "$1$ninechars$x", "$apr1$ninechars$x", "$5$salt$", "{SHA}", "$2y$04$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9A"} {
		h, ok := passwd.Parse(text)
		require.True(t, ok, text)
		require.False(t, h.Matches(""), text)
		require.False(t, h.Matches("secret"), text)
	}
}

// The cost is known before a password is checked.
func TestCost(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"{SHA}x": 0, "$apr1$x$y": 0, "$5$x$y": 7, "$6$rounds=1000$x$y": 4, "$6$rounds=65536$x$y": 10, "$6$rounds=65537$x$y": 11, "$6$rounds=999999999$x$y": 24,
		"$2y$12$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a": 12, "$2b$31$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a": 31,
	} {
		h, ok := passwd.Parse(text)
		require.True(t, ok, text)
		require.Equal(t, want, h.Cost(), text)
		require.Equal(t, text, h.Text())
		require.Equal(t, strings.HasPrefix(text, "{"), h.Cheap())
	}
}

// Hashes with the same setting take as long to check.
func TestSetting(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{SHA}x": "{SHA}", "$apr1$x$y": "$apr1", "$1$x$y": "$1", "$5$x$y": "$5", "$6$rounds=1000$x$y": "$6$rounds=1000",
		"$2y$12$4RLRvQgHemgCOmx8rR6x2eQshRoKC9tTlh2SQb4jU..iRPyhiZi9a": "$2y$12",
	} {
		h, ok := passwd.Parse(text)
		require.True(t, ok, text)
		require.Equal(t, want, h.Setting())
	}
}

// A password that is too long is not hashed.
func TestLongPassword(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 8190)
	sum := sha1.Sum([]byte(long)) //nolint:gosec // {SHA} is what files hold
	h, ok := passwd.Parse("{SHA}" + base64.StdEncoding.EncodeToString(sum[:]))
	require.True(t, ok)
	require.True(t, h.Matches(long))
	longer := sha1.Sum([]byte(long + "x")) //nolint:gosec // as above
	h, ok = passwd.Parse("{SHA}" + base64.StdEncoding.EncodeToString(longer[:]))
	require.True(t, ok)
	require.False(t, h.Matches(long+"x"))
}

// No hash and no password make it panic, and cheap ones are decided.
func FuzzMatches(f *testing.F) {
	for _, known := range hashes(f) {
		if len(known[1]) < 20 {
			f.Add(known[0], known[1])
		}
	}
	f.Fuzz(func(t *testing.T, text, password string) {
		h, ok := passwd.Parse(text)
		if !ok || h.Cost() > 4 {
			return
		}
		if first := h.Matches(password); first != h.Matches(password) {
			t.Errorf("%q and %q: not the same twice", text, password)
		}
	})
}
