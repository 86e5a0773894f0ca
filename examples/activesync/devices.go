package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// devices is the command "activesync devices": without arguments the tables of
// hardware and builds, else a line for each argument, which is a build in any of
// its forms, hardware, or a User-Agent. It returns 2 if one is none of these.
func devices(out, errOut io.Writer, args []string) int {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	code := 0
	for _, arg := range args {
		row := describeDevice(arg)
		if row == "" {
			fmt.Fprintf(errOut, "%q is not a build (7E18, 705.018), hardware (iPhone2,1, iPhone2C1) or User-Agent (Apple-iPhone2C1/808.7)\n", arg)
			code = 2
			continue
		}
		fmt.Fprintf(table, "%s\t%s\n", arg, row)
	}
	if len(args) == 0 {
		fmt.Fprintln(table, "HARDWARE\tUSER-AGENT\tENCRYPTS\tNAME")
		for h, name := range apple.Products() {
			fmt.Fprintf(table, "%s\tApple-%s\t%s\t%s\n", strings.Replace(h.String(), "C", ",", 1), h, h.Encryption(), name)
		}
		fmt.Fprintln(table, "\nBUILD\tUSER-AGENT\tPADDED\tIOS")
		for b, version := range apple.Releases() {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", b, b.Version(), b.Padded(), version)
		}
	}
	if err := table.Flush(); err != nil {
		return 1
	}
	return code
}

// describeDevice says what is known of a build, hardware or User-Agent; "" if it is
// none.
func describeDevice(s string) string {
	if b, ok := apple.ParseBuild(s); ok {
		return describeBuild(b)
	}
	if h, ok := apple.ParseHardware(s); ok {
		return describeHardware(h)
	}
	a, ok := apple.ParseAgent(s)
	if !ok {
		return ""
	}
	hardware, build := "an "+a.Family+" before iOS 4, which does not name its hardware: undecidable", "no build that can be read"
	if a.Hardware.Family != "" {
		hardware = describeHardware(a.Hardware)
	}
	if a.Build.Major > 0 {
		build = describeBuild(a.Build)
	}
	return hardware + "\t" + build
}

func describeBuild(b apple.Build) string {
	text := fmt.Sprintf("build %s = %s = %s", b, b.Version(), b.Padded())
	if version := apple.Released(b); version != "" {
		text += ", iOS " + version
	}
	return text
}

func describeHardware(h apple.Hardware) string {
	text := strings.Replace(h.String(), "C", ",", 1)
	if name := apple.Name(h); name != "" {
		text += " (" + name + ")"
	}
	return text + ": " + h.Encryption().String()
}
