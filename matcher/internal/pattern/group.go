package pattern

// Group returns what group n captured in subject; ok is false if nothing was
// captured.
func Group(subject string, captures *Captures, ok bool, n int) string {
	if !ok || captures[2*n] < 0 || captures[2*n+1] <= captures[2*n] {
		return ""
	}
	return subject[captures[2*n]:captures[2*n+1]]
}
