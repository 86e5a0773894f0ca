// Command unicodetables asks PCRE2 what it knows about Unicode and writes it as
// the table that package pcre embeds.
//
//	unicodetables FILE
//
// Nothing comes from Unicode's own files: what counts is what the library that
// httpd runs answers. names.txt lists the names that it accepts after \p.
package main

import (
	_ "embed"
	"fmt"
	"os"
)

//go:embed names.txt
var names string

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: unicodetables FILE")
		os.Exit(2)
	}
	table, err := table(names)
	if err == nil {
		err = os.WriteFile(os.Args[1], table, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
