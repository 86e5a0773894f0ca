// Package core is what of httpd's core the frame does not go by itself.
package core

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// Module is httpd's core.
func Module() *httpd.Module {
	return &httpd.Module{Name: name, Commands: slices.Concat(httpd.CoreCommands(), notRun(), []httpd.Command{
		{Name: "AcceptPathInfo", Place: httpd.OverrideFileInfo, Args: httpd.TakesOne, Set: applyAcceptPathInfo},
		{Name: "FileETag", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyFileETag},
	}, rangeCommands())}
}

const name = "core"
