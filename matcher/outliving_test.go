package matcher_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// TestHeadersAfterOtherRequests completes headers whose expressions make
// sub-requests while other requests are evaluated: neither may see what the other
// has found. It is for the race detector, too.
func TestHeadersAfterOtherRequests(t *testing.T) {
	t.Parallel()
	var rules strings.Builder
	for i := range 50 {
		fmt.Fprintf(&rules, "Redirect /old%d /new%d\n<LocationMatch ^/closed%d>\nRequire all denied\n</LocationMatch>\n", i, i, i)
		fmt.Fprintf(&rules, "<If \"%%{REQUEST_URI} =~ m#^/shut%d#\">\nRequire all denied\n</If>\n", i)
	}
	for i := range 50 {
		fmt.Fprintf(&rules, "Header set X-Open%d yes \"expr=%%{REQUEST_URI} =~ /%d$/ && -U '/page'\"\n", i, i)
		fmt.Fprintf(&rules, "Header set X-Closed%d yes \"expr=%%{REQUEST_URI} =~ /%d$/ && ! -U '/closed%d' && ! -U '/shut%d'\"\n", i, i, i, i)
	}
	e := compile(t, rules.String(), nil)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			for range 20 {
				res, err := e.Eval(context.Background(), &matcher.Request{Target: fmt.Sprintf("/page%d", i), Host: "www.example.com"})
				if err != nil {
					t.Error(err)
					return
				}
				header := map[string][]string{}
				if !res.CompleteHeader(header, 200) {
					t.Error("the header can't be sent")
				}
				for _, name := range []string{"X-Open", "X-Closed"} {
					if got := header[fmt.Sprint(name, i)]; len(got) != 1 || got[0] != "yes" {
						t.Errorf("%s%d: %q", name, i, got)
					}
				}
			}
		})
	}
	all.Wait()
	require.Empty(t, e.Warnings())
}
