package matcher_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// TestTypeByRule shows what CVE-2024-38476 was about: a server that chooses a
// handler by the content type must be able to tell a rule's type from any other.
func TestTypeByRule(t *testing.T) {
	t.Parallel()
	e := compile(t, `DocumentRoot /srv
RewriteEngine On
RewriteRule ^/ruled - [T=application/x-httpd-php]
AddType application/x-httpd-php .added
<Location /forced>
ForceType application/x-httpd-php
</Location>`, &matcher.Options{FS: fstest.MapFS{
		"srv/ruled": {}, "srv/ruled.added": {}, "srv/page.added": {}, "srv/forced": {}, "srv/plain": {},
	}})
	for target, want := range map[string]struct {
		kind   string
		byRule bool
	}{
		"/ruled":       {"application/x-httpd-php", true},
		"/ruled.added": {"application/x-httpd-php", true},
		"/page.added":  {"application/x-httpd-php", false},
		"/forced":      {"application/x-httpd-php", false},
		"/plain":       {"", false},
	} {
		res := get(t, e, target)
		require.Equal(t, want.kind, res.ContentType, target)
		require.Equal(t, want.byRule, res.TypeByRule, target)
		require.Empty(t, res.Handler, target)
	}
}
