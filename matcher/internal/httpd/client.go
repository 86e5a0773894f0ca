package httpd

import "io/fs"

// Client is what the client sent and where it is. It is matcher.Request, which says
// what the fields mean, under another name: the one converts to the other.
type Client struct {
	Method string
	Target string
	Proto  string
	Host   string
	Header map[string][]string

	Chunked bool

	RemoteAddr     string
	RemotePort     int
	ConnRemoteAddr string
	RemoteHost     string
	RemoteIdent    string
	RemoteUser     string
	AuthType       string
	Authenticate   func(provider, user, password string) (known, ok bool, err error)
	ServerAddr     string
	ServerPort     int

	TLS     bool
	TLSName string
	TLSVar  func(name string) string

	Failed []int

	Stat func(name string) (fs.FileInfo, error)

	Env map[string]string

	RewriteLog func(level int, message string)
}
