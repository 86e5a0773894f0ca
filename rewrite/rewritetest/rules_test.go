package rewritetest_test

import (
	"os"
	"testing"

	"github.com/modrewrite-go/modrewrite/rewrite/rewritetest"
)

func TestRules(t *testing.T) { rewritetest.Run(t, os.DirFS("testdata")) }
