package expr

import "github.com/modrewrite-go/modrewrite/parser/internal/ascii"

// Var is a variable of the server, %{NAME}: one of expressions, of rewrite rules, or
// of both.
type Var uint8

// The variables. The value of an unset one is empty.
const (
	VarAPIVersion          Var = iota // API_VERSION
	VarAuthType                       // AUTH_TYPE
	VarConnLogID                      // CONN_LOG_ID
	VarConnRemoteAddr                 // CONN_REMOTE_ADDR
	VarContentType                    // CONTENT_TYPE
	VarContextDocumentRoot            // CONTEXT_DOCUMENT_ROOT
	VarContextPrefix                  // CONTEXT_PREFIX
	VarDocumentRoot                   // DOCUMENT_ROOT
	VarDocumentURI                    // DOCUMENT_URI
	VarHandler                        // HANDLER
	VarHTTP2                          // HTTP2: "on" or "off"
	VarHTTPAccept                     // HTTP_ACCEPT, like the other HTTP_ ones a request header
	VarHTTPCookie                     // HTTP_COOKIE
	VarHTTPForwarded                  // HTTP_FORWARDED
	VarHTTPHost                       // HTTP_HOST
	VarHTTPProxyConnection            // HTTP_PROXY_CONNECTION
	VarHTTPReferer                    // HTTP_REFERER
	VarHTTPUserAgent                  // HTTP_USER_AGENT
	VarHTTPS                          // HTTPS: "on" or "off"
	VarIPv6                           // IPV6: "on" or "off"
	VarIsSubreq                       // IS_SUBREQ: "true" or "false"
	VarLastModified                   // LAST_MODIFIED
	VarPathInfo                       // PATH_INFO
	VarQueryString                    // QUERY_STRING
	VarRemoteAddr                     // REMOTE_ADDR
	VarRemoteHost                     // REMOTE_HOST
	VarRemoteIdent                    // REMOTE_IDENT
	VarRemotePort                     // REMOTE_PORT
	VarRemoteUser                     // REMOTE_USER
	VarRequestFilename                // REQUEST_FILENAME, SCRIPT_FILENAME
	VarRequestLogID                   // REQUEST_LOG_ID
	VarRequestMethod                  // REQUEST_METHOD
	VarRequestScheme                  // REQUEST_SCHEME
	VarRequestStatus                  // REQUEST_STATUS
	VarRequestURI                     // REQUEST_URI
	VarScriptGroup                    // SCRIPT_GROUP
	VarScriptUser                     // SCRIPT_USER
	VarServerAddr                     // SERVER_ADDR, of rules alone
	VarServerAdmin                    // SERVER_ADMIN
	VarServerName                     // SERVER_NAME
	VarServerPort                     // SERVER_PORT
	VarServerProtocol                 // SERVER_PROTOCOL
	VarServerSoftware                 // SERVER_SOFTWARE
	VarSSL                            // SSL_…, of mod_ssl: which one is in Variable.Name
	VarTheRequest                     // THE_REQUEST
	VarTime                           // TIME
	VarTimeDay                        // TIME_DAY
	VarTimeHour                       // TIME_HOUR
	VarTimeMin                        // TIME_MIN
	VarTimeMon                        // TIME_MON
	VarTimeSec                        // TIME_SEC
	VarTimeWday                       // TIME_WDAY
	VarTimeYear                       // TIME_YEAR
)

// place says where a variable is known.
type place uint8

const (
	inExpressions place = 1 << iota
	inRules
	everywhere = inExpressions | inRules
)

