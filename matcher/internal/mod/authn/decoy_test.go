package authn

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

const (
	sha1Hash = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" // of "secret"
	des      = "rl.3StKT.4T8M"
)

// Users who are not there are tried with the hashes of those who are: as often with each
// kind, and each user always with the same one.
func TestDecoys(t *testing.T) {
	t.Parallel()
	users := authfile.Users{"des": des}
	for i := range 100 {
		users[fmt.Sprint("md5", i)] = apr1
		users[fmt.Sprint("bcrypt", i)] = bcrypt4
		users[fmt.Sprint("bcrypt", i+100)] = bcrypt4
	}
	users["sha1"] = sha1Hash
	d := newDecoys(users, 12)
	require.Equal(t, 301, d.users)
	chosen := map[string]int{}
	for i := range 3010 {
		user := fmt.Sprint("stranger", i)
		h := d.choose(user)
		require.Same(t, h, d.choose(user))
		chosen[h.Text()]++
	}
	require.InDelta(t, 2000, chosen[bcrypt4], 150)
	require.InDelta(t, 1000, chosen[apr1], 150)
	require.InDelta(t, 10, chosen[sha1Hash], 15)

	// Other users change the choice for few.
	users["another"] = apr1
	again, changed := newDecoys(users, 12), 0
	for i := range 1000 {
		user := fmt.Sprint("stranger", i)
		if d.choose(user).Text() != again.choose(user).Text() {
			changed++
		}
	}
	require.Less(t, changed, 30)

	costly := newDecoys(authfile.Users{"a": bcrypt4}, 3)
	require.Nil(t, costly.choose("x"))
	none := newDecoys(authfile.Users{"a": des}, 12)
	require.Nil(t, none.choose("x"))
}

// For users who are not there as much is hashed as for those who are, in a turn of its own,
// and nothing is remembered.
func TestPretend(t *testing.T) {
	t.Parallel()
	e := &engine{hasher: newHasher(&httpd.Limits{Hashes: 1, HashWait: time.Millisecond, Passwords: 1}, time.Now)}
	e.hasher.turns <- struct{}{}
	s := &httpd.Request{Eval: &httpd.Evaluation{Ctx: context.Background()}}
	require.Equal(t, busy, e.pretend(s, parseUsers("b:"+bcrypt4, 12), "u", "x"))
	require.Equal(t, unknown, e.pretend(s, parseUsers("b:"+sha1Hash, 12), "u", "x"), "as for a user with such a hash")
	require.Equal(t, unknown, e.pretend(s, parseUsers("b:plain", 12), "u", "x"))
	<-e.hasher.turns
	require.Equal(t, unknown, e.pretend(s, parseUsers("b:"+bcrypt4, 12), "u", "secret"))
	require.Empty(t, e.hasher.right.known)
}
