package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// devices is the command "activesync devices": a line for each argument, which is a
// build in any of its forms, hardware, or a User-Agent; without arguments for all
// hardware and builds of the table. It returns 2 if an argument is none of these.
func devices(out, errOut io.Writer, args []string) int {
	if len(args) == 0 {
		args = apple.Known()
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	code := 0
	for _, arg := range args {
		if text := explain(arg); text != "" {
			fmt.Fprintf(table, "%s\t%s\n", arg, text)
			continue
		}
		fmt.Fprintf(errOut, "%q is not a build (7E18, 705.018), hardware (iPhone2,1, iPhone2C1) or User-Agent (Apple-iPhone2C1/808.7)\n", arg)
		code = 2
	}
	if err := table.Flush(); err != nil {
		return 1
	}
	return code
}

// explain says what is known of a build, hardware or User-Agent; "" if s is none.
func explain(s string) string {
	if b := apple.ParseBuild(s); b != 0 {
		return strings.TrimSuffix(fmt.Sprintf("build %s = %s = %s, iOS %s", b, b.Dotted(1), b.Dotted(3), apple.Name(b.String())), ", iOS ")
	}
	if h := apple.ParseHardware(s); h != "" {
		id := strings.Replace(string(h), "C", ",", 1)
		return strings.TrimSuffix(fmt.Sprintf("%s (%s)", id, apple.Name(id)), " ()") + ": " + string(h.Encryption())
	}
	a := apple.ParseAgent(s)
	if a.Family == "" {
		return ""
	}
	hardware, build := "an "+a.Family+" before iOS 4, which does not name its hardware: undecidable", "no build that can be read"
	if a.Hardware != "" {
		hardware = explain(string(a.Hardware))
	}
	if a.Build != 0 {
		build = explain(a.Build.String())
	}
	return hardware + "\t" + build
}
