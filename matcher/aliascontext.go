package matcher

// aliasContext is the alias that a request was mapped by.
type aliasContext struct{ prefix, root string }

// contextPrefix and contextRoot return where an alias mapped the request; by
// default the document root.
func (s *state) contextPrefix() string {
	if s.alias != nil {
		return s.alias.prefix
	}
	return ""
}

func (s *state) contextRoot() string {
	if s.alias != nil {
		return s.alias.root
	}
	return s.server.rootDir()
}
