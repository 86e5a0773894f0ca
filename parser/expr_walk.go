package parser

import "iter"

// All returns e and every node below it, in source order, a parent before its
// children.
func (e *Expr) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		walkExpr(e, yield)
	}
}

// walkExpr yields n, a node of an expression, and what is below it until yield
// returns false.
func walkExpr(n Node, yield func(Node) bool) bool {
	if !yield(n) {
		return false
	}
	switch n := n.(type) {
	case *Expr:
		if n.Test != nil {
			return walkExpr(n.Test, yield)
		}
		return walkExpr(n.Value, yield)
	case *ExprNot:
		return walkExpr(n.X, yield)
	case *ExprAnd:
		return walkExpr(n.X, yield) && walkExpr(n.Y, yield)
	case *ExprOr:
		return walkExpr(n.X, yield) && walkExpr(n.Y, yield)
	case *ExprCompare:
		return walkExpr(n.X, yield) && walkExpr(n.Y, yield)
	case *ExprMatch:
		return walkExpr(n.X, yield) && yield(n.Regex)
	case *ExprIn:
		return walkExpr(n.X, yield) && walkExpr(n.List, yield)
	case *ExprUnary:
		return walkExpr(n.X, yield)
	case *ExprBinary:
		return walkExpr(n.X, yield) && walkExpr(n.Y, yield)
	case *ExprWords:
		return walkExprs(n.Words, yield)
	case *ExprListCall:
		return walkExpr(n.Arg, yield)
	case *ExprText:
		return walkExprs(n.Parts, yield)
	case *ExprConcat:
		return walkExpr(n.X, yield) && walkExpr(n.Y, yield)
	case *ExprCall:
		return walkExpr(n.Arg, yield)
	}
	return true
}

// walkExprs walks each of words.
func walkExprs(words []ExprWord, yield func(Node) bool) bool {
	for _, x := range words {
		if !walkExpr(x, yield) {
			return false
		}
	}
	return true
}
