package access

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
)

func TestParseSubnet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text    string
		in, out string // addresses, separated by blanks
		err     error
	}{
		{text: "10", in: "10.0.0.0 10.255.255.255", out: "11.0.0.0 9.255.255.255 ::a"},
		{text: "10.", in: "10.1.2.3"},
		{text: "10.1", in: "10.1.2.3 ::ffff:10.1.2.3", out: "10.2.0.0"},
		{text: "1.2.3.", in: "1.2.3.4", out: "1.2.4.4"},
		{text: "1.2.3.4.", in: "1.2.3.4", out: "1.2.3.5"},
		{text: "010", in: "10.0.0.1"},
		{text: "0010.0.0.1", in: "10.0.0.1", out: "10.0.0.2"},
		{text: "4294967297", in: "1.2.3.4"},
		{text: "1.2.3.4", in: "1.2.3.4", out: "1.2.3.5"},
		{text: "10.9.8.7/8", in: "10.0.0.0", out: "11.0.0.0"},
		{text: "10.0.0.0/+8", in: "10.1.1.1"},
		{text: "10.0.0.0/ 8", in: "10.1.1.1"},
		{text: "10.0.0.0/08", in: "10.1.1.1"},
		{text: "10.0.0.0/255.0.255.0", in: "10.9.0.9", out: "10.9.1.9"},
		{text: "10.0.0.0/0.0.0.0", in: "1.2.3.4", out: "::1"},
		{text: "1.2.3.4/32", in: "1.2.3.4", out: "1.2.3.5"},
		{text: "::1", in: "::1", out: "::2 0.0.0.1"},
		{text: "fe80::/10", in: "fe80::1 febf::1 fe80::1%eth0", out: "fec0::1"},
		{text: "::/1", in: "::1", out: "1.2.3.4 8000::"},
		{text: "10.0.0.0/0", err: ErrBadMask},
		{text: "10.0.0.0/33", err: ErrBadMask},
		{text: "10.0.0.0/", err: ErrBadMask},
		{text: "10.0.0.0/-1", err: ErrBadMask},
		{text: "10.0.0.0/255.0", err: ErrBadMask},
		{text: "1.2.3.4/32/3", err: ErrBadMask},
		{text: "::/0", err: ErrBadMask},
		{text: "::1/129", err: ErrBadMask},
		{text: "::1/255.0.0.0", err: ErrBadMask},
		{text: "10.1/16", err: ErrBadAddress},
		{text: "::ffff:1.2.3.4", err: ErrBadAddress},
		{text: "::ffff:0:0/96", err: ErrBadAddress},
		{text: "fe80::1%eth0", err: ErrBadAddress},
		{text: "x::y", err: ErrBadAddress},
		{text: "10..1", err: ErrBadAddress},
		{text: ".", err: ErrBadAddress},
		{text: "256", err: ErrBadAddress},
		{text: "1.2.3.4.5", err: ErrBadAddress},
		{text: "0000000000000010", err: ErrBadAddress},
		{text: "99999999999999999999", err: ErrBadAddress},
		{text: "", err: ErrNoAddress},
		{text: "/8", err: ErrNoAddress},
		{text: "host", err: ErrNoAddress},
		{text: "10.a", err: ErrNoAddress},
	}
	for _, tt := range tests {
		n, err := ParseSubnet(tt.text)
		if !errors.Is(err, tt.err) {
			t.Errorf("ParseSubnet(%q) error = %v, want %v", tt.text, err, tt.err)
			continue
		}
		if err == nil && n.Contains(netip.Addr{}) {
			t.Errorf("%s contains an address that is none", tt.text)
		}
		for _, want := range []struct {
			list string
			in   bool
		}{{tt.in, true}, {tt.out, false}} {
			for a := range strings.FieldsSeq(want.list) {
				if got := n.Contains(netip.MustParseAddr(a)); got != want.in {
					t.Errorf("%s contains %s = %v, want %v", tt.text, a, got, want.in)
				}
			}
		}
	}
}

