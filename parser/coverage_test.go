package parser

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// Every kind of node occurs in the cases and is reached by All.
func TestAllReachesEveryNode(t *testing.T) {
	want := map[string]bool{}
	for _, n := range []Node{
		&File{}, &Comment{}, &Directive{}, &Section{}, &Conditional{}, &Include{}, &Macro{}, &Use{},
		&RewriteEngine{}, &RewriteOptions{}, &RewriteBase{}, &RewriteMap{}, &RewriteCond{}, &RewriteRule{},
		&Word{}, &Flag{}, &Template{}, &Literal{}, &Escaped{}, &RuleGroup{}, &CondGroup{}, &Variable{}, &MapCall{},
	} {
		want[reflect.TypeOf(n).String()] = true
	}
	files, _ := caseFiles(t)
	for _, cases := range files {
		for _, c := range cases {
			f, _ := Parse("conf", []byte(c.input), &c.opts)
			seen := map[Node]bool{}
			for n := range All(f) {
				require.False(t, seen[n], "%s: All yields %T twice", c.name, n)
				seen[n] = true
				delete(want, reflect.TypeOf(n).String())
			}
			var b strings.Builder
			for n := range seen {
				b.WriteString(reflect.TypeOf(n).Elem().Name() + "\n")
			}
			dumped := strings.Count(dump(f, false), "\n")
			require.Len(t, seen, dumped, "%s: All yields other nodes than the tree has", c.name)
		}
	}
	require.Empty(t, want, "kinds of nodes that All does not yield")
}

// All stops where its reader does.
func TestAllStops(t *testing.T) {
	f, err := Parse("conf", []byte("<a b>\nRewriteRule a ${m:$1|%2} [E=a:b]\nRewriteMap a int:escape b\n</a>\n"), nil)
	require.NoError(t, err)
	total := 0
	for range All(f) {
		total++
	}
	for stop := 1; stop <= total; stop++ {
		n := 0
		for range All(f) {
			if n++; n == stop {
				break
			}
		}
		require.Equal(t, stop, n)
	}
}

// Every code of codes.go is produced by a case or by a text too large for one.
func TestEveryCodeOccurs(t *testing.T) {
	elsewhere := map[Code]string{
		CodeTooLarge:        "TestLineLimit",
		CodeTooManyFindings: "TestTooManyFindings",
		CodeNestedTooDeep:   "TestNestedTooDeep",
	}
	produced := map[Code]bool{}
	files, _ := caseFiles(t)
	for _, cases := range files {
		for _, c := range cases {
			f, err := Parse("conf", []byte(c.input), &c.opts)
			for _, d := range append(Findings(err), f.Warnings...) {
				produced[d.Code] = true
			}
		}
	}
	for _, code := range declaredCodes(t) {
		if !produced[code] && elsewhere[code] == "" {
			t.Errorf("no case produces %q", code)
		}
	}
}

// declaredCodes returns the codes that codes.go declares.
func declaredCodes(t *testing.T) []Code {
	t.Helper()
	f, err := goparser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var codes []Code
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			codes = append(codes, Code(s))
		}
		return true
	})
	require.NotEmpty(t, codes)
	return codes
}

// Every flag occurs in the cases, by every spelling.
func TestEveryFlagOccurs(t *testing.T) {
	seen := map[string]bool{}
	files, _ := caseFiles(t)
	for _, cases := range files {
		for _, c := range cases {
			f, _ := Parse("conf", []byte(c.input), &c.opts)
			for n := range All(f) {
				if f, ok := n.(*Flag); ok {
					seen[ascii.LowerCase(f.Key)] = true
				}
			}
		}
	}
	for _, l := range []flagList{ruleFlags, condFlags} {
		for _, n := range l.names {
			if !seen[ascii.LowerCase(n.name)] {
				t.Errorf("%s: no case has flag %s", l.directive, n.name)
			}
		}
	}
}

// Every test of RewriteCond and every option occurs in the cases.
func TestEveryTestAndOptionOccurs(t *testing.T) {
	tests := map[CondOp]bool{}
	var options RewriteOption
	kinds := map[MapKind]bool{}
	files, _ := caseFiles(t)
	for _, cases := range files {
		for _, c := range cases {
			f, _ := Parse("conf", []byte(c.input), &c.opts)
			for n := range All(f) {
				switch n := n.(type) {
				case *RewriteCond:
					tests[n.Op] = true
				case *RewriteOptions:
					options |= n.Options
				case *RewriteMap:
					kinds[n.Kind] = true
				}
			}
		}
	}
	require.Len(t, tests, len(condOps))
	require.Len(t, kinds, len(mapPrefixes))
	for _, o := range rewriteOptionNames {
		require.NotZero(t, options&o.bit, "no case has option %s", o.name)
	}
}
