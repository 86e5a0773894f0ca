package rewrite

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// A directory that can't be read is not one without entries.
func TestListUnreadable(t *testing.T) {
	t.Parallel()
	dir, err := os.Open(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, dir.Close())
	f := &fileServer{log: slog.New(slog.DiscardHandler)}
	w := httptest.NewRecorder()
	f.list(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody), &Info{}, dir)
	require.Equal(t, http.StatusForbidden, w.Code)
}
