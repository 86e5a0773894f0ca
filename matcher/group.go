package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/pattern"

// group returns what group n captured in subject; ok is false if nothing was
// captured.
func group(subject string, captures *pattern.Captures, ok bool, n int) string {
	if !ok || captures[2*n] < 0 || captures[2*n+1] <= captures[2*n] {
		return ""
	}
	return subject[captures[2*n]:captures[2*n+1]]
}
