package parser

import "iter"

// All returns f and every node below it, in source order, a parent before its
// children.
func All(f *File) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		walk(f, yield)
	}
}

// walk yields n and what is below it until yield returns false.
func walk(n Node, yield func(Node) bool) bool {
	if !yield(n) {
		return false
	}
	switch n := n.(type) {
	case *File:
		return walkAll(n.Nodes, yield)
	case *Directive:
		return walkWords(n.Args, yield)
	case *Section:
		return walkWords(n.Args, yield) && walkAll(n.Nodes, yield)
	case *Conditional:
		return walkWords(n.Args, yield) && walkAll(n.Nodes, yield)
	case *Include:
		return yield(&n.Path) && walkAll(n.Files, yield)
	case *RewriteBase:
		return yield(&n.URL)
	case *RewriteMap:
		return yield(&n.MapName) && yield(&n.Spec) && (n.Option == nil || yield(n.Option))
	case *RewriteCond:
		return yield(&n.Test) && walkTemplate(n.Template, yield) && yield(&n.Pattern) && walkAll(n.Flags, yield)
	case *RewriteRule:
		return yield(&n.Pattern) && yield(&n.Subst) && walkTemplate(n.Template, yield) && walkAll(n.Flags, yield)
	case *Flag:
		return walkTemplate(n.Template, yield)
	case *Template:
		return walkAll(n.Parts, yield)
	case *MapCall:
		return walkTemplate(n.Key, yield) && walkTemplate(n.Default, yield)
	}
	return true
}

// walkAll walks each of nodes.
func walkAll[N Node](nodes []N, yield func(Node) bool) bool {
	for _, n := range nodes {
		if !walk(n, yield) {
			return false
		}
	}
	return true
}

// walkWords walks each of words.
func walkWords(words []Word, yield func(Node) bool) bool {
	for i := range words {
		if !yield(&words[i]) {
			return false
		}
	}
	return true
}

// walkTemplate walks t, which may be nil.
func walkTemplate(t *Template, yield func(Node) bool) bool {
	return t == nil || walk(t, yield)
}
