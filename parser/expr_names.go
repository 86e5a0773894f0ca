package parser

// ExprVar is a variable of expressions, %{NAME}.
type ExprVar uint8

// The variables. The value of an unset one is empty.
const (
	ExprVarAPIVersion          ExprVar = iota // API_VERSION
	ExprVarAuthType                           // AUTH_TYPE
	ExprVarConnLogID                          // CONN_LOG_ID
	ExprVarConnRemoteAddr                     // CONN_REMOTE_ADDR
	ExprVarContentType                        // CONTENT_TYPE
	ExprVarContextDocumentRoot                // CONTEXT_DOCUMENT_ROOT
	ExprVarContextPrefix                      // CONTEXT_PREFIX
	ExprVarDocumentRoot                       // DOCUMENT_ROOT
	ExprVarDocumentURI                        // DOCUMENT_URI
	ExprVarHandler                            // HANDLER
	ExprVarHTTP2                              // HTTP2: "on" or "off"
	ExprVarHTTPAccept                         // HTTP_ACCEPT, like the other HTTP_ ones a request header
	ExprVarHTTPCookie                         // HTTP_COOKIE
	ExprVarHTTPForwarded                      // HTTP_FORWARDED
	ExprVarHTTPHost                           // HTTP_HOST
	ExprVarHTTPProxyConnection                // HTTP_PROXY_CONNECTION
	ExprVarHTTPReferer                        // HTTP_REFERER
	ExprVarHTTPUserAgent                      // HTTP_USER_AGENT
	ExprVarHTTPS                              // HTTPS: "on" or "off"
	ExprVarIPv6                               // IPV6: "on" or "off"
	ExprVarIsSubreq                           // IS_SUBREQ: "true" or "false"
	ExprVarLastModified                       // LAST_MODIFIED
	ExprVarPathInfo                           // PATH_INFO
	ExprVarQueryString                        // QUERY_STRING
	ExprVarRemoteAddr                         // REMOTE_ADDR
	ExprVarRemoteHost                         // REMOTE_HOST
	ExprVarRemoteIdent                        // REMOTE_IDENT
	ExprVarRemotePort                         // REMOTE_PORT
	ExprVarRemoteUser                         // REMOTE_USER
	ExprVarRequestFilename                    // REQUEST_FILENAME, SCRIPT_FILENAME
	ExprVarRequestLogID                       // REQUEST_LOG_ID
	ExprVarRequestMethod                      // REQUEST_METHOD
	ExprVarRequestScheme                      // REQUEST_SCHEME
	ExprVarRequestStatus                      // REQUEST_STATUS
	ExprVarRequestURI                         // REQUEST_URI
	ExprVarScriptGroup                        // SCRIPT_GROUP
	ExprVarScriptUser                         // SCRIPT_USER
	ExprVarServerAdmin                        // SERVER_ADMIN
	ExprVarServerName                         // SERVER_NAME
	ExprVarServerPort                         // SERVER_PORT
	ExprVarServerProtocol                     // SERVER_PROTOCOL
	ExprVarServerSoftware                     // SERVER_SOFTWARE
	ExprVarSSL                                // SSL_…, of mod_ssl: which one is in ExprVariable.Name
	ExprVarTheRequest                         // THE_REQUEST
	ExprVarTime                               // TIME
	ExprVarTimeDay                            // TIME_DAY
	ExprVarTimeHour                           // TIME_HOUR
	ExprVarTimeMin                            // TIME_MIN
	ExprVarTimeMon                            // TIME_MON
	ExprVarTimeSec                            // TIME_SEC
	ExprVarTimeWday                           // TIME_WDAY
	ExprVarTimeYear                           // TIME_YEAR
)

