package matcher_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// remains looks for texts that a request brought along in what an evaluation leaves to
// the next one.
type remains struct {
	mark  string
	seen  map[any]bool
	texts int // that were looked at
	found []string
}

// look walks over v and all that it refers to.
func (r *remains) look(path string, v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // other kinds hold no text
	case reflect.String:
		r.texts++
		if strings.Contains(v.String(), r.mark) {
			r.found = append(r.found, path+": "+v.String())
		}
	case reflect.Pointer:
		key := [2]any{v.Pointer(), v.Type()}
		if v.IsNil() || r.seen[key] {
			return
		}
		r.seen[key] = true
		r.look(path, v.Elem())
	case reflect.Interface:
		if !v.IsNil() {
			r.look(path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			r.look(path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		// What lies behind its end comes to light when it grows.
		for i := range v.Cap() {
			r.look(fmt.Sprintf("%s[%d]", path, i), v.Slice(0, v.Cap()).Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			r.look(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			r.look(path+"{}", it.Key())
			r.look(path+"{}", it.Value())
		}
	}
}

// TestLeftover has nothing of a request be left in what its evaluation leaves to the next
// one, whatever was done for it: with a rule tried or none, explained or not.
func TestLeftover(t *testing.T) {
	rules := strings.Join([]string{
		"RewriteEngine On",
		"SetEnvIf X-Mark (.+) MARK=$1",
		"SetEnvIf Referer ^none NONE=1",
		"RewriteMap low int:tolower",
		"RewriteCond %{HTTP_COOKIE} (^|;)m=([^;]+)",
		"RewriteCond %{HTTP:X-Mark}%{QUERY_STRING} ^(.*)$",
		"RewriteRule ^/try/(.*) - [E=TRIED:$1%1,CO=c:%2:.example.com]",
		"RewriteCond ${low:%{HTTP_HOST}} =nobody.example [OR]",
		"RewriteCond %{REMOTE_USER} =nobody",
		"RewriteRule ^/try/ /nowhere [L]",
		"RewriteRule ^/new/(.*) /try/$1 [PT]",
		"RewriteRule ^/away/(.*) https://example.org/$1?%{QUERY_STRING} [R,L,NE]",
		"RewriteRule ^/loop /loop [N=3]",
		"Redirect /moved https://example.org/moved",
		"AliasMatch ^/files/(.*) /srv/files/$1",
		"<Location /try>", "Header set X-Seen expr=%{HTTP:X-Mark}", "RequestHeader set X-Path expr=%{REQUEST_URI}", "</Location>",
		"<LocationMatch ^/new/(?<rest>.*)>", "SetEnv IN 1", "</LocationMatch>",
		"<If \"%{HTTP:X-Mark} =~ /mark(.*)/\">", "Header add X-If $1", "</If>",
		"<Files mark*>", "SetEnv FILE 1", "</Files>",
		"<Directory />", "RewriteEngine On", "RewriteRule m(.*)0client - [E=BELOW:$1]", "</Directory>",
		"ErrorDocument 404 /missing",
	}, "\n")
	for i := range 5 { // which are asked together
		rules += fmt.Sprintf("\nRewriteCond %%{HTTP:X-Mark} ^other\nRewriteRule ^/try/(mark0of|%d) - [E=OTHER:$1]", i)
	}
	root := t.TempDir()
	const mark = "mark0of0a0client"
	indexed := compile(t, rules, &matcher.Options{DocumentRoot: root})
	for name, e := range map[string]*matcher.Engine{
		"rules": indexed, "no rule": compile(t, "RewriteEngine On", nil),
		"few rules": compile(t, "RewriteEngine On\nRewriteRule ^/new/(.*) /old/$1", nil),
		"unindexed": compile(t, rules, &matcher.Options{DocumentRoot: root, Linear: true}),
	} {
		t.Run(name, func(t *testing.T) {
			texts := 0
			for _, path := range []string{"/", "/try/", "/new/", "/away/", "/loop/", "/moved/", "/files/", "/%2e%2e/../", "/%zz"} {
				for i := range 4 {
					req := &matcher.Request{
						Target: path + mark + "?" + mark, Host: mark + ".example.com", RemoteAddr: "192.0.2.1", RemoteUser: mark,
						Header: map[string][]string{
							"X-Mark": {mark}, "Cookie": {"m=" + mark}, "Referer": {mark}, "User-Agent": {mark},
						},
						Env: map[string]string{mark: mark},
					}
					if i&1 != 0 {
						req.Failed = []int{404}
					}
					explain := func(matcher.Step) {}
					if i&2 != 0 {
						explain = nil
					}
					_, _ = e.Explain(context.Background(), req, explain) // some of them fail
					e.Idle(func(evaluation, engine any) {
						v := reflect.ValueOf(engine)
						r := remains{mark: mark, seen: map[any]bool{[2]any{v.Pointer(), v.Type()}: true}}
						r.look("", reflect.ValueOf(evaluation))
						require.Empty(t, r.found, "after %s", req.Target)
						texts = max(texts, r.texts)
					})
				}
			}
			require.NotZero(t, texts)
		})
	}
}
