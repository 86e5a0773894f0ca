package webconfig

import "strings"

// element is a node that is an element with a meaning here.
type element interface {
	Node
	// base returns what all elements have.
	base() *Element
	// tag returns the element's name.
	tag() string
	// fields returns the attributes that the element has, in the order in which
	// they are printed.
	fields() []field
	// children returns the list of what is inside, nil if the element is empty.
	children() *[]Node
	// child returns a new element for one inside that has that name, nil if
	// there is no such.
	child(r *reader, name string) element
}

// enterer is an element that has something to do once its attributes are read.
type enterer interface{ enter(r *reader) }

// leaver is an element that has something to check once it is read.
type leaver interface{ leave(r *reader) }

func (e *Element) base() *Element { return e }

// leaf is what elements share that have nothing inside.
func (*Element) children() *[]Node             { return nil }
func (*Element) child(*reader, string) element { return nil }

func (s *Section) children() *[]Node { return &s.Nodes }

// section returns s.
func (s *Section) section() *Section { return s }

// source is the attribute of every section.
func (s *Section) source() field { return field{"configSource", &s.Source} }

// sectionOf returns n as a section, nil if it is none.
func sectionOf(n element) *Section {
	if n, ok := n.(interface{ section() *Section }); ok {
		return n.section()
	}
	return nil
}

// isGroup reports whether others may have elements and attributes in n.
func isGroup(n element) bool {
	switch n.(type) {
	case *Group, *Location:
		return true
	}
	return false
}

// rootElement returns a new element for the root of a text, nil if there is no
// such root.
func rootElement(name string) element {
	switch name {
	case "configuration", "system.webServer", "rewrite", "security":
		return &Group{Name: name}
	case "rewriteMap":
		return newMap()
	}
	return newSection(name)
}

// newSection returns a new section of that name, nil if there is no such.
func newSection(name string) element {
	switch name {
	case "rules", "globalRules":
		return &Rules{Global: name == "globalRules", UseOriginalURLEncoding: Bool{Value: true}}
	case "rewriteMaps":
		return &Maps{}
	case "outboundRules":
		return &Outbound{}
	case "allowedServerVariables":
		return &Allowed{}
	case "providers":
		return &Providers{}
	case "requestFiltering":
		return newFiltering()
	case "httpRedirect":
		return &Redirect{Status: Enum[ResponseStatus]{Value: StatusFound}}
	}
	return nil
}

// collection is what collections share: <clear> and <remove>.
func collection(name, key string) element {
	switch name {
	case "clear":
		return &Clear{}
	case "remove":
		return &Remove{Name: key}
	}
	return nil
}

func (*Clear) tag() string     { return "clear" }
func (*Clear) fields() []field { return nil }

func (*Clear) leave(r *reader) { r.enclosing().at = nil }

func (*Remove) tag() string { return "remove" }
func (n *Remove) fields() []field {
	return []field{{n.Name, &n.Key}}
}

func (n *Remove) leave(r *reader) {
	if r.required(n, n.Name, &n.Key) {
		delete(r.enclosing().at, n.Key.Value)
		delete(r.enclosing().at, strings.ToLower(n.Key.Value))
	}
}