// exprVars are the variables that have one name. Case does not matter.
var exprVars = []struct {
	name string
	v    ExprVar
}{
	{"API_VERSION", ExprVarAPIVersion},
	{"AUTH_TYPE", ExprVarAuthType},
	{"CONN_LOG_ID", ExprVarConnLogID},
	{"CONN_REMOTE_ADDR", ExprVarConnRemoteAddr},
	{"CONTENT_TYPE", ExprVarContentType},
	{"CONTEXT_DOCUMENT_ROOT", ExprVarContextDocumentRoot},
	{"CONTEXT_PREFIX", ExprVarContextPrefix},
	{"DOCUMENT_ROOT", ExprVarDocumentRoot},
	{"DOCUMENT_URI", ExprVarDocumentURI},
	{"HANDLER", ExprVarHandler},
	{"HTTP2", ExprVarHTTP2},
	{"HTTP_ACCEPT", ExprVarHTTPAccept},
	{"HTTP_COOKIE", ExprVarHTTPCookie},
	{"HTTP_FORWARDED", ExprVarHTTPForwarded},
	{"HTTP_HOST", ExprVarHTTPHost},
	{"HTTP_PROXY_CONNECTION", ExprVarHTTPProxyConnection},
	{"HTTP_REFERER", ExprVarHTTPReferer},
	{"HTTP_USER_AGENT", ExprVarHTTPUserAgent},
	{"HTTPS", ExprVarHTTPS},
	{"IPV6", ExprVarIPv6},
	{"IS_SUBREQ", ExprVarIsSubreq},
	{"LAST_MODIFIED", ExprVarLastModified},
	{"PATH_INFO", ExprVarPathInfo},
	{"QUERY_STRING", ExprVarQueryString},
	{"REMOTE_ADDR", ExprVarRemoteAddr},
	{"REMOTE_HOST", ExprVarRemoteHost},
	{"REMOTE_IDENT", ExprVarRemoteIdent},
	{"REMOTE_PORT", ExprVarRemotePort},
	{"REMOTE_USER", ExprVarRemoteUser},
	{"REQUEST_FILENAME", ExprVarRequestFilename},
	{"REQUEST_LOG_ID", ExprVarRequestLogID},
	{"REQUEST_METHOD", ExprVarRequestMethod},
	{"REQUEST_SCHEME", ExprVarRequestScheme},
	{"REQUEST_STATUS", ExprVarRequestStatus},
	{"REQUEST_URI", ExprVarRequestURI},
	{"SCRIPT_FILENAME", ExprVarRequestFilename},
	{"SCRIPT_GROUP", ExprVarScriptGroup},
	{"SCRIPT_USER", ExprVarScriptUser},
	{"SERVER_ADMIN", ExprVarServerAdmin},
	{"SERVER_NAME", ExprVarServerName},
	{"SERVER_PORT", ExprVarServerPort},
	{"SERVER_PROTOCOL", ExprVarServerProtocol},
	{"SERVER_SOFTWARE", ExprVarServerSoftware},
	{"THE_REQUEST", ExprVarTheRequest},
	{"TIME", ExprVarTime},
	{"TIME_DAY", ExprVarTimeDay},
	{"TIME_HOUR", ExprVarTimeHour},
	{"TIME_MIN", ExprVarTimeMin},
	{"TIME_MON", ExprVarTimeMon},
	{"TIME_SEC", ExprVarTimeSec},
	{"TIME_WDAY", ExprVarTimeWday},
	{"TIME_YEAR", ExprVarTimeYear},
}

// ExprFunc is a function of expressions that returns a string.
type ExprFunc uint8

// The functions.
const (
	ExprFuncReq       ExprFunc = iota // req, http: request header, noted for Vary
	ExprFuncReqNoVary                 // req_novary: request header
	ExprFuncResp                      // resp: response header
	ExprFuncReqEnv                    // reqenv: variable of the request's environment
	ExprFuncNote                      // note: note of the request
	ExprFuncOSEnv                     // osenv: variable of the process's environment
	ExprFuncEnv                       // env: note, reqenv or osenv, the first that is set
	ExprFuncToLower                   // tolower
	ExprFuncToUpper                   // toupper
	ExprFuncEscape                    // escape: as a URL path
	ExprFuncUnescape                  // unescape: of %XX, but for %2F
	ExprFuncBase64                    // base64
	ExprFuncUnBase64                  // unbase64
	ExprFuncMD5                       // md5
	ExprFuncSHA1                      // sha1
	ExprFuncLDAP                      // ldap: escape as an LDAP filter and name
	ExprFuncFile                      // file: contents of the file
	ExprFuncFileSize                  // filesize: size of the file
	ExprFuncSSL                       // SSL, of mod_ssl: a variable of the connection
)

// exprFunc is a function by its name; case does not matter.
type exprFunc struct {
	name       string
	fn         ExprFunc
	restricted bool // not in access files
	module     string
}

var exprFuncs = []exprFunc{
	{name: "req", fn: ExprFuncReq},
	{name: "http", fn: ExprFuncReq},
	{name: "req_novary", fn: ExprFuncReqNoVary},
	{name: "resp", fn: ExprFuncResp},
	{name: "reqenv", fn: ExprFuncReqEnv},
	{name: "note", fn: ExprFuncNote},
	{name: "osenv", fn: ExprFuncOSEnv},
	{name: "env", fn: ExprFuncEnv},
	{name: "tolower", fn: ExprFuncToLower},
	{name: "toupper", fn: ExprFuncToUpper},
	{name: "escape", fn: ExprFuncEscape},
	{name: "unescape", fn: ExprFuncUnescape},
	{name: "base64", fn: ExprFuncBase64},
	{name: "unbase64", fn: ExprFuncUnBase64},
	{name: "md5", fn: ExprFuncMD5},
	{name: "sha1", fn: ExprFuncSHA1},
	{name: "ldap", fn: ExprFuncLDAP},
	{name: "file", fn: ExprFuncFile, restricted: true},
	{name: "filesize", fn: ExprFuncFileSize, restricted: true},
	{name: "SSL", fn: ExprFuncSSL, module: sslModule},
}

// ExprListFunc is a function of expressions that returns a list.
type ExprListFunc uint8

// ExprFuncPeerExtList is PeerExtList, of mod_ssl: the values of an extension
// of the client's certificate. It is the only list function there is.
const ExprFuncPeerExtList ExprListFunc = 0

// sslModule is the module that the SSL variables and functions are of.
const sslModule = "ssl_module"

// hasSSLPrefix reports whether name begins like a variable of mod_ssl.
func hasSSLPrefix(name string) bool {
	return len(name) >= 4 && equalFold(name[:4], "SSL_")
}
