package expr

// Func is a function of expressions that returns a string.
type Func uint8

// The functions.
const (
	FuncReq       Func = iota // req, http: request header, noted for Vary
	FuncReqNoVary             // req_novary: request header
	FuncResp                  // resp: response header
	FuncReqEnv                // reqenv: variable of the request's environment
	FuncNote                  // note: note of the request
	FuncOSEnv                 // osenv: variable of the process's environment
	FuncEnv                   // env: note, reqenv or osenv, the first that is set
	FuncToLower               // tolower
	FuncToUpper               // toupper
	FuncEscape                // escape: as a URL path
	FuncUnescape              // unescape: of %XX, but for %2F
	FuncBase64                // base64
	FuncUnBase64              // unbase64
	FuncMD5                   // md5
	FuncSHA1                  // sha1
	FuncLDAP                  // ldap: escape as an LDAP filter and name
	FuncFile                  // file: contents of the file
	FuncFileSize              // filesize: size of the file
	FuncSSL                   // SSL, of mod_ssl: a variable of the connection
)

// function is a function by its name; case does not matter.
type function struct {
	name       string
	fn         Func
	restricted bool // not in access files
	module     string
}

var functions = []function{
	{name: "req", fn: FuncReq},
	{name: "http", fn: FuncReq},
	{name: "req_novary", fn: FuncReqNoVary},
	{name: "resp", fn: FuncResp},
	{name: "reqenv", fn: FuncReqEnv},
	{name: "note", fn: FuncNote},
	{name: "osenv", fn: FuncOSEnv},
	{name: "env", fn: FuncEnv},
	{name: "tolower", fn: FuncToLower},
	{name: "toupper", fn: FuncToUpper},
	{name: "escape", fn: FuncEscape},
	{name: "unescape", fn: FuncUnescape},
	{name: "base64", fn: FuncBase64},
	{name: "unbase64", fn: FuncUnBase64},
	{name: "md5", fn: FuncMD5},
	{name: "sha1", fn: FuncSHA1},
	{name: "ldap", fn: FuncLDAP},
	{name: "file", fn: FuncFile, restricted: true},
	{name: "filesize", fn: FuncFileSize, restricted: true},
	{name: "SSL", fn: FuncSSL, module: sslModule},
}
