package authn

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/passwd"
)

func hashOf(tb testing.TB, text string) *passwd.Hash {
	tb.Helper()
	h, ok := passwd.Parse(text)
	require.True(tb, ok, text)
	return &h
}

const (
	bcrypt4 = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW" // of "secret"
	apr1    = "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/"                        // of "secret"
)

// A password that was right is not hashed again for a minute, and only it.
func TestRemembered(t *testing.T) {
	t.Parallel()
	now := time.Unix(1700000000, 0)
	x := newHasher(&httpd.Limits{Hashes: 1, HashWait: time.Millisecond, Passwords: 2}, func() time.Time { return now })
	ask := func(hash, password string) (bool, error) {
		return x.matches(context.Background(), hashOf(t, hash), password)
	}
	right := func(hash string) {
		ok, err := ask(hash, "secret")
		require.NoError(t, err)
		require.True(t, ok)
	}
	right(bcrypt4)
	x.turns <- struct{}{} // nothing can be hashed
	right(bcrypt4)
	_, err := ask(bcrypt4, "wrong")
	require.ErrorIs(t, err, errBusy)
	_, err = ask(apr1, "secret")
	require.ErrorIs(t, err, errBusy)
	now = now.Add(59 * time.Second)
	right(bcrypt4)
	now = now.Add(time.Second)
	_, err = ask(bcrypt4, "secret")
	require.ErrorIs(t, err, errBusy)
	ok, err := ask("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "secret") // which takes no turn
	require.NoError(t, err)
	require.True(t, ok)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = x.matches(ended, hashOf(t, apr1), "secret")
	require.Error(t, err)
	<-x.turns
	for range 3 {
		right(bcrypt4)
		now = now.Add(2 * time.Minute)
		right(apr1)
	}
	require.LessOrEqual(t, len(x.right.known), 2)
	require.Len(t, x.right.order, 2)
	ok, err = ask(bcrypt4, "wrong")
	require.NoError(t, err)
	require.False(t, ok)
}

// Neither hash nor password can be found in what is remembered.
func TestKeys(t *testing.T) {
	t.Parallel()
	a, b := newMemory(1, time.Now), newMemory(1, time.Now)
	require.NotEqual(t, a.key("x", "y"), b.key("x", "y"))
	require.NotEqual(t, a.key("x", "yz"), a.key("xy", "z"))
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"Basic YW5uOnNlY3JldA==": {"ann", "secret"}, "basic \t YW5uOnNlOmNyZXQ": {"ann", "se:cret"}, "Basic": {"", ""}, "Basic YW5u": {"ann", ""},
		"Basic YW5uOnNlY3JldA==, Basic Ym9i": {"ann", "secret"}, "Basic !": {"", ""}, "Basic YW5uOnMAZWNyZXQ=": {"ann", "s"}, "Basic YW5uO": {"ann", ""},
		"Bearer YW5uOnNlY3JldA==": nil, "": nil, "BasicYW5uOnNlY3JldA==": nil, " Basic YW5uOnNlY3JldA==": nil,
	} {
		user, password, ok := credentials(line)
		require.Equal(t, want != nil, ok, line)
		if ok {
			require.Equal(t, want, []string{user, password}, line)
		}
	}
}
