package lint

import (
	"fmt"
	"strings"
	"testing"
)

// manyRules returns a ruleset of n rules of the usual kinds.
func manyRules(n int) []byte {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "RewriteRule ^old/page-%d$ /new/page-%d [R=301,L]\n", i, i)
		case 1:
			fmt.Fprintf(&b, "RewriteRule ^p%d/(\\d+)$ /show.php?id=$1&n=%d [L,QSA]\n", i, i)
		case 2:
			fmt.Fprintf(&b, "RewriteCond %%{HTTP_HOST} ^h%d\\.example\\.com$ [NC]\nRewriteRule ^(.*)$ https://www.h%d.example.com/$1 [R=301,L]\n", i, i)
		case 3:
			fmt.Fprintf(&b, "RewriteCond %%{HTTP_USER_AGENT} bot%d [NC]\nRewriteRule ^x%d - [F]\n", i, i)
		default:
			fmt.Fprintf(&b, "RewriteCond %%{QUERY_STRING} (?:^|&)a=([^&]+)\nRewriteRule ^q%d$ /r%d/%%1? [R=301,L]\n", i, i)
		}
	}
	return []byte(b.String())
}

func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		src := manyRules(n)
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Check([]Source{{Name: ".htaccess", Text: src, Access: true}}, &Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