func TestMethodTable(t *testing.T) {
	t.Parallel()
	var table MethodTable
	get, ok := table.Number("GET")
	require.True(t, ok)
	head, ok := table.Number("HEAD")
	require.True(t, ok)
	require.Equal(t, get, head)
	unknown, ok := table.Number("BREW")
	require.False(t, ok)
	_, ok = table.Number("get")
	require.False(t, ok, "methods have case")

	brew := table.Register("BREW")
	require.NotEqual(t, unknown, brew)
	require.Equal(t, brew, table.Register("BREW"))
	for i := range 100 {
		n := table.Register(string(rune('A'+i%26)) + string(rune('A'+i/26)))
		require.Less(t, n, 63)
	}
	n, ok := table.Number("AA")
	require.True(t, ok)
	require.NotEqual(t, brew, n)
	last, ok := table.Number("VD")
	require.False(t, ok, "the numbers are used up")
	require.Equal(t, unknown, last)
}

// visitor is a Subject of a test.
type visitor struct {
	taken     *bool       // the user that the caller names is
	looked    *vary.Names // what tests looked at, if it is not nil
	method    string
	addr      string
	name      string
	env       []string
	user      string
	encrypted bool
	asked     *bool                     // whether the name was asked for, if it is not nil
	passed    func(place parser.Extent) // called for what is passed over and holds
	doubts    *int
	blind     bool // an index gets no answers
}

func (v visitor) Looked(items *vary.Items, first, end int) {
	if v.looked != nil {
		v.looked.AddItems(items, first, end)
	}
}

func (v visitor) Method() int {
	var table MethodTable
	n, _ := table.Number(v.method)
	return n
}

func (v visitor) ClientAddr() netip.Addr {
	a, _ := netip.ParseAddr(v.addr)
	return a
}
func (visitor) ServerAddr() netip.Addr { return netip.MustParseAddr("192.0.2.1") }
func (v visitor) ClientName() (name string, known bool) {
	if v.asked != nil {
		*v.asked = true
	}
	if v.name == unknownName {
		return "", false
	}
	return v.name, true
}
func (v visitor) HasEnv(name string) bool { return slices.Contains(v.env, name) }
func (v visitor) AppendEnvNames(dst []byte) []byte {
	for _, name := range v.env {
		dst = index.AppendName(dst, name)
	}
	return dst
}
func (v visitor) User() string { return v.user }
func (v visitor) Doubts() int {
	if v.doubts == nil {
		return 0
	}
	return *v.doubts
}

func (v visitor) LogIn() int {
	if v.user == "" {
		return 401
	}
	return 0
}

func (v visitor) Encrypted() bool { return v.encrypted }
func (v visitor) Certified() bool { return v.encrypted && v.user != "" }
func (visitor) Resolve(name string) (addrs []netip.Addr, known bool) {
	if name != "home.example" {
		return nil, name != unknownName
	}
	return []netip.Addr{netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("2001:db8::7")}, true
}

// unknownName is a name that can't be found out.
const unknownName = "?"

