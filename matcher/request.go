package matcher

import "io/fs"

// Request is what the engine needs to know of an HTTP request. A zero field
// means "not known"; Method, Target and Host are all a test usually sets.
type Request struct {
	Method string // "" means GET
	// Target is the request target exactly as the client sent it:
	// "/path?query", "http://host/path", "*".
	Target string
	Proto  string // "" means "HTTP/1.1"
	// Host is the Host header as sent. The header map need not repeat it.
	Host string
	// Header holds the request headers by their canonical names, as
	// net/http's Header does. The engine does not write to it.
	Header map[string][]string

	// Chunked says that there is a body whose length shows only when it is read:
	// a server may have taken Transfer-Encoding out of the header. Without it the
	// body is as long as Content-Length says.
	Chunked bool

	RemoteAddr     string // client address without port, %{REMOTE_ADDR}; "" is in no network
	RemotePort     int    // client port
	ConnRemoteAddr string // peer address of the connection; "" means RemoteAddr
	// RemoteHost is the client's host name if the caller has looked it up
	// forward-confirmed: it resolves back to RemoteAddr. Access depends on it. With
	// "" Options.Resolver is asked, where a directive needs to know.
	RemoteHost  string
	RemoteIdent string
	// RemoteUser is the authenticated user, which per-directory rules see, and access
	// control where no AuthType is in force that the engine carries out, or Options.Handled
	// has Require.
	RemoteUser string
	AuthType   string
	// Authenticate answers for providers that AuthBasicProvider names beside "file",
	// where Options.Handled has AuthBasicProvider: known says that the provider knows
	// the user, ok that the password is right. If it does not know the user the next
	// provider is asked. With an error, or where Authenticate is nil, the request is
	// answered with 500.
	Authenticate func(provider, user, password string) (known, ok bool, err error)
	ServerAddr   string // local address of the connection without port
	ServerPort   int    // local port; 0 means the default port of the scheme

	// TLS says that the connection is encrypted. TLSName is the name that the client
	// asked for then, SNI, "" if none was sent. TLSVar returns the value of
	// %{SSL:name} for names such as SSL_PROTOCOL; nil means no variables.
	TLS     bool
	TLSName string
	TLSVar  func(name string) string

	// Failed are error statuses, 400 and above, that the handler answered with
	// where an evaluation let the request through: the first is that for the
	// request itself, the second that for its error document. With them the
	// evaluation goes on as httpd does when a handler fails.
	Failed []int

	// Stat, if set, describes the file that the request maps to, links followed, in place of
	// the engine's own os.Stat. A handler that sends files can open the file in it, so that
	// the file sent is the one that was judged. name is absolute, with slashes, and lies below
	// the document root or the target of an Alias; Stat is not called for other files, below
	// "/" as a root, or with Options.FS. It is called during the evaluation, again each time
	// the request or a sub-request maps to another file, and also for files that are then
	// refused. For Result.Filename, what it returned is Result.File.
	Stat func(name string) (fs.FileInfo, error)

	// Env are environment variables set before any rule and any SetEnvIf, as
	// an outer server would.
	Env map[string]string

	// RewriteLog, if it is not nil, is called with what mod_rewrite writes to httpd's
	// error log of this request under "LogLevel rewrite:trace8": the level, 1 to 8, and
	// the message, in which numbers stand for the addresses of memory that httpd has
	// there. It is called while the request is evaluated. A message holds what the client
	// sent as it is, with control characters and line ends: httpd escapes it afterwards.
	RewriteLog func(level int, message string)
}
