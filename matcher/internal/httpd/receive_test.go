package httpd

import (
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// FuzzPlainHost sees that there is nothing to change or refuse in a host name
// that counts as plain.
func FuzzPlainHost(f *testing.F) {
	for _, host := range []string{"www.example.com", "localhost", "a-b.c1", "1.2.3.4", "a..b", "a.", ".a", "a.1", "x.y1.z", "-a", ""} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !uri.IsPlainHost(host) {
			return
		}
		if host == "" || apr.Lower(host) != host || strings.HasSuffix(host, ".") || strings.Contains(host, "..") || strictHost(host) != 0 {
			t.Errorf("%q counts as plain", host)
		}
	})
}

func TestPlainHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"www.example.com": true, "localhost": true, "a-1.b2": true,
		"WWW.example.com": false, "example.com.": false, "192.0.2.1": false, "a_b.c": false, "a..b": false, ".a": false, "a.1b": false, "": false,
	} {
		if got := uri.IsPlainHost(host); got != want {
			t.Errorf("IsPlainHost(%q) = %t, want %t", host, got, want)
		}
	}
}
