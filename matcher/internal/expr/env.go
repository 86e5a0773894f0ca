package expr

import (
	"io/fs"
	"net/netip"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// Env is what an expression sees of a request and of the server. Its methods
// are called during one evaluation only, by one goroutine, in the order in
// which httpd asks.
type Env interface {
	// Variable returns the value of v, empty if it is unset. It is not asked
	// for the variables of request headers, of time and of mod_ssl, nor for
	// API_VERSION.
	Variable(v syntax.Var) string
	// SSL returns the value of a variable of mod_ssl by its name as the
	// function SSL takes it: "SSL_PROTOCOL", "HTTPS", "HTTP:Accept".
	SSL(name string) string
	// PeerExtensions returns the values of an extension of the client's
	// certificate, by its number.
	PeerExtensions(oid string) []string

	// RequestHeader returns a request header by its name, whose case does not
	// matter. Vary is no concern of it.
	RequestHeader(name string) string
	// ResponseHeader returns a response header by its name.
	ResponseHeader(name string) string
	// Note returns a note of the request.
	Note(name string) (value string, ok bool)
	// RequestEnv returns a variable of the request's environment.
	RequestEnv(name string) (value string, ok bool)
	// OSEnv returns a variable of the server process's environment.
	OSEnv(name string) (value string, ok bool)

	// Now returns the time of the evaluation, in the server's time zone.
	Now() time.Time
	// ClientAddr returns the address of the client, as REMOTE_ADDR shows it.
	// It is not valid if unknown.
	ClientAddr() netip.Addr
	// Resolve returns the first address of the host name, as the resolver of
	// the system has it.
	Resolve(host string) (netip.Addr, bool)

	// Stat and Lstat describe the file name, Stat following a symbolic link.
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	// ReadFile returns the contents of the file name, or their first limit
	// bytes.
	ReadFile(name string, limit int64) ([]byte, error)

	// LookupURL reports whether a sub-request for url would be answered with a
	// status below 400. It is false without a sub-request where the request
	// is itself one for the URL-path of its parent.
	LookupURL(url string) bool
	// LookupFile reports whether a sub-request for the file path would be
	// answered with a status below 300 and its file exists.
	LookupFile(path string) bool

	// Match looks for p in s, within the limits of the request, and sets caps
	// if it is not nil and p is found. An error ends the evaluation. at is
	// where p stands.
	Match(p *pattern.Pattern, s string, caps *pattern.Captures, at parser.Extent) (bool, error)

	// Room returns memory for the evaluation.
	Room() *Room

	// Spend notes that n steps of a few nanoseconds are taken, Charge that a text
	// of n bytes is going to be made. With an error the request has exceeded its
	// limits, and the evaluation ends.
	Spend(n int) error
	Charge(n int) error
}
