package replay

import (
	"net/http"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/hosts"
)

// Case is one configuration and the requests sent to it. Its strings are byte
// strings written one code point a byte (Latin-1), and in them @DOCROOT@
// stands for the absolute path of the case's document root.
type Case struct {
	Name string `json:"name"`
	// Vhost is configuration text inside <VirtualHost>.
	Vhost string `json:"vhost,omitempty"`
	// Second is configuration text inside a second <VirtualHost> of the same
	// address, named SecondHost. There is none where it is empty.
	Second string `json:"second,omitempty"`
	// Files maps paths below the document root to their text.
	Files    map[string]string `json:"files,omitempty"`
	Requests []Request         `json:"requests"`

	// ConfigError says why the server refused Vhost; there are no Results
	// then.
	ConfigError string `json:"config_error,omitempty"`
	// Refused is the engine's reason behind ConfigError.
	Refused error `json:"-"`
	// Results answer Requests, one each.
	Results []Result `json:"results,omitempty"`

	// Place is where Results were or will be made; zero means NthPlace(0).
	Place Place `json:"-"`
	// Linear has the engine try rules one after the other.
	Linear bool `json:"-"`
	// Programs permits maps of type prg:, which run what the case names.
	Programs bool `json:"-"`
	// Modules are modules that are there beside those of all cases.
	Modules []string `json:"-"`
	// Hosts are the host names that there are; nil means localhost alone.
	Hosts *hosts.Table `json:"-"`
	// Directories says that mod_dir is there, which cases do without otherwise.
	Directories bool `json:"-"`
	// Log, if it is not nil, is called with the lines that mod_rewrite writes to the error
	// log at its trace levels, see package tracelog; by a live server when all requests
	// are answered.
	Log func(line string) `json:"-"`
}

// Request is one HTTP/1.1 request without a body. Only Target is required.
type Request struct {
	Method string `json:"method,omitempty"` // "" means GET
	Target string `json:"target"`
	// Host is the Host header: nil means DefaultHost, "" sends none.
	Host    *string     `json:"host,omitempty"`
	Headers [][2]string `json:"headers,omitempty"` // name and value
	Remote  string      `json:"remote,omitempty"`  // client address; "" means 127.0.0.1
	TLS     bool        `json:"tls,omitempty"`
}

// Result is the outcome of a request.
type Result struct {
	Status    int      `json:"status"`
	Location  string   `json:"location,omitempty"`
	SetCookie []string `json:"set_cookie,omitempty"`
	Vary      string   `json:"vary,omitempty"`
	// Final is set when the request reached the content handler and its
	// response has a body that says so.
	Final *Final `json:"final,omitempty"`
	// Error says why there is no answer to compare.
	Error string `json:"error,omitempty"`
	// Header is the response's header, and Page its content unless that is
	// about Final; a live server alone sets them.
	Header http.Header `json:"-"`
	Page   string      `json:"-"`
	// Cause is why the engine could not evaluate the request and answered with
	// an error status.
	Cause error `json:"-"`
}

// Final is the state of a request that reached the content handler. A nil
// string is one that httpd has not set, which differs from an empty one.
type Final struct {
	URI         *string           `json:"uri"`
	Filename    *string           `json:"filename"`
	Args        *string           `json:"args"`
	PathInfo    *string           `json:"path_info"`
	Handler     *string           `json:"handler"`
	ContentType *string           `json:"content_type"`
	Method      *string           `json:"method"`
	Proxyreq    int               `json:"proxyreq"` // 2: reverse proxy
	Redirects   int               `json:"redirects"`
	Env         map[string]string `json:"env"`
}

// DefaultHost is the Host header of a request that names none.
const DefaultHost = "www.example.com"
