package expr_test

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/expr"
)

func ExampleParse() {
	at := parser.Extent{Name: "site.conf", From: parser.Pos{Line: 7, Col: 5}}
	src := parser.Word{Extent: at, Text: `%{REQUEST_URI} =~ m#^/admin/# and not -R '10.0.0.0/8'`}
	e, err := expr.Parse(src, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e)
	for n := range e.All() {
		if v, ok := n.(*expr.Variable); ok {
			fmt.Printf("%v: %s\n", v, v.Name)
		}
	}
	// Output:
	// %{REQUEST_URI} =~ m#^/admin/# && !-R '10.0.0.0/8'
	// site.conf:7:5: REQUEST_URI
}

func ExampleParseString() {
	e, err := expr.ParseString(parser.Word{Text: `https://%{HTTP_HOST}/%{escape:$1}`}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range e.Value.Parts {
		fmt.Printf("%T\n", part)
	}
	// Output:
	// *expr.Literal
	// *expr.Variable
	// *expr.Literal
	// *expr.Call
}
