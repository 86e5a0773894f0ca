package replay

import (
	"net/http"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// asksForUsers reports whether something in c asks clients who they are.
func (c *Case) asksForUsers() bool {
	const directive = "authtype"
	for _, text := range c.Files {
		if strings.Contains(strings.ToLower(text), directive) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(c.Vhost+c.Second), directive)
}

// logIn does for req what mod_auth_basic would, as the engine leaves that to the
// server around it: a client that sends credentials is the user they name. Passwords
// are not looked at.
func logIn(req *matcher.Request) {
	r := http.Request{Header: req.Header}
	if user, _, ok := r.BasicAuth(); ok {
		req.RemoteUser, req.AuthType = user, "Basic"
	}
}
