package matcher_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// resolver is a matcher.Resolver of a test: names of addresses and, separated by
// blanks, addresses of names. What is unknown can't be found out.
type resolver struct {
	names, addrs map[string]string
	hold         chan struct{} // lookups wait for it to be closed, if not nil

	mu   sync.Mutex
	list []string
}

const unknown = "?"

func (r *resolver) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	name, err := r.find(ctx, r.names, addr)
	return []string{name}, err
}

func (r *resolver) LookupNetIP(ctx context.Context, _, host string) (addrs []netip.Addr, err error) {
	text, err := r.find(ctx, r.addrs, host)
	for a := range strings.FieldsSeq(text) {
		addrs = append(addrs, netip.MustParseAddr(a))
	}
	return addrs, err
}

func (r *resolver) find(ctx context.Context, in map[string]string, what string) (string, error) {
	r.mu.Lock()
	r.list = append(r.list, what)
	r.mu.Unlock()
	if r.hold != nil {
		select {
		case <-r.hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	switch found, ok := in[what]; {
	case found == unknown:
		return "", errors.New("the name server is not well")
	case ok:
		return found, nil
	}
	return "", &net.DNSError{Err: "no such host", IsNotFound: true}
}

// asked returns what has been asked for so far.
func (r *resolver) asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.list...)
}

// TestHostNames has clients whose names are true, false, missing, and not to be
// found out, the last of which httpd can't tell from a missing one.
func TestHostNames(t *testing.T) {
	t.Parallel()
	const (
		friend, liar, nameless, sick, sickName = "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"
	)
	names := map[string]string{friend: "Friend.Example.", liar: "friend.example", sick: unknown, sickName: "sick.example", "192.0.2.6": "192.0.2.6"}
	addrs := map[string]string{"friend.example": "2001:db8::1 ::ffff:192.0.2.1", "sick.example": unknown}
	const all = "Order Allow,Deny\nAllow from all\n"
	tests := []struct {
		rules  string
		client string
		want   int
	}{
		{all + "Deny from .example", friend, 403},
		{all + "Deny from .example", liar, 200},
		{all + "Deny from .example", nameless, 200},
		{all + "Deny from .example", sick, 403},
		{all + "Deny from .example", sickName, 403},
		{all + "Deny from .example", "192.0.2.6", 200},
		{"Order Deny,Allow\nDeny from .example\nAllow from 192.0.2.4", sick, 200},
		{"Order Allow,Deny\nAllow from .example", friend, 200},
		{"Order Allow,Deny\nAllow from .example", liar, 403},
		{"Order Allow,Deny\nAllow from .example", sick, 403},
		{"Require host example", friend, 200},
		{"Require host example", liar, 403},
		{"Require host example", nameless, 403},
		{"Require host example", sick, 403},
		{"Require host example\nRequire ip 192.0.2.4", sick, 200},
		{"<RequireAll>\nRequire all granted\nRequire not host example\n</RequireAll>", friend, 403},
		{"<RequireAll>\nRequire all granted\nRequire not host example\n</RequireAll>", liar, 200},
		{"<RequireAll>\nRequire all granted\nRequire not host example\n</RequireAll>", nameless, 200},
		{"<RequireAll>\nRequire all granted\nRequire not host example\n</RequireAll>", sick, 403},
		{"Require forward-dns friend.example", friend, 200},
		{"Require forward-dns friend.example", liar, 403},
		{"Require forward-dns sick.example", friend, 403},
		{"Require forward-dns sick.example friend.example", friend, 200},
		{"<RequireAll>\nRequire all granted\nRequire not forward-dns sick.example\n</RequireAll>", friend, 403},
		{"<RequireAll>\nRequire all granted\nRequire not forward-dns no.example\n</RequireAll>", friend, 200},
		{"Require expr %{HTTP:X-Name} -ipmatch '2001:db8::/32'", friend, 200},
		{"Require expr ! 'sick.example' -ipmatch '192.0.2.0/24'", friend, 500},
		{"Require expr ! 'no.example' -ipmatch '192.0.2.0/24'", friend, 200},
		{"Require expr ! 'a b' -ipmatch '192.0.2.0/24'", friend, 200},
	}
	for _, tt := range tests {
		e := guarded(t, tt.rules, &matcher.Options{Resolver: &resolver{names: names, addrs: addrs}})
		req := matcher.Request{RemoteAddr: tt.client, Header: map[string][]string{"X-Name": {"friend.example"}}}
		if got := statusOrError(e, req); got != tt.want {
			t.Errorf("%q lets %s in with %d, want %d", tt.rules, tt.client, got, tt.want)
		}
	}
}