func TestTests(t *testing.T) {
	t.Parallel()
	subnet, err := ParseSubnet("10")
	require.NoError(t, err)
	ten, home := visitor{addr: "10.1.2.3"}, visitor{addr: "198.51.100.7"}
	tests := []struct {
		test  Test
		s     visitor
		known bool
		want  Outcome
	}{
		{All(true), visitor{}, false, Granted},
		{All(false), visitor{}, false, Denied},
		{Subnets{subnet}, ten, false, Granted},
		{Subnets{subnet}, home, false, Denied},
		{Subnets{subnet}, visitor{}, false, Denied},
		{Hosts{"example"}, visitor{name: "a.example"}, false, Granted},
		{Hosts{"Example"}, visitor{name: "EXAMPLE"}, false, Granted},
		{Hosts{".example"}, visitor{name: "a.example"}, false, Granted},
		{Hosts{".example"}, visitor{name: "example"}, false, Denied},
		{Hosts{"ample"}, visitor{name: "a.example"}, false, Denied},
		{Hosts{"a.example"}, visitor{name: "example"}, false, Denied},
		{Hosts{""}, visitor{name: ""}, false, Denied},
		{Hosts{"10.1.2.3"}, ten, false, Denied},
		{Hosts{"example"}, visitor{name: unknownName}, false, Unknown},
		{Hosts{}, visitor{name: unknownName}, false, Denied},
		{ForwardDNS{unknownName, "home.example"}, home, false, Granted},
		{ForwardDNS{unknownName, "nowhere.example"}, home, false, Unknown},
		{ForwardDNS{unknownName}, visitor{}, false, Denied},
		{ForwardDNS{"nowhere.example", "home.example"}, home, false, Granted},
		{ForwardDNS{"home.example"}, visitor{addr: "::ffff:198.51.100.7"}, false, Granted},
		{ForwardDNS{"home.example"}, ten, false, Denied},
		{ForwardDNS{"home.example"}, visitor{}, false, Denied},
		{Local{}, visitor{addr: "127.9.9.9"}, false, Granted},
		{Local{}, visitor{addr: "::1"}, false, Granted},
		{Local{}, visitor{addr: "::ffff:127.0.0.1"}, false, Granted},
		{Local{}, visitor{addr: "192.0.2.1"}, false, Granted},
		{Local{}, ten, false, Denied},
		{Local{}, visitor{}, false, Denied},
		{Env{"A", "B"}, visitor{env: []string{"B"}}, false, Granted},
		{Env{"A"}, visitor{env: []string{"B"}}, false, Denied},
		{OneOf(1), visitor{method: "HEAD"}, false, Granted},
		{OneOf(1), visitor{method: "POST"}, false, Denied},
		{Encrypted{}, visitor{encrypted: true}, false, Granted},
		{Encrypted{}, visitor{}, false, Denied},
		{Certified{}, visitor{encrypted: true, user: "a"}, false, Granted},
		{Certified{}, visitor{encrypted: true}, false, Denied},
		{Users{"a", "b"}, visitor{user: "b"}, true, Granted},
		{Users{"a", "b"}, visitor{user: "c"}, true, Denied},
		{Users{"a", "b"}, visitor{user: "b"}, false, NoUser},
		{Users{"a"}, visitor{}, true, NoUser},
		{AnyUser{}, visitor{user: "b"}, true, Granted},
		{AnyUser{}, visitor{user: "b"}, false, NoUser},
		{AnyUser{}, visitor{}, true, NoUser},
	}
	for _, tt := range tests {
		if got := tt.test.Check(tt.s, tt.known); got != tt.want {
			t.Errorf("%T(%v) on %+v, known %v: %v, want %v", tt.test, tt.test, tt.s, tt.known, got, tt.want)
		}
	}
}

// outcomes is a Test with a fixed answer.
type outcomes Outcome

func (o outcomes) Check(Subject, bool) Outcome { return Outcome(o) }

// tree builds a Section of lines with these outcomes, negated ones, and
// sections.
func tree(t *testing.T, k Kind, parts ...any) *Section {
	t.Helper()
	s := NewSection(k, parser.Extent{})
	for _, p := range parts {
		switch p := p.(type) {
		case Outcome:
			require.NoError(t, s.Add(NewRequire(outcomes(p), false, AllMethods, parser.Extent{})))
		case not:
			require.NoError(t, s.Add(NewRequire(outcomes(p), true, AllMethods, parser.Extent{})))
		case *Section:
			require.NoError(t, s.Add(p))
		}
	}
	return s
}

type not Outcome

