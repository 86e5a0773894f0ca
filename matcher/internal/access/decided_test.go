package access

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// at returns a place in line n.
func at(n uint32) parser.Extent { return parser.Extent{Name: "f", From: parser.Pos{Line: n, Col: 1}} }

func TestNamesHost(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]bool{
		"example.com": true, ".example": true, "all": false, "10.1": false, "::1": false, "env=A": false, "a/8": false, "a#b": false,
	} {
		require.Equal(t, want, NamesHost(who), who)
	}
}

// A login does not make up for a plain connection with SSLOptions +StrictRequire.
func TestStrict(t *testing.T) {
	t.Parallel()
	root := NewSection(RequireAny, parser.Extent{})
	require.NoError(t, root.Add(NewRequire(Users{"a"}, false, AllMethods, at(2))))
	either := &Compat{}
	require.NoError(t, either.Satisfy("any", AllMethods))
	c := &Config{Authz: &Authz{Root: root}, Authn: AuthnSome, Compat: either, Encrypted: true, EncryptedAt: at(1)}
	plain := visitor{method: "GET", user: "a"}
	status, by := c.Check(plain, true)
	require.Equal(t, 403, status)
	require.Equal(t, at(1), by)
	status, _ = c.Check(plain, false)
	require.Zero(t, status)
	status, _ = c.Check(visitor{method: "GET", user: "a", encrypted: true}, true)
	require.Zero(t, status)
	c.Authn = AuthnUnset // somebody else knows the user
	status, _ = c.Check(plain, true)
	require.Zero(t, status)
}

// Order, Allow and Deny replace those around them as a whole, or stay.
func TestCompatOver(t *testing.T) {
	t.Parallel()
	deny := &Compat{}
	require.NoError(t, deny.Deny("all", AllMethods, at(3)))
	base, s := &Config{Compat: deny}, visitor{method: "GET"}
	status, by := (&Config{Authn: AuthnNone}).Over(base).Check(s, false)
	require.Equal(t, 403, status)
	require.Equal(t, at(3), by)
	status, _ = (&Config{Compat: &Compat{}}).Over(base).Check(s, false)
	require.Zero(t, status)
}

// What one line decided is that line's doing, what several did the section's.
func TestWhatDecided(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		s := NewSection(RequireAny, at(9))
		for i := range n {
			require.NoError(t, s.Add(NewRequire(All(false), false, AllMethods, at(uint32(i+1)))))
		}
		_, by := s.check(visitor{method: "GET"}, false, false)
		require.Equal(t, []parser.Extent{at(9), at(1), at(9)}[n], by.At)
	}
}

// A method keeps the number that it was given.
func TestRegisteredNumbers(t *testing.T) {
	t.Parallel()
	var table MethodTable
	for _, name := range []string{"ONE", "TWO", "THREE"} {
		want := table.Register(name)
		got, ok := table.Number(name)
		require.True(t, ok)
		require.Equal(t, want, got, name)
	}
}

func TestPartialSubnet(t *testing.T) {
	t.Parallel()
	n, err := ParseSubnet("255.0")
	require.NoError(t, err)
	require.True(t, n.Contains(netip.MustParseAddr("255.0.1.2")))
	_, err = ParseSubnet("256.0")
	require.ErrorIs(t, err, ErrBadAddress)
}
