package ssl

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The names of certificates in both forms, as OpenSSL 3.0 shows them:
// openssl x509 -noout -subject -nameopt RFC2253,-esc_msb, and -nameopt compat.
func TestLegacyName(t *testing.T) {
	t.Parallel()
	for _, tt := range [][2]string{
		{"O=b,CN=a", "/CN=a/O=b"},
		{"CN=a=b", "/CN=a=b"},
		{`CN=é,O=Müller\, Söhne,C=DE`, `/C=DE/O=M\xC3\xBCller, S\xC3\xB6hne/CN=\xC3\xA9`},
		{`O=x\+y,CN=a/b`, `/CN=a\/b/O=x\+y`},
		{`O=trail\ ,CN=\#hash`, "/CN=#hash/O=trail "},
		{`O=a\"b,CN=\ lead`, `/CN= lead/O=a"b`},
		{`O=back\\slash,CN=a\<b\>c\;d`, `/CN=a<b>c;d/O=back\slash`},
		{"O=b,UID=u+CN=a", "/CN=a+UID=u/O=b"},
		{`O=b\\2C,CN=a\\41`, `/CN=a\41/O=b\2C`},
	} {
		require.Equal(t, tt[1], legacyName(tt[0]), tt[0])
	}
	for name, want := range map[string]string{
		"": "", `CN=\C3\A9`: `/CN=\xC3\xA9`, `CN=\41\7e\7F`: `/CN=A~\x7F`, `CN=a\`: `/CN=a\`, `CN=\4`: "/CN=4", `CN=\4g`: "/CN=4g",
	} {
		require.Equal(t, want, legacyName(name), name)
	}
}