func TestCombine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		section *Section
		want    Outcome
	}{
		{tree(t, RequireAny, Denied, Granted), Granted},
		{tree(t, RequireAny, Denied, Denied), Denied},
		{tree(t, RequireAny, Denied, NoUser), NoUser},
		{tree(t, RequireAny, NoUser, Denied), NoUser},
		{tree(t, RequireAny, NoUser, Granted), Granted},
		{tree(t, RequireAny, Neutral, Denied), Denied},
		{tree(t, RequireAny, Failed, Granted), Failed},
		{tree(t, RequireAny, Granted, Failed), Granted},
		{tree(t, RequireAll, Granted, Denied), Denied},
		{tree(t, RequireAll, Granted, Granted), Granted},
		{tree(t, RequireAll, Granted, NoUser), NoUser},
		{tree(t, RequireAll, NoUser, Granted), NoUser},
		{tree(t, RequireAll, NoUser, Denied), Denied},
		{tree(t, RequireAll, Neutral, Granted), Granted},
		{tree(t, RequireAll, Granted, not(Denied)), Granted},
		{tree(t, RequireAll, Granted, not(NoUser)), Granted},
		{tree(t, RequireAll, Granted, not(Granted)), Denied},
		{tree(t, RequireAll, not(Denied)), Neutral},
		{tree(t, RequireAny, Unknown, Granted), Granted},
		{tree(t, RequireAny, Unknown, Denied), Unknown},
		{tree(t, RequireAny, NoUser, Unknown), Unknown},
		{tree(t, RequireAll, Granted, Unknown), Unknown},
		{tree(t, RequireAll, Unknown, NoUser), Unknown},
		{tree(t, RequireAll, Unknown, Granted, Denied), Denied},
		{tree(t, RequireAll, Granted, not(Unknown)), Unknown},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, Unknown)), Unknown},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, Unknown, Granted)), Denied},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, tree(t, RequireAll, Unknown, Denied))), Granted},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, tree(t, RequireAll, Granted, not(Unknown)))), Unknown},
		{tree(t, RequireNone, Denied, Granted), Denied},
		{tree(t, RequireNone, Denied, Denied), Neutral},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, Denied)), Granted},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, Granted)), Denied},
		{tree(t, RequireAny, Denied, tree(t, RequireAll, Granted, Granted)), Granted},
		{tree(t, RequireAny, Denied, tree(t, RequireAny, Denied, Granted)), Granted},
	}
	for i, tt := range tests {
		if got, _ := tt.section.check(visitor{method: "GET"}, false, false); got != tt.want {
			t.Errorf("%d: %v, want %v", i, got, tt.want)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	line := NewRequire(All(true), true, AllMethods, parser.Extent{})
	require.ErrorIs(t, NewSection(RequireAny, parser.Extent{}).Add(line), ErrNoEffect)
	require.ErrorIs(t, NewSection(RequireNone, parser.Extent{}).Add(line), ErrNoEffect)
	require.ErrorIs(t, NewSection(RequireAll, parser.Extent{}).Add(NewSection(RequireAll, parser.Extent{})), ErrEmpty)
	require.NoError(t, NewSection(RequireAll, parser.Extent{}).Add(line))
}

// TestLimited has lines that hold for other methods than the request's: where
// all must hold they do, else they say nothing. Taking a negated section apart
// is what tells the two.
func TestLimited(t *testing.T) {
	t.Parallel()
	section := func() *Section {
		s := tree(t, RequireAll, tree(t, RequireAny, Neutral))
		none := tree(t, RequireNone, Denied)
		require.NoError(t, none.Add(NewRequire(All(true), false, 1<<2, parser.Extent{})))
		require.NoError(t, s.Add(none))
		return s
	}
	s := section()
	got, _ := s.check(visitor{method: "GET"}, false, false)
	require.Equal(t, Neutral, got)
	require.Nil(t, s.Simplify())
	got, _ = s.check(visitor{method: "GET"}, false, false)
	require.Equal(t, Granted, got)
	got, _ = s.check(visitor{method: "POST"}, false, false)
	require.Equal(t, Denied, got)
}

func TestSimplifyFindsNegations(t *testing.T) {
	t.Parallel()
	only := tree(t, RequireAll, not(Denied))
	tests := []struct {
		section, bad *Section
	}{
		{only, only},
		{tree(t, RequireAny, Granted, only), only},
		{tree(t, RequireAny, Granted, tree(t, RequireAll, Granted, not(Denied))), nil},
		{tree(t, RequireAll, Granted, tree(t, RequireNone, Granted)), nil},
	}
	for i, tt := range tests {
		if got := tt.section.Simplify(); got != tt.bad {
			t.Errorf("%d: found %p, want %p", i, got, tt.bad)
		}
	}
	all := tree(t, RequireAll, tree(t, RequireNone, Granted))
	require.Same(t, all, all.Simplify())
}

func TestCompat(t *testing.T) {
	t.Parallel()
	ten, other := visitor{addr: "10.0.0.1", name: "a.example", env: []string{"E"}}, visitor{addr: "11.0.0.1"}
	strange := visitor{addr: "10.0.0.1", name: unknownName}
	tests := []struct {
		order       string
		allow, deny string
		s           visitor
		want        bool
	}{
		{"", "", "", ten, true},
		{"", "", "all", ten, false},
		{"", "10", "all", ten, true},
		{"", "10", "all", other, false},
		{"Deny,Allow", "env=E", "all", ten, true},
		{"Allow,Deny", "", "", ten, false},
		{"Allow,Deny", "all", "", ten, true},
		{"Allow,Deny", "all", "10.0.0.0/8", ten, false},
		{"Allow,Deny", "all", "10.0.0.0/8", other, true},
		{"allow,deny", "EXAMPLE", "env=!E", ten, true},
		{"allow,deny", "EXAMPLE", "env=!E", other, false},
		{"Mutual-Failure", "10", "", ten, true},
		{"Mutual-Failure", "10", "env=E", ten, false},
		{"Mutual-Failure", "10", "", other, false},
		{"Deny,Allow", "", "example", other, true},
		{"Deny,Allow", "", "example", strange, false},
		{"Deny,Allow", "example", "all", strange, false},
		{"Deny,Allow", "example all", "example", strange, true},
		{"Deny,Allow", "10", "example", strange, true},
		{"Allow,Deny", "all", "example", strange, false},
		{"Allow,Deny", "example", "", strange, false},
		{"Allow,Deny", "example 10", "", strange, true},
		{"Allow,Deny", "example 10", "11", strange, true},
	}
	for _, tt := range tests {
		var c Compat
		if tt.order != "" {
			require.NoError(t, c.Order(tt.order, AllMethods, parser.Extent{}))
		}
		for who := range strings.FieldsSeq(tt.allow) {
			require.NoError(t, c.Allow(who, AllMethods, parser.Extent{}))
		}
		for who := range strings.FieldsSeq(tt.deny) {
			require.NoError(t, c.Deny(who, AllMethods, parser.Extent{}))
		}
		if got, _ := c.admits(tt.s); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt, got, tt.want)
		}
	}
}

