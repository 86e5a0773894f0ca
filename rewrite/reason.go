package rewrite

import (
	"log/slog"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// logRefusal logs why the engine itself refused the request: as a warning if the
// ruleset is likely to be at fault, else as information.
func (v *visit) logRefusal() {
	if res := &v.info.Result; res.Reason != nil && refused(res) {
		v.logReason("request refused", res.Status)
	}
}

// refused reports whether res denies the request. What goes on may have a Reason,
// too.
func refused(res *matcher.Result) bool {
	switch res.Action {
	case matcher.Redirect, matcher.Respond:
		return true
	case matcher.Pass, matcher.Rewrite, matcher.Proxy:
	}
	return res.Status >= http.StatusBadRequest // an error document
}

// logReason logs the Reason of the result.
func (v *visit) logReason(message string, status int) {
	d := v.info.Reason
	level := slog.LevelInfo
	if d.Severity == parser.Warning {
		level = slog.LevelWarn
	}
	v.log(level, message, append(about(d), slog.Int("status", status))...)
}

// log logs something about the request.
func (v *visit) log(level slog.Level, message string, attrs ...slog.Attr) {
	ctx := v.r.Context()
	if !v.m.opts.Logger.Enabled(ctx, level) {
		return
	}
	request := []slog.Attr{slog.String("method", clip(v.q.Method)), slog.String("target", clip(v.q.Target))}
	v.m.opts.Logger.LogAttrs(ctx, level, message, append(request, attrs...)...)
}

// about returns what a finding says, as attributes of a log line: those that
// there are.
func about(d *parser.Diagnostic) []slog.Attr {
	attrs := append([]slog.Attr{slog.String("reason", d.Message)}, placed(d.Extent)...)
	if d.Hint != "" {
		attrs = append(attrs, slog.String("hint", d.Hint))
	}
	return append(attrs, slog.String("code", string(d.Code)))
}

// placed returns the attribute that says where something is, none if that is not
// known.
func placed(at parser.Extent) []slog.Attr {
	if at.String() == "" {
		return nil
	}
	return []slog.Attr{slog.String("at", at.String()+at.Used())}
}
