package index_test

import (
	"math"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// TestTerms shows how often terms are taken to hold, as a power of two, and whether they
// may for an empty answer.
func TestTerms(t *testing.T) {
	t.Parallel()
	network := func(s string) index.Term { return index.Network(0, netip.MustParsePrefix(s)) }
	const text, empty = true, false
	tests := map[string]struct {
		term  index.Term
		bits  int
		needs bool
	}{
		"a text":                      {index.Text(0, "ab", false), -10, text},
		"in either case":              {index.Text(0, "ab", true), -10, text},
		"a path":                      {index.Text(0, "/ab", false), -10, text},
		"a slash":                     {index.Text(0, "/", false), 0, text},
		"an empty text":               {index.Text(0, "", false), -1, empty},
		"an empty text in any case":   {index.Text(0, "", true), -1, empty},
		"what has a text":             {index.Contains(0, "ab", false), -10, text},
		"in any case":                 {index.Contains(0, "ab", true), -10, text},
		"what has nothing":            {index.Contains(0, "", false), 0, empty},
		"what begins with a text":     {index.Prefix(0, "/ab"), -10, text},
		"what begins with nothing":    {index.Prefix(0, ""), 0, empty},
		"what is below a folder":      {index.Path(0, "/ab/"), -10, text},
		"what is below the root":      {index.Path(0, "/"), 0, empty},
		"a name":                      {index.Name(0, "ab"), -20, text},
		"a wildcard":                  {index.Glob(0, "a*b?", false), -10, text},
		"wildcards in any case":       {index.Glob(0, "*.*?", true), -5, text},
		"an asterisk":                 {index.Glob(0, "*", false), 0, empty},
		"a file":                      {index.FileGlob(0, "/a*b?"), -10, text},
		"a file with a class":         {index.FileGlob(0, "/a*[bcd]ef"), -5, text},
		"a class":                     {index.FileGlob(0, "[abc]"), 0, empty},
		"a class in a text":           {index.Glob(0, "[ab]", false), -20, text},
		"any file":                    {index.FileGlob(0, "*"), 0, empty},
		"a network":                   {network("192.0.2.0/24"), -24, text},
		"an address":                  {network("192.0.2.1/32"), -32, text},
		"all of IPv4":                 {network("0.0.0.0/0"), 0, text},
		"a network of IPv6":           {network("2001:db8::/32"), -32, text},
		"an address of IPv6":          {network("2001:db8::1/128"), -128, text},
		"IPv4 in IPv6":                {network("::ffff:192.0.2.0/120"), -24, text},
		"all of IPv4 in IPv6":         {network("::ffff:0.0.0.0/96"), 0, text},
		"more than IPv4 in IPv6":      {network("::ffff:0.0.0.0/95"), -95, text},
		"a mask with holes":           {index.MaskedNetwork(0, [4]byte{192, 0, 2, 0}, [4]byte{255, 0, 255, 0}), -16, text},
		"a pattern":                   {index.Pattern(0, "a|bc", 0), 0, text},
		"a pattern that may be empty": {index.Pattern(0, "a*", 0), 0, empty},
		"a pattern that is broken":    {index.Pattern(0, "(", 0), 0, empty},
	}
	for name, tt := range tests {
		require.Equal(t, tt.needs, tt.term.NeedsText(), name)
		require.InDelta(t, math.Ldexp(1, tt.bits), tt.term.Share(), 0, name)
	}
}

// TestAddresses has the addresses in networks, IPv4 also in its form as IPv6.
func TestAddresses(t *testing.T) {
	t.Parallel()
	addr := func(s string) string { return string(index.AppendAddr(nil, netip.MustParseAddr(s))) }
	unknown := string(index.AppendAnyAddr(nil))
	tests := []struct {
		network string
		in, out []string
	}{
		{"192.0.2.0/24", []string{addr("192.0.2.9"), addr("::ffff:192.0.2.9"), unknown}, []string{addr("192.0.3.0"), addr("::c000:209"), ""}},
		{"192.0.2.1/32", []string{addr("192.0.2.1")}, []string{addr("192.0.2.0"), addr("192.0.2.3")}},
		{"0.0.0.0/0", []string{addr("192.0.2.1"), addr("0.0.0.0")}, []string{addr("::"), ""}},
		{"::ffff:192.0.2.0/120", []string{addr("192.0.2.9"), addr("::ffff:192.0.2.9")}, []string{addr("192.0.3.0")}},
		{"::ffff:0.0.0.0/96", []string{addr("192.0.2.1")}, []string{addr("::1")}},
		{"2001:db8::/33", []string{addr("2001:db8::1"), addr("2001:db8:7fff::"), unknown}, []string{addr("2001:db8:8000::"), addr("192.0.2.1"), ""}},
		{"2001:db8::2/127", []string{addr("2001:db8::3")}, []string{addr("2001:db8::1"), addr("2001:db8::4")}},
		{"::/0", []string{addr("::1")}, []string{addr("::ffff:192.0.2.1"), "", "long enough to be none"}},
	}
	for _, tt := range tests {
		var b index.Builder
		b.Add(one(index.Network(addrQuestion, netip.MustParsePrefix(tt.network))), one(index.Text(0, "", false)))
		// A network that most addresses are in is not watched, so it is asked about as well.
		b.Also(index.Network(addrQuestion, netip.MustParsePrefix(tt.network)))
		var part index.Part
		ix := b.Build(index.Options{MinItems: 1, MinUsers: 1, Chosen: func(_, _, _ int, p index.Part) { part = p }})
		require.NotNil(t, ix, tt.network)
		for want, addrs := range map[bool][]string{true: tt.in, false: tt.out} {
			for _, a := range addrs {
				r := &request{make([]string, questions)}
				r.answers[addrQuestion] = a
				var c index.Cursor
				c.Start(ix.List(), r, nil)
				c.Next(0)
				may, certain := c.May(part)
				require.Equal(t, []bool{want, want}, []bool{may, certain}, "%x in %s", a, tt.network)
			}
		}
	}
}

// TestFileNames has terms hold for no more than they say.
func TestFileNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, name string
		may, certain  bool
	}{
		{"/a/*", "/a/b", true, true},
		{"/a/*", "/a/b/c", false, false},
		{"/a/*", "/b/c", false, false},
		{"/a/?", "/a/b", true, true},
		{"/a/?", "/a/bc", false, false},
		{`/a/\*`, "/a/*", true, true},
		{`/a/\*`, "/a/b", false, false},
		{`/a/\`, `/a/\`, true, false},
		{"/a/[bc]", "/a/b", true, false},
		{"/a/[bc]", "/b/b", false, false},
	}
	for _, tt := range tests {
		var b index.Builder
		b.Add(one(index.FileGlob(0, tt.pattern)))
		var part index.Part
		ix := b.Build(index.Options{MinItems: 1, MinUsers: 1, Chosen: func(_, _, _ int, p index.Part) { part = p }})
		var c index.Cursor
		c.Start(ix.List(), &request{[]string{tt.name}}, nil)
		c.Next(0)
		may, certain := c.May(part)
		require.Equal(t, []bool{tt.may, tt.certain}, []bool{may, certain}, "%s and %s", tt.pattern, tt.name)
	}
}
