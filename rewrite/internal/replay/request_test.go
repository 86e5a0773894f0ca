package replay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

var testPlace = Place{Root: "/www", Addr: "127.1.0.1", Port: 8080, TLSPort: 8443}

func TestEngineRequest(t *testing.T) {
	t.Parallel()
	host := "caf\u00e9"
	tests := []struct {
		name string
		q    Request
		want matcher.Request
	}{
		{
			"defaults",
			Request{Target: "/"},
			matcher.Request{Target: "/", Host: DefaultHost, RemoteAddr: "127.0.0.1", ServerAddr: "127.1.0.1", ServerPort: 8080},
		},
		{
			"everything",
			Request{
				Method: "POST", Target: "@DOCROOT@/\u00ff", Host: &host, Remote: "127.0.9.9", TLS: true,
				Headers: [][2]string{{"x-a", " 1\t"}, {"X-A", "2"}, {"Cookie", "\u00e9"}},
			},
			matcher.Request{
				Method: "POST", Target: "/www/\xff", Host: "caf\xe9", RemoteAddr: "127.0.9.9",
				ServerAddr: "127.1.0.1", ServerPort: 8443, TLS: true, TLSName: DefaultHost,
				Header: map[string][]string{"X-A": {"1", "2"}, "Cookie": {"\xe9"}},
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := engineRequest(&test.q, testPlace)
			require.NoError(t, err)
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreFields(matcher.Request{}, "TLSVar")); diff != "" {
				t.Errorf("engineRequest mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEngineRequestRefuses(t *testing.T) {
	t.Parallel()
	none := ""
	tests := map[string]Request{
		"no host":          {Target: "/", Host: &none},
		"blank in name":    {Target: "/", Headers: [][2]string{{"X A", "1"}}},
		"empty name":       {Target: "/", Headers: [][2]string{{"", "1"}}},
		"control in value": {Target: "/", Headers: [][2]string{{"X", "a\x01"}}},
	}
	for name, q := range tests {
		if _, err := engineRequest(&q, testPlace); err == nil {
			t.Errorf("%s: request accepted, want %v", name, errBadRequest)
		}
	}
}
