package expr

import "iter"

// All returns e and every node below it, in source order, a parent before its
// children.
func (e *Expr) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		walk(e, yield)
	}
}

// walk yields n, a node of an expression, and what is below it until yield
// returns false.
func walk(n Node, yield func(Node) bool) bool {
	if !yield(n) {
		return false
	}
	switch n := n.(type) {
	case *Expr:
		if n.Test != nil {
			return walk(n.Test, yield)
		}
		return walk(n.Value, yield)
	case *Not:
		return walk(n.X, yield)
	case *And:
		return walk(n.X, yield) && walk(n.Y, yield)
	case *Or:
		return walk(n.X, yield) && walk(n.Y, yield)
	case *Compare:
		return walk(n.X, yield) && walk(n.Y, yield)
	case *Match:
		return walk(n.X, yield) && yield(n.Regex)
	case *In:
		return walk(n.X, yield) && walk(n.List, yield)
	case *Unary:
		return walk(n.X, yield)
	case *Binary:
		return walk(n.X, yield) && walk(n.Y, yield)
	case *Words:
		return walkWords(n.Words, yield)
	case *ListCall:
		return walk(n.Arg, yield)
	case *Text:
		return walkWords(n.Parts, yield)
	case *Concat:
		return walk(n.X, yield) && walk(n.Y, yield)
	case *Call:
		return walk(n.Arg, yield)
	}
	return true
}

// walkWords walks each of words.
func walkWords(words []Word, yield func(Node) bool) bool {
	for _, x := range words {
		if !walk(x, yield) {
			return false
		}
	}
	return true
}
