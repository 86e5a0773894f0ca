package matcher_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// TestUseCanonicalName asks for the name in a redirect. What httpd makes of an
// address of this machine depends on the machine.
func TestUseCanonicalName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		setting, addr, want string
	}{
		{"On", "192.0.2.1", "server.example"},
		{"Off", "192.0.2.1", "www.example.com"},
		{"DNS", "192.0.2.1", "named.example"},
		{"dns", "::ffff:192.0.2.1", "named.example"},
		{"DNS", "192.0.2.2", "server.example"}, // an error
		{"DNS", "192.0.2.3", "server.example"}, // no name
		{"DNS", "", "server.example"},
	}
	for _, test := range tests {
		r := &resolver{names: map[string]string{"192.0.2.1": "Named.Example.", "192.0.2.2": unknown}}
		opts := &matcher.Options{Resolver: r}
		e := compile(t, "ServerName server.example\nUseCanonicalName "+test.setting+
			"\nRewriteEngine On\nRewriteRule ^ /%{SERVER_NAME} [R]\n", opts)
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/", Host: "www.example.com", ServerAddr: test.addr})
		require.NoError(t, err)
		if want := "http://" + test.want + "/" + test.want; res.Location != want {
			t.Errorf("%s at %q: redirect to %s, want %s", test.setting, test.addr, res.Location, want)
		}
		require.LessOrEqual(t, len(r.asked()), 1)
	}
}

// TestServerPath asks for virtual hosts without naming them, as clients of
// HTTP/1.0 may. The answers are httpd's.
func TestServerPath(t *testing.T) {
	t.Parallel()
	e := compile(t, `
<VirtualHost *:80>
ServerName one.example
RewriteEngine On
RewriteRule ^ http://one%{REQUEST_URI} [R]
</VirtualHost>
<VirtualHost *:80>
ServerName two.example
ServerPath /two
RewriteEngine On
RewriteRule ^ http://two%{REQUEST_URI} [R]
</VirtualHost>
<VirtualHost *:80>
ServerName three.example
ServerPath /three/
RewriteEngine On
RewriteRule ^ http://three%{REQUEST_URI} [R]
</VirtualHost>
<VirtualHost *:80>
ServerName four.example
ServerPath /two/x
RewriteEngine On
RewriteRule ^ http://four%{REQUEST_URI} [R]
</VirtualHost>
`, nil)
	for _, test := range []struct{ target, host, want string }{
		{"/two", "", "http://two/two"},
		{"/two/", "", "http://two/two/"},
		{"/two/x", "", "http://two/two/x"},
		{"/twox", "", "http://one/twox"},
		{"/three", "", "http://one/three"},
		{"/three/", "", "http://three/three/"},
		{"/three/x", "", "http://three/three/x"},
		{"//two", "", "http://two/two"},
		{"/%74wo", "", "http://one/two"},
		{"/x", "", "http://one/x"},
		{"/TWO", "", "http://one/TWO"},
		{"/two/x", "one.example", "http://one/two/x"},
		{"/two/x", "two.example", "http://two/two/x"},
		{"/two/x", "four.example", "http://four/two/x"},
		{"/two", "other.example", "http://one/two"},
	} {
		res, err := e.Eval(context.Background(), &matcher.Request{Target: test.target, Host: test.host, Proto: "HTTP/1.0", ServerPort: 80})
		require.NoError(t, err)
		if res.Location != test.want {
			t.Errorf("%s of %q: redirect to %s, want %s", test.target, test.host, res.Location, test.want)
		}
	}
}
