package uri

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// plainHost is IsPlainHost label by label.
func plainHost(host string) bool {
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	last := labels[len(labels)-1]
	return last[0] >= 'a' && last[0] <= 'z'
}

// TestIsPlainHost puts every byte at every place of names that are looked at by words.
func TestIsPlainHost(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"", "a", ".", "a.", ".a", "a..b", "a.b", "1", "a.1", "1.a", "a.-", "-.a", "localhost", "www.example.com", "current.example",
		"abcdefgh", "abcdefg.", ".bcdefgh", "abcdefgh.", "abcdefgh.ijklmnop", "abcdefg..jklmnop", "192.0.2.1", "xn--bcher-kva.example",
	} {
		require.Equal(t, plainHost(host), IsPlainHost(host), host)
		for i := range len(host) {
			for c := range 256 {
				text := []byte(host)
				text[i] = byte(c)
				require.Equal(t, plainHost(string(text)), IsPlainHost(string(text)), "%q", text)
			}
		}
	}
}
