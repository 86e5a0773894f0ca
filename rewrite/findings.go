package rewrite

import (
	"context"
	"log/slog"

	"github.com/modrewrite-go/modrewrite/parser"
)

// ReportTo returns a function that logs findings to log, notes as information
// and everything else as warnings, with their place, code and hint. It is what
// Load puts into [matcher.Options].Report, for those who compile an engine
// themselves.
func ReportTo(log *slog.Logger) func(*parser.Diagnostic) {
	return func(d *parser.Diagnostic) {
		level := slog.LevelWarn
		if d.Severity == parser.Note {
			level = slog.LevelInfo
		}
		attrs := append(placed(d.Extent), slog.String("code", string(d.Code)))
		if d.Hint != "" {
			attrs = append(attrs, slog.String("hint", d.Hint))
		}
		log.LogAttrs(context.Background(), level, d.Message, attrs...)
	}
}

// logFindings logs the findings of a ruleset that runs despite them; what is left to
// the server around of a configuration that nobody wrote is none.
func (m *Middleware) logFindings(ds parser.Diagnostics) {
	report := ReportTo(m.opts.Logger)
	for _, d := range ds {
		if m.builtIn == "" || d.Name != m.builtIn {
			report(d)
		}
	}
}
