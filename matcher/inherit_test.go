package matcher_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// inheriting is rules of a server and virtual hosts that inherit them.
func inheriting(hosts, rules int) string {
	var b strings.Builder
	b.WriteString("RewriteOptions InheritDown\n" + mixedRules(rules))
	for i := range hosts {
		fmt.Fprintf(&b, "<VirtualHost *:80>\nServerName v%d\nRewriteEngine On\nRewriteRule ^/own$ /v%d [R]\n</VirtualHost>\n", i, i)
	}
	return b.String()
}

// TestInheritedRules has virtual hosts share what makes the rules cheap that they inherit:
// each takes little more than the list of them.
func TestInheritedRules(t *testing.T) {
	const hosts, rules = 50, 4000
	size := func(hosts int) uint64 {
		text := inheriting(hosts, rules)
		before := heap()
		e := compile(t, text, nil)
		after := heap()
		runtime.KeepAlive(e)
		runtime.KeepAlive(text)
		return after - before
	}
	each := (size(hosts) - size(0)) / hosts
	t.Logf("a virtual host takes %d bytes", each)
	require.Less(t, each, uint64(32*rules))

	e := compile(t, inheriting(3, rules), nil)
	for i := range 3 {
		for target, want := range map[string]string{"/own": fmt.Sprintf("/v%d", i), "/old/page-3200": "/new/3200"} {
			res, err := e.Eval(context.Background(), &matcher.Request{Target: target, Host: fmt.Sprint("v", i)})
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("http://v%d%s", i, want), res.Location)
		}
	}
}
