package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
)

// HandlerOrType returns the name that handlers look at.
func HandlerOrType(handler, contentType string) string {
	if handler != "" {
		return handler
	}
	return BareType(contentType)
}

// SendsFile reports whether the handler of that name sends the file as it is: it
// is the default one, or no module has it, which is what sites rely on that name
// one to disable scripts. Others run the file, or read it for instructions, as
// CGI, PHP, server-side includes and type maps do; or their response comes from
// elsewhere, whether there is a file or not.
func SendsFile(name string) bool {
	name = apr.Lower(name)
	switch {
	case name == "":
		return true
	case isElsewhere(name), isScript(name), strings.HasSuffix(name, "-script") && !strings.Contains(name, "/"): // a media type is none
		return false
	}
	return !strings.Contains(name, "php") && !strings.Contains(name, "cgi") && !strings.Contains(name, "x-httpd-")
}

// AnswersElsewhere reports whether the response of the handler of that name comes
// from elsewhere, whether there is a file or not.
func AnswersElsewhere(name string) bool { return isElsewhere(apr.Lower(name)) }

// isElsewhere is AnswersElsewhere for a name in lower case. Some names are media types
// that stand for a handler, here and in isScript.
func isElsewhere(name string) bool {
	switch name {
	case "server-status", "application/x-httpd-status", "server-info", "balancer-manager", "ldap-status", "md-status",
		"http2-status", "form-login-handler", "form-logout-handler", "form-redirect-handler", "dav-handler", "reflector",
		"heartbeat", "caucho-status":
		return true
	}
	return strings.HasPrefix(name, "proxy:")
}

// isScript reports whether a handler is known to run files or to read them for
// instructions. Its name is in lower case.
func isScript(name string) bool {
	switch name {
	case "server-parsed", "text/x-server-parsed-html", "text/x-server-parsed-html3", "type-map", "application/x-type-map",
		"send-as-is", "httpd/send-as-is", "imap-file", "application/x-httpd-imap", "lua-script", "modperl", "mod_perl",
		"python-program", "mod_python", "wsgi", "uwsgi-handler", "rails-application", "mod_ruby", "ruby-object",
		"isapi-handler", "isapi-isa", "mono", "jakarta-servlet", "jrun-handler", "weblogic-handler", "cfml", "coldfusion",
		"tcl-handler":
		return true
	}
	return false
}
