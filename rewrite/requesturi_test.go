package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Result.RequestURI is what the next handler gets.
func TestRequestURI(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, "RewriteRule ^/in(.*)$ /out$1\nRewriteRule ^/drop /d?\nRewriteRule ^/add /a?x=1 [QSA]\n", nil), nil)
	var got, want string
	h := m.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		got, want = info.RequestURI(), r.URL.RequestURI()
	}))
	for _, target := range []string{"/in", "/in%20x?y=%20", "/in%25%3F%23;a=b", "/in/%C3%A9?", "/drop?a=b", "/add?b=c", "/pass%20by?q", "/in%FF", "/in:x"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, target, http.NoBody))
		require.Equal(t, want, got, target)
		require.NotEmpty(t, got)
	}
}
