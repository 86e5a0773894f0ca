package httpd

// AliasContext is the alias that a request was mapped by.
type AliasContext struct{ Prefix, Root string }

// ContextPrefix and ContextRoot return where an alias mapped the request; by
// default the document root.
func (s *Request) ContextPrefix() string {
	if s.Alias != nil {
		return s.Alias.Prefix
	}
	return ""
}

// ContextRoot is CONTEXT_DOCUMENT_ROOT: the target of the alias that mapped the
// request, else the document root.
func (s *Request) ContextRoot() string {
	if s.Alias != nil {
		return s.Alias.Root
	}
	return s.Server.rootDir()
}
