package lint

import (
	"slices"
	"testing"

	"github.com/modrewrite-go/modrewrite/parser"
)

// FuzzCheck checks that looking at a text ends without a failure of its own, and
// that what is found is in the text and in order.
func FuzzCheck(f *testing.F) {
	for _, e := range Entries() {
		f.Add(e.Bad.Text, e.Bad.Name == accessName)
		f.Add(e.Good.Text, e.Good.Name == accessName)
	}
	f.Add("RewriteRule a ?\nRewriteRule b \"\" [R]\nRewriteRule c %1%2 [R,NE]\nRewriteCond \"\" \"\"\nRewriteRule ^ $0?$9 [N]\n", true)
	f.Add("<VirtualHost *:443>\nServerName a.example\nRewriteEngine on\nRewriteRule ^ https://a.example/ [R]\n</VirtualHost>\n", false)
	f.Fuzz(func(t *testing.T, text string, access bool) {
		if len(text) > 2000 {
			return
		}
		name := "site.conf"
		if access {
			name = ".htaccess"
		}
		got, err := Check([]Source{{Name: name, Text: []byte(text), Access: access}}, &Options{Pedantic: true})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(got, func(a, b *parser.Diagnostic) int { return int(a.From.Line) - int(b.From.Line) }) {
			t.Errorf("not in order: %v", got)
		}
		for _, d := range got {
			if d.Name == name && int(d.From.Offset) > len(text) {
				t.Errorf("%v is behind the text", d)
			}
		}
	})
}
