package matcher

// mergedConfig is a configuration that several were merged to. httpd merges
// anew what this engine has merged before: made tells such ones apart, because
// a request whose configuration is that of the request it came from is not
// asked again whether it may come in.
type mergedConfig struct {
	dir  *dirConfig
	made int // counts what was merged anew; 0 for the walk along directories
}

// walkMerge is how what a walk found was merged.
type walkMerge struct {
	known        bool
	base, result mergedConfig
}

// mergeFound merges what a walk found on top of the request's configuration.
// m is how the walk before that found the same did so; if it was on top of the
// same configuration, the result is taken over, and reused is true.
func (s *state) mergeFound(found *dirConfig, m *walkMerge) (reused bool) {
	now := mergedConfig{s.dir, s.made}
	if m.known && m.base == now {
		s.dir, s.made = m.result.dir, m.result.made
		return true
	}
	if found != nil {
		s.apply(found)
		s.eval.merges++
		s.made = s.eval.merges
	}
	*m = walkMerge{known: true, base: now, result: mergedConfig{s.dir, s.made}}
	return false
}

// resetConfig makes the request's configuration that of its server.
func (s *state) resetConfig() { s.dir, s.made = s.server.base, 0 }
