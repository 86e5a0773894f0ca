package expr

import "github.com/modrewrite-go/modrewrite/parser/internal/ascii"

// Var is a variable of expressions, %{NAME}.
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

// variables are the variables that have one name. Case does not matter.
var variables = []struct {
	name string
	v    Var
}{
	{"API_VERSION", VarAPIVersion},
	{"AUTH_TYPE", VarAuthType},
	{"CONN_LOG_ID", VarConnLogID},
	{"CONN_REMOTE_ADDR", VarConnRemoteAddr},
	{"CONTENT_TYPE", VarContentType},
	{"CONTEXT_DOCUMENT_ROOT", VarContextDocumentRoot},
	{"CONTEXT_PREFIX", VarContextPrefix},
	{"DOCUMENT_ROOT", VarDocumentRoot},
	{"DOCUMENT_URI", VarDocumentURI},
	{"HANDLER", VarHandler},
	{"HTTP2", VarHTTP2},
	{"HTTP_ACCEPT", VarHTTPAccept},
	{"HTTP_COOKIE", VarHTTPCookie},
	{"HTTP_FORWARDED", VarHTTPForwarded},
	{"HTTP_HOST", VarHTTPHost},
	{"HTTP_PROXY_CONNECTION", VarHTTPProxyConnection},
	{"HTTP_REFERER", VarHTTPReferer},
	{"HTTP_USER_AGENT", VarHTTPUserAgent},
	{"HTTPS", VarHTTPS},
	{"IPV6", VarIPv6},
	{"IS_SUBREQ", VarIsSubreq},
	{"LAST_MODIFIED", VarLastModified},
	{"PATH_INFO", VarPathInfo},
	{"QUERY_STRING", VarQueryString},
	{"REMOTE_ADDR", VarRemoteAddr},
	{"REMOTE_HOST", VarRemoteHost},
	{"REMOTE_IDENT", VarRemoteIdent},
	{"REMOTE_PORT", VarRemotePort},
	{"REMOTE_USER", VarRemoteUser},
	{"REQUEST_FILENAME", VarRequestFilename},
	{"REQUEST_LOG_ID", VarRequestLogID},
	{"REQUEST_METHOD", VarRequestMethod},
	{"REQUEST_SCHEME", VarRequestScheme},
	{"REQUEST_STATUS", VarRequestStatus},
	{"REQUEST_URI", VarRequestURI},
	{"SCRIPT_FILENAME", VarRequestFilename},
	{"SCRIPT_GROUP", VarScriptGroup},
	{"SCRIPT_USER", VarScriptUser},
	{"SERVER_ADMIN", VarServerAdmin},
	{"SERVER_NAME", VarServerName},
	{"SERVER_PORT", VarServerPort},
	{"SERVER_PROTOCOL", VarServerProtocol},
	{"SERVER_SOFTWARE", VarServerSoftware},
	{"THE_REQUEST", VarTheRequest},
	{"TIME", VarTime},
	{"TIME_DAY", VarTimeDay},
	{"TIME_HOUR", VarTimeHour},
	{"TIME_MIN", VarTimeMin},
	{"TIME_MON", VarTimeMon},
	{"TIME_SEC", VarTimeSec},
	{"TIME_WDAY", VarTimeWday},
	{"TIME_YEAR", VarTimeYear},
}

// sslModule is the module that the SSL variables and functions are of.
const sslModule = "ssl_module"

// hasSSLPrefix reports whether name begins like a variable of mod_ssl.
func hasSSLPrefix(name string) bool {
	return len(name) >= 4 && ascii.EqualFold(name[:4], "SSL_")
}
