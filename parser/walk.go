package parser

import "iter"

// All returns f and every node below it, in source order, a parent before its
// children.
func All(f *File) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		walk(f, yield)
	}
}

// walk yields n and all below it until yield returns false.
func walk(n Node, yield func(Node) bool) bool {
	return yield(n) && below(n, func(child Node) bool { return walk(child, yield) })
}

// below calls visit for each node directly below n, in source order, until it
// returns false.
func below(n Node, visit func(Node) bool) bool {
	switch n := n.(type) {
	case *File:
		return each(n.Nodes, visit)
	case *Directive:
		return eachWord(n.Args, visit)
	case *Section:
		return eachWord(n.Args, visit) && each(n.Nodes, visit)
	case *Conditional:
		return eachWord(n.Args, visit) && each(n.Nodes, visit)
	case *Include:
		return visit(&n.Path) && each(n.Files, visit)
	case *Macro:
		return eachWord(n.Args, visit)
	case *Use:
		return eachWord(n.Args, visit) && each(n.Nodes, visit)
	case *RewriteBase:
		return visit(&n.URL)
	case *RewriteMap:
		return visit(&n.MapName) && visit(&n.Spec) && (n.Option == nil || visit(n.Option))
	case *RewriteCond:
		return visit(&n.Test) && eachTemplate(n.Template, visit) && visit(&n.Pattern) && each(n.Flags, visit)
	case *RewriteRule:
		return visit(&n.Pattern) && visit(&n.Subst) && eachTemplate(n.Template, visit) && each(n.Flags, visit)
	case *Flag:
		return eachTemplate(n.Template, visit)
	case *Template:
		return each(n.Parts, visit)
	case *MapCall:
		return eachTemplate(n.Key, visit) && eachTemplate(n.Default, visit)
	}
	return true
}

// each visits each of nodes.
func each[N Node](nodes []N, visit func(Node) bool) bool {
	for _, n := range nodes {
		if !visit(n) {
			return false
		}
	}
	return true
}

// eachWord visits each of ws.
func eachWord(ws []Word, visit func(Node) bool) bool {
	for i := range ws {
		if !visit(&ws[i]) {
			return false
		}
	}
	return true
}

// eachTemplate visits t, unless it is nil.
func eachTemplate(t *Template, visit func(Node) bool) bool { return t == nil || visit(t) }