func TestCompatErrors(t *testing.T) {
	t.Parallel()
	var c Compat
	require.ErrorIs(t, c.Order("allow, deny", AllMethods, parser.Extent{}), ErrOrder)
	require.ErrorIs(t, c.Satisfy("some", AllMethods), ErrSatisfy)
	for who, want := range map[string]error{
		"a/8": ErrNoAddress, "/": ErrNoAddress, "10.0.0.0/99": ErrBadMask, "10/8": ErrBadAddress, "256": ErrBadAddress,
		"#": ErrComment, "a#b": ErrComment, "*": nil, "host": nil, "env=a/8": nil, "ENV=!x": nil, "ALL": nil,
	} {
		if err := c.Allow(who, AllMethods, parser.Extent{}); !errors.Is(err, want) {
			t.Errorf("Allow(%q) = %v, want %v", who, err, want)
		}
	}
}

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	require401 := func(forbid Forbid) *Authz {
		s := NewSection(RequireAny, parser.Extent{})
		require.NoError(t, s.Add(NewRequire(Users{"a"}, false, AllMethods, parser.Extent{})))
		return &Authz{Root: s, Forbid: forbid}
	}
	orUser := require401(0)
	require.NoError(t, orUser.Root.Add(NewRequire(Hosts{"example"}, false, AllMethods, parser.Extent{})))
	denyAll := &Compat{}
	require.NoError(t, denyAll.Deny("all", AllMethods, parser.Extent{}))
	denyAny := &Compat{}
	require.NoError(t, denyAny.Deny("all", AllMethods, parser.Extent{}))
	require.NoError(t, denyAny.Satisfy("any", AllMethods))
	open := &Compat{}
	require.NoError(t, open.Satisfy("any", AllMethods))
	tests := []struct {
		name   string
		config *Config
		user   string
		want   int
	}{
		{"nothing", nil, "", 0},
		{"empty", &Config{}, "", 0},
		{"denied", &Config{Compat: denyAll}, "", 403},
		{"any, denied, nothing required", &Config{Compat: denyAny}, "", 0},
		{"any, denied, user required", &Config{Compat: denyAny, Authz: require401(0), Authn: AuthnSome}, "", 401},
		{"any, denied, user there", &Config{Compat: denyAny, Authz: require401(0), Authn: AuthnSome}, "a", 0},
		{"any, allowed", &Config{Compat: open, Authz: require401(0), Authn: AuthnSome}, "", 0},
		{"login without requirement", &Config{Authn: AuthnSome}, "", 500},
		{"requirement without login", &Config{Authz: require401(0)}, "", 500},
		{"no login", &Config{Authz: require401(0), Authn: AuthnSome}, "", 401},
		{"another user", &Config{Authz: require401(0), Authn: AuthnSome}, "b", 401},
		{"another user, forbidden", &Config{Authz: require401(ForbidOn), Authn: AuthnSome}, "b", 403},
		{"another user, login elsewhere", &Config{Authz: require401(0)}, "b", 403},
		{"failed", &Config{Authz: &Authz{Root: tree(t, RequireAny, Failed)}}, "", 500},
		{"unknown", &Config{Authz: &Authz{Root: tree(t, RequireAny, Unknown)}}, "", 403},
		{"unknown, a login may do", &Config{Authz: &Authz{Root: tree(t, RequireAny, Unknown)}, Authn: AuthnSome}, "", 401},
		{"unknown, a login does not do", &Config{Authz: &Authz{Root: tree(t, RequireAny, Unknown), Forbid: ForbidOn}, Authn: AuthnSome}, "a", 403},
		{"unknown, a login does", &Config{Authz: orUser, Authn: AuthnSome}, "a", 0},
		{"neutral", &Config{Authz: &Authz{Root: tree(t, RequireAll, not(Denied))}}, "", 403},
	}
	for _, tt := range tests {
		if got, _ := tt.config.Check(visitor{method: "GET", user: tt.user, name: unknownName}, false); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestOver(t *testing.T) {
	t.Parallel()
	granted, denied := tree(t, RequireAny, Granted), tree(t, RequireAny, Denied)
	tests := []struct {
		name       string
		base, over *Config
		want       int
	}{
		{"replaces", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Root: granted}}, 0},
		{"off", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Root: granted, Merging: MergingOff}}, 0},
		{"off without lines", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Merging: MergingOff}}, 0},
		{"and", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Root: granted, Merging: MergingAnd}}, 403},
		{"or", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Root: granted, Merging: MergingOr}}, 0},
		{"or without lines", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Merging: MergingOr}}, 403},
		{"or without lines before", &Config{Authz: &Authz{}}, &Config{Authz: &Authz{Root: denied, Merging: MergingOr}}, 403},
		{"forbid alone", &Config{Authz: &Authz{Root: denied}}, &Config{Authz: &Authz{Forbid: ForbidOn}}, 403},
		{"authn is kept", &Config{Authn: AuthnSome}, &Config{Compat: &Compat{}}, 500},
		{"authn is reset", &Config{Authn: AuthnSome}, &Config{Authn: AuthnNone}, 0},
	}
	for _, tt := range tests {
		if got, _ := tt.over.Over(tt.base).Check(visitor{method: "GET"}, false); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	c := &Config{Authn: AuthnSome}
	require.Same(t, c, c.Over(nil))
	require.Same(t, c, (*Config)(nil).Over(c))
	if diff := cmp.Diff(ForbidOn, (&Authz{}).over(&Authz{Forbid: ForbidOn}).Forbid); diff != "" {
		t.Errorf("the Forbid setting is lost (-want +got):\n%s", diff)
	}
}
