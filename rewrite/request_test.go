package rewrite

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitAddr(t *testing.T) {
	t.Parallel()
	type addr struct {
		Host string
		Port int
	}
	for s, want := range map[string]addr{
		"192.0.2.1:80":           {"192.0.2.1", 80},
		"0.0.0.0:0":              {"0.0.0.0", 0},
		"255.255.255.255:65535":  {"255.255.255.255", 65535},
		"[2001:DB8::1%eth0]:443": {"2001:db8::1", 443},
		"[::ffff:192.0.2.1]:443": {"192.0.2.1", 443},
		"192.0.2.256:80":         {},
		"192.0.2.01:80":          {},
		"192.0.2:80":             {},
		"192.0.2.1.1:80":         {},
		"192.0.2.:80":            {},
		"192.0.2.1:65536":        {},
		"192.0.2.1:":             {},
		"192.0.2.1":              {},
		"/run/http.sock":         {},
		"@":                      {},
		"":                       {},
	} {
		var got addr
		got.Host, got.Port = splitAddr(s)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("splitAddr(%q) (-want +got):\n%s", s, diff)
		}
	}
}

// FuzzSplitIPv4 sees that the quick way means the same as netip's.
func FuzzSplitIPv4(f *testing.F) {
	f.Add("192.0.2.1:80")
	f.Add("1.02.3.4:80")
	f.Add("1.2.3.4:080")
	f.Fuzz(func(t *testing.T, s string) {
		host, port, ok := splitIPv4(s)
		if !ok {
			return
		}
		ap, err := netip.ParseAddrPort(s)
		if err != nil || ap.Addr().String() != host || int(ap.Port()) != port {
			t.Errorf("splitIPv4(%q) = %q, %d; netip: %v, %v", s, host, port, ap, err)
		}
	})
}

// A handler in front may have changed the URL, which is then what counts.
func TestSentAs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		uri, path, rawPath, rawQuery string
		want                         bool
	}{
		{"/a/b?c", "/a/b", "", "c", true},
		{"/a%20b", "/a b", "", "", true},
		{"/a%2Fb", "/a/b", "/a%2Fb", "", true},
		{"/a%25", "/a%25", "", "", false}, // which would be sent as /a%2525
		{"/x/a", "/a", "", "", false},
		{"/a?c", "/a", "", "d", false},
		{"", "/a", "", "", false},
	} {
		u := &url.URL{Path: tt.path, RawPath: tt.rawPath, RawQuery: tt.rawQuery}
		if got := sentAs(u, tt.uri); got != tt.want {
			t.Errorf("sentAs(%+v, %q) = %t, want %t", u, tt.uri, got, tt.want)
		}
	}
}
