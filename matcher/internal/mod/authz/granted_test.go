package authz_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// TestGranted has requirements open a file, and nothing else: Order and Satisfy do not.
func TestGranted(t *testing.T) {
	t.Parallel()
	v := &server{conf: "<Location /require>\nRequire all granted\n</Location>\n<Location /order>\nOrder deny,allow\n</Location>\n" +
		"<Location /forbid>\nAuthzSendForbiddenOnFailure On\n</Location>\n"}
	e, err := v.compile(t)
	require.NoError(t, err)
	for target, want := range map[string]bool{"/f": false, "/require": true, "/order": false, "/forbid": false} {
		ev := e.BeginEvaluation(context.Background())
		ev.Req = &httpd.Client{Method: "GET", Target: target, Proto: "HTTP/1.1", Host: "localhost"}
		require.Equal(t, want, ev.Decide().Last.Granted, target)
		ev.End()
	}
}
