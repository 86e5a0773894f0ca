package webconfig

// Scope is what a web.config says for one place: its folder, or what a
// <location> names. What it does not say is nil.
type Scope struct {
	// Path is relative to the folder of the file, with slashes; "" is the
	// folder itself.
	Path      string
	Rules     *Rules
	Global    *Rules
	Loose     []*Rule // rules that stand in <rewrite> itself, behind those of Rules
	Maps      *Maps
	Outbound  *Outbound
	Allowed   *Allowed
	Providers *Providers
	Filtering *Filtering
	Redirect  *Redirect
	Map       *Map // where the file is one map
}

// Scopes returns what f says, for its own folder first and then for each
// <location>, in the order of the file. A <location> for the folder itself has
// a Scope of its own, with an empty Path. For an applicationHost.config the folder is
// the root of the site, and what is of other sites is left out.
func (f *File) Scopes() []Scope {
	scopes := []Scope{{}}
	for _, n := range f.Nodes {
		scopes = f.collect(scopes, 0, n)
	}
	return scopes
}

// collect puts n where it belongs in scopes[i], and what is in a <location> in
// a scope of its own.
func (f *File) collect(scopes []Scope, i int, n Node) []Scope {
	s := &scopes[i]
	switch n := n.(type) {
	case *Group:
		for _, c := range n.Nodes {
			scopes = f.collect(scopes, i, c)
		}
	case *Location:
		p, _ := cleanLocation(n.Path.Value)
		if f.Site != "" {
			var served bool
			if p, served = inSite(p, f.Site); !served {
				return scopes
			}
		}
		scopes = append(scopes, Scope{Path: p})
		last := len(scopes) - 1
		for _, c := range n.Nodes {
			scopes = f.collect(scopes, last, c)
		}
	case *Rules:
		if n.Global {
			s.Global = n
		} else {
			s.Rules = n
		}
	case *Rule:
		s.Loose = append(s.Loose, n)
	case *Maps:
		s.Maps = n
	case *Map:
		s.Map = n
	case *Outbound:
		s.Outbound = n
	case *Allowed:
		s.Allowed = n
	case *Providers:
		s.Providers = n
	case *Filtering:
		s.Filtering = n
	case *Redirect:
		s.Redirect = n
	}
	return scopes
}
