package rewritetest

import (
	"context"
	"errors"
	"io/fs"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// Coverage is what the requests of case files have shown of the rules.
type Coverage struct {
	// Percent is the share of what there is to see: that each rule matches, and that
	// each condition is true and is false.
	Percent float64
	// Missing says what was not seen: "site.conf:7: never false: RewriteCond …".
	Missing []string
}

// Cover runs every case file below the root of fsys and returns their coverage, also where
// expectations fail, which Check reports. The error says that a case file can't be used.
func Cover(fsys fs.FS) (Coverage, error) {
	names, err := find(fsys)
	if err != nil {
		return Coverage{}, err
	}
	var reports []*casefile.Report
	var errs []error
	for _, name := range names {
		f, err := casefile.Load(fsys, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		reports = append(reports, f.Run(context.Background(), nil))
	}
	figures := casefile.Sum(reports).Figures()
	c := Coverage{Percent: figures.Percent}
	for i := range figures.Missing {
		c.Missing = append(c.Missing, figures.Missing[i].String())
	}
	return c, errors.Join(errs...)
}