// variables are the variables that have one name. Case does not matter.
var variables = []struct {
	name  string
	v     Var
	known place
}{
	{"API_VERSION", VarAPIVersion, everywhere},
	{"AUTH_TYPE", VarAuthType, everywhere},
	{"CONN_LOG_ID", VarConnLogID, inExpressions},
	{"CONN_REMOTE_ADDR", VarConnRemoteAddr, everywhere},
	{"CONTENT_TYPE", VarContentType, inExpressions},
	{"CONTEXT_DOCUMENT_ROOT", VarContextDocumentRoot, everywhere},
	{"CONTEXT_PREFIX", VarContextPrefix, everywhere},
	{"DOCUMENT_ROOT", VarDocumentRoot, everywhere},
	{"DOCUMENT_URI", VarDocumentURI, inExpressions},
	{"HANDLER", VarHandler, inExpressions},
	{"HTTP2", VarHTTP2, inExpressions},
	{"HTTP_ACCEPT", VarHTTPAccept, everywhere},
	{"HTTP_COOKIE", VarHTTPCookie, everywhere},
	{"HTTP_FORWARDED", VarHTTPForwarded, everywhere},
	{"HTTP_HOST", VarHTTPHost, everywhere},
	{"HTTP_PROXY_CONNECTION", VarHTTPProxyConnection, everywhere},
	{"HTTP_REFERER", VarHTTPReferer, everywhere},
	{"HTTP_USER_AGENT", VarHTTPUserAgent, everywhere},
	{"HTTPS", VarHTTPS, everywhere},
	{"IPV6", VarIPv6, everywhere},
	{"IS_SUBREQ", VarIsSubreq, everywhere},
	{"LAST_MODIFIED", VarLastModified, inExpressions},
	{"PATH_INFO", VarPathInfo, everywhere},
	{"QUERY_STRING", VarQueryString, everywhere},
	{"REMOTE_ADDR", VarRemoteAddr, everywhere},
	{"REMOTE_HOST", VarRemoteHost, everywhere},
	{"REMOTE_IDENT", VarRemoteIdent, everywhere},
	{"REMOTE_PORT", VarRemotePort, everywhere},
	{"REMOTE_USER", VarRemoteUser, everywhere},
	{"REQUEST_FILENAME", VarRequestFilename, everywhere},
	{"REQUEST_LOG_ID", VarRequestLogID, inExpressions},
	{"REQUEST_METHOD", VarRequestMethod, everywhere},
	{"REQUEST_SCHEME", VarRequestScheme, everywhere},
	{"REQUEST_STATUS", VarRequestStatus, inExpressions},
	{"REQUEST_URI", VarRequestURI, everywhere},
	{"SCRIPT_FILENAME", VarRequestFilename, everywhere},
	{"SCRIPT_GROUP", VarScriptGroup, everywhere},
	{"SCRIPT_USER", VarScriptUser, everywhere},
	{"SERVER_ADDR", VarServerAddr, inRules},
	{"SERVER_ADMIN", VarServerAdmin, everywhere},
	{"SERVER_NAME", VarServerName, everywhere},
	{"SERVER_PORT", VarServerPort, everywhere},
	{"SERVER_PROTOCOL", VarServerProtocol, everywhere},
	{"SERVER_SOFTWARE", VarServerSoftware, everywhere},
	{"THE_REQUEST", VarTheRequest, everywhere},
	{"TIME", VarTime, everywhere},
	{"TIME_DAY", VarTimeDay, everywhere},
	{"TIME_HOUR", VarTimeHour, everywhere},
	{"TIME_MIN", VarTimeMin, everywhere},
	{"TIME_MON", VarTimeMon, everywhere},
	{"TIME_SEC", VarTimeSec, everywhere},
	{"TIME_WDAY", VarTimeWday, everywhere},
	{"TIME_YEAR", VarTimeYear, everywhere},
}

// find returns the variable called name that is known at p.
func find(name string, p place) (Var, bool) {
	for _, v := range variables {
		if v.known&p != 0 && ascii.EqualFold(name, v.name) {
			return v.v, true
		}
	}
	return 0, false
}

// RuleVar returns the variable that %{name} is in a RewriteRule or RewriteCond. It
// reports false for names with a prefix, as in %{HTTP:name}, and for those that
// mod_rewrite does not know, which are empty there.
func RuleVar(name string) (Var, bool) { return find(name, inRules) }

// sslModule is the module that the SSL variables and functions are of.
const sslModule = "ssl_module"

// hasSSLPrefix reports whether name begins like a variable of mod_ssl.
func hasSSLPrefix(name string) bool {
	return len(name) >= 4 && ascii.EqualFold(name[:4], "SSL_")
}