// statusOrError is status for a request whose evaluation may fail.
func statusOrError(e *matcher.Engine, req matcher.Request) int {
	req.Target, req.Host = orElse(req.Target, "/"), "a.example"
	res, _ := e.Eval(context.Background(), &req)
	return res.Status
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// TestRemoteHostUnknown has rules that depend on a name that can't be found out.
func TestRemoteHostUnknown(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{
		"RewriteEngine On\nRewriteCond %{REMOTE_HOST} friend\nRewriteRule ^ - [F]\n",
		"SetEnvIf Remote_Host friend A\n",
		"<If \"%{REMOTE_HOST} =~ /friend/\">\nRequire all denied\n</If>\n",
	} {
		e := compile(t, "HostnameLookups On\n"+rules, &matcher.Options{Resolver: &resolver{names: map[string]string{"192.0.2.4": unknown}}})
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/", Host: "a.example", RemoteAddr: "192.0.2.4"})
		require.ErrorContains(t, err, "a host name could not be looked up: the name server is not well", rules)
		require.Equal(t, 500, res.Status, rules)
		require.Empty(t, res.RemoteHost)
		require.Regexp(t, `^test.conf:\d:1: `, err.Error())
	}
}

// TestLookupsAreLazy counts what is asked for.
func TestLookupsAreLazy(t *testing.T) {
	t.Parallel()
	names := map[string]string{"192.0.2.1": "friend.example"}
	addrs := map[string]string{"friend.example": "192.0.2.1", "home.example": "192.0.2.1"}
	tests := []struct {
		rules      string
		want       []string
		remoteHost string
	}{
		{"", []string{}, ""},
		{"HostnameLookups Off\nRewriteEngine On\nRewriteRule ^ - [E=A:%{REMOTE_HOST}]", []string{}, ""},
		{"<Location /other>\nRequire host example\n</Location>", []string{}, ""},
		{"<Location />\nRequire ip 192\nRequire host example\n</Location>", []string{}, ""},
		{"<Location />\nRequire host example\n</Location>", []string{"192.0.2.1", "friend.example"}, "friend.example"},
		{"HostnameLookups On", []string{"192.0.2.1"}, "friend.example"},
		{"HostnameLookups Double", []string{"192.0.2.1", "friend.example"}, "friend.example"},
		{"<Location />\nRequire forward-dns no.example home.example\n</Location>", []string{"no.example", "home.example"}, ""},
		{"UseCanonicalName DNS", []string{"198.51.100.1"}, ""},
	}
	for _, tt := range tests {
		r := &resolver{names: names, addrs: addrs}
		e := compile(t, tt.rules+"\n", &matcher.Options{Resolver: r})
		for range 2 { // the second time everything is known
			res, err := e.Eval(context.Background(), &matcher.Request{
				Target: "/", Host: "a.example", RemoteAddr: "192.0.2.1", ServerAddr: "198.51.100.1",
			})
			require.NoError(t, err)
			require.Equal(t, tt.remoteHost, res.RemoteHost, tt.rules)
		}
		if diff := cmp.Diff(tt.want, r.asked()); diff != "" {
			t.Errorf("%q: lookups mismatch (-want +got):\n%s", tt.rules, diff)
		}
	}
}

// TestCallerKnowsNames has a caller that looks clients up itself.
func TestCallerKnowsNames(t *testing.T) {
	t.Parallel()
	const rules = "Order Allow,Deny\nAllow from all\nDeny from example"
	r := &resolver{names: map[string]string{"192.0.2.1": "friend.example"}, addrs: map[string]string{"friend.example": "192.0.2.1"}}
	for _, opts := range []*matcher.Options{{Handled: []string{"hostnamelookups"}}, {Handled: []string{"HostnameLookups"}, Resolver: r}} {
		e := guarded(t, rules, opts)
		require.Equal(t, 200, status(t, e, matcher.Request{RemoteAddr: "192.0.2.1"}))
		require.Equal(t, 403, status(t, e, matcher.Request{RemoteAddr: "192.0.2.1", RemoteHost: "other.example"}))
	}
	require.Equal(t, 403, status(t, guarded(t, rules, &matcher.Options{Resolver: r}), matcher.Request{RemoteHost: "other.example"}))
	require.Empty(t, r.asked())
}

// TestNoResolver compiles what needs names without anything that knows them.
func TestNoResolver(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"<Location />\nRequire host example.com\n</Location>":      "test.conf:2:1: Require host needs host names looked up, and Options.Resolver is not set",
		"<Location />\nRequire not host %{env:x}\n</Location>":     "test.conf:2:1: Require host needs",
		"<Location />\nRequire forward-dns a.example\n</Location>": "test.conf:2:1: Require forward-dns needs",
		"<Location />\nDeny from 10 .example.com\n</Location>":     "test.conf:2:14: Deny from .example.com needs",
		"<Location />\nAllow from localhost\n</Location>":          "test.conf:2:12: Allow from localhost needs",
		"HostnameLookups On": "test.conf:1:1: HostnameLookups On needs",
		"<Directory />\nHostnameLookups double\n</Directory>":         "test.conf:2:1: HostnameLookups Double needs",
		"UseCanonicalName DNS":                                        "test.conf:1:1: UseCanonicalName DNS needs",
		"<VirtualHost a.example:80>\n</VirtualHost>":                  "test.conf:1:14: <VirtualHost a.example:80> needs host names",
		"HostnameLookups Off\nUseCanonicalName On":                    "",
		"<Location />\nDeny from 10 all env=x\n</Location>":           "",
		"HostnameLookups Sometimes":                                   "test.conf:1:1: HostnameLookups must be On, Off or Double",
		"HostnameLookups":                                             "test.conf:1:1: HostnameLookups must be On, Off or Double",
		"HostnameLookups On Off":                                      "test.conf:1:1: HostnameLookups must be On, Off or Double",
		"<Location />\nRequire expr %{REMOTE_HOST} == 1\n</Location>": "",
	}
	for rules, want := range tests {
		f, err := parser.Parse("test.conf", []byte(rules+"\n"), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		if want == "" {
			require.NoError(t, err, rules)
			continue
		}
		require.ErrorContains(t, err, want, rules)
	}

	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": "Deny from .example.com\n"})})
	_, err := e.Eval(context.Background(), &matcher.Request{Target: "/", Host: "a.example", RemoteAddr: "192.0.2.1"})
	require.ErrorContains(t, err, "/srv/www/.htaccess:1:11: Deny from .example.com needs host names looked up, and Options.Resolver is not set")

	// What may need one is an error of the request that does.
	e = guarded(t, "Require expr ! %{HTTP:X} -ipmatch '192.0.2.0/24'", nil)
	header := func(v string) matcher.Request { return matcher.Request{Header: map[string][]string{"X": {v}}} }
	require.Equal(t, 500, statusOrError(e, header("a.example")))
	require.Equal(t, 403, status(t, e, header("192.0.2.1")))
	require.Equal(t, 200, status(t, e, header("unknown, proxy")))
}

// TestVirtualHostByName has virtual hosts whose addresses are names, or written in
// a longer form than they have.
func TestVirtualHostByName(t *testing.T) {
	t.Parallel()
	r := &resolver{addrs: map[string]string{"www.example.com": "192.0.2.1 2001:db8::1", "sick.example": unknown}}
	const guards = ":80>\nServerName vhost.example\n<Location />\nRequire all denied\n</Location>\n</VirtualHost>\n"
	tests := []struct {
		host, addr string
		want       int
	}{
		{"www.example.com", "192.0.2.1", 403},
		{"WWW.example.com", "2001:db8::1", 403},
		{"www.example.com", "192.0.2.2", 200},
		{"[2001:DB8:0::1]", "2001:db8::1", 403},
		{"192.0.2.1", "192.0.2.1", 403},
		{"nowhere.example", "192.0.2.1", 200},
	}
	for _, tt := range tests {
		e := compile(t, "<VirtualHost "+tt.host+guards, &matcher.Options{Resolver: r})
		if got := status(t, e, matcher.Request{ServerAddr: tt.addr}); got != tt.want {
			t.Errorf("<VirtualHost %s>: a request to %s got %d, want %d", tt.host, tt.addr, got, tt.want)
		}
		require.Len(t, e.Warnings(), map[bool]int{true: 1}[tt.host == "nowhere.example"])
	}
	for host, want := range map[string]string{
		"sick.example": "<VirtualHost sick.example:80>: the host name could not be looked up: the name server is not well",
		"a,b":          `"a,b:80" is not an address and port`,
		"127.1":        "", // as a name has it no address
	} {
		f, err := parser.Parse("test.conf", []byte("<VirtualHost "+host+guards), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, &matcher.Options{Resolver: r})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "test.conf:1:14: "+want)
	}
}

