package httpd

// mergedConfig is a configuration that several were merged to. httpd merges
// anew what this engine has merged before: made tells such ones apart, because
// a request whose configuration is that of the request it came from is not
// asked again whether it may come in.
type mergedConfig struct {
	dir  *DirConfig
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
func (s *Request) mergeFound(found *DirConfig, m *walkMerge) (reused bool) {
	now := mergedConfig{s.Dir, s.Made}
	if m.known && m.base == now {
		s.Dir, s.Made = m.result.dir, m.result.made
		return true
	}
	if found != nil {
		s.apply(found)
		s.Eval.merges++
		s.Made = s.Eval.merges
	}
	*m = walkMerge{known: true, base: now, result: mergedConfig{s.Dir, s.Made}}
	return false
}

// resetConfig makes the request's configuration that of its server.
func (s *Request) resetConfig() { s.Dir, s.Made = s.Server.Base, 0 }
