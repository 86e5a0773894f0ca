package authn

import (
	"context"
	"fmt"
	"maps"
	"strings"
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

// Of two users with hashes of different kinds each lends its hash to about half the
// strangers. Who gets which depends on the file, and not on the order of a map.
func TestDecoysOfTwo(t *testing.T) {
	t.Parallel()
	chosen := func(u authfile.Users) (picked string) {
		d := newDecoys(u, 4) // the cost of bcrypt4: hashes that cost just as much are tried
		for i := range 64 {
			if strings.HasPrefix(d.choose(fmt.Sprint("stranger", i)).Text(), "$2") {
				picked += "b"
			} else {
				picked += "s"
			}
		}
		return picked
	}
	users := authfile.Users{"a": bcrypt4, "b": sha1Hash}
	want := chosen(users)
	require.InDelta(t, 32, strings.Count(want, "b"), 20)
	for range 20 {
		require.Equal(t, want, chosen(maps.Clone(users)))
	}
	other := bcrypt4[:len(bcrypt4)-1] + "e"
	require.NotEqual(t, bcrypt4, other)
	require.NotEqual(t, want, chosen(authfile.Users{"a": other, "b": sha1Hash}), "another secret")
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