// TestFullQueue has as many lookups running as may: what depends on another one
// is denied at once, and what does not is not.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	r := &resolver{hold: make(chan struct{})}
	e := compile(t, "<Location /deny>\nOrder Allow,Deny\nAllow from all\nDeny from example\n</Location>\n"+
		"<Location /not>\n<RequireAll>\nRequire all granted\nRequire not host example\n</RequireAll>\n</Location>\n",
		&matcher.Options{Resolver: r, Limits: matcher.Limits{Lookups: 1, LookupTime: time.Minute}})
	ask := func(target, client string) int {
		return statusOrError(e, matcher.Request{Target: target, RemoteAddr: client})
	}
	var waiting sync.WaitGroup
	for range 3 { // which are one lookup
		waiting.Go(func() {
			if got := ask("/deny", "192.0.2.1"); got != 200 {
				t.Errorf("the client that was looked up got %d", got)
			}
		})
	}
	for len(r.asked()) == 0 {
		time.Sleep(time.Millisecond)
	}
	require.Equal(t, 403, ask("/deny", "192.0.2.2"))
	require.Equal(t, 403, ask("/not", "192.0.2.2"))
	require.Equal(t, 200, ask("/", "192.0.2.2"))
	close(r.hold)
	waiting.Wait()
	require.Equal(t, 200, ask("/deny", "192.0.2.2"))
	if diff := cmp.Diff([]string{"192.0.2.1", "192.0.2.2"}, r.asked()); diff != "" {
		t.Errorf("lookups mismatch (-want +got):\n%s", diff)
	}
}
