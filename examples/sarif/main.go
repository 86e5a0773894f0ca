// Command sarif reads what "modrewrite check -sarif" writes, holds it to the schema of
// SARIF 2.1.0 and prints how often there is each finding, as a job of a build server
// might.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sarif:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	report, err := read(text)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	var rules []string
	for _, r := range report.Runs {
		for _, result := range r.Results {
			rule := *result.RuleID
			if counts[rule]++; counts[rule] == 1 {
				rules = append(rules, rule)
			}
		}
	}
	slices.SortFunc(rules, func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, rule := range rules {
		fmt.Fprintf(out, "%5d %s\n", counts[rule], rule)
	}
	return nil
}

// read reads a report and validates it. Members that the schema does not have are errors,
// too.
func read(text []byte) (*sarif.Report, error) {
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(new(sarif.Report)); err != nil {
		return nil, err
	}
	report, err := sarif.FromBytes(text)
	if err != nil {
		return nil, err
	}
	return report, report.Validate()
}
