package matcher

import (
	"fmt"
	"strings"
)

// HandlerKind says what a handler does with the file.
type HandlerKind int

// The kinds of handler.
const (
	// HandlerFile: the file is sent as it is. There is no handler, or it is the
	// default one, or one of a name that no module has: httpd serves the file
	// then, which is what sites rely on that name one to disable scripts.
	HandlerFile HandlerKind = iota
	// HandlerScript: the file is run, or read for instructions: CGI, PHP,
	// server-side includes, type maps, a script named by Action. Its source is
	// not for the client.
	HandlerScript
	// HandlerElsewhere: the response comes from elsewhere, whether there is a
	// file or not: another server ("proxy:…") or a page about this one
	// ("server-status").
	HandlerElsewhere
)

// String returns the kind in lower case.
func (k HandlerKind) String() string {
	switch k {
	case HandlerFile:
		return "file"
	case HandlerScript:
		return "script"
	case HandlerElsewhere:
		return "elsewhere"
	}
	return fmt.Sprintf("HandlerKind(%d)", int(k))
}

// HandlerKind returns what the handler would do, by the names that
// httpd's modules and the usual ones beside them answer to. Where no handler is
// set, httpd takes the media type for its name, and so does HandlerKind: "AddType
// application/x-httpd-php .php" has such files run. It does not look at the file.
func (c *Content) HandlerKind() HandlerKind {
	if c.RunBy != "" {
		return HandlerScript
	}
	return handlerKind(handlerOrType(c.Handler, c.ContentType))
}

// handlerOrType returns the name that handlers look at.
func handlerOrType(handler, contentType string) string {
	if handler != "" {
		return handler
	}
	return bareType(contentType)
}

// handlerKind returns what the handler of that name does.
func handlerKind(name string) HandlerKind {
	name = asciiLower(name)
	switch {
	case name == "":
		return HandlerFile
	case strings.HasPrefix(name, "proxy:"), strings.Contains(elsewhereHandlers, " "+name+" "):
		return HandlerElsewhere
	case strings.Contains(scriptHandlers, " "+name+" "), strings.HasSuffix(name, "-script"):
		return HandlerScript
	}
	for _, part := range []string{"php", "cgi", "x-httpd-"} {
		if strings.Contains(name, part) {
			return HandlerScript
		}
	}
	return HandlerFile
}

// The names of handlers, in lower case, a blank on either side of each. Some
// are media types that stand for one.
const (
	scriptHandlers = " server-parsed text/x-server-parsed-html text/x-server-parsed-html3 type-map application/x-type-map " +
		"send-as-is httpd/send-as-is imap-file application/x-httpd-imap lua-script modperl mod_perl python-program mod_python " +
		"wsgi uwsgi-handler rails-application mod_ruby ruby-object isapi-handler isapi-isa mono jakarta-servlet jrun-handler " +
		"weblogic-handler cfml coldfusion tcl-handler "
	elsewhereHandlers = " server-status application/x-httpd-status server-info balancer-manager ldap-status md-status " +
		"http2-status form-login-handler form-logout-handler form-redirect-handler dav-handler reflector heartbeat caucho-status "
)
