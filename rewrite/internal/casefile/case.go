package casefile

import (
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/hosts"
)

// File is a case file: rulesets, a tree of files, and requests with what is
// expected to happen to them.
type File struct {
	// Name is the file's path as it was opened, with slashes.
	Name string
	// Description is the comment at the top.
	Description string
	Settings    Settings
	// Texts are the rulesets and the other files with content, in the order
	// written.
	Texts []*Text
	// Tree holds what "-- files --" lists.
	Tree []TreeEntry
	// Mounts are the real folders of "files from".
	Mounts   []*Mount
	Requests []*Request
	// Findings are what reading and compiling the rulesets is expected to
	// find; HasFindings says whether the file speaks of it at all.
	Findings    []Expectation
	HasFindings bool
	// Diverges is the reason why httpd's verdict on the rulesets is another
	// one, "" if it is not.
	Diverges string
	// Programs permits maps of type prg:, which run programs of the machine.
	// The one who runs the file says so, not the file.
	Programs bool
	// Parallel is how many requests Run evaluates at the same time; one if it is less.
	Parallel int

	findingsLine int      // of the marker "-- findings --"
	lines        []string // the source, without line ends
	crlf         bool     // the source's line ends are CR LF
}

// Settings describe the server around the rulesets.
type Settings struct {
	// EngineOn turns the rewrite engine on before any directive.
	EngineOn bool
	// Dialect is the language of the rules in the document root, "" for Apache's.
	Dialect dialect.Dialect
	// DocumentRoot is absolute, with slashes.
	DocumentRoot string
	// Now stands still; zero means the machine's clock.
	Now time.Time
	// Defines are those of httpd's command line, -D.
	Defines map[string]string
	// OSEnv is the environment of the server process.
	OSEnv map[string]string
	// Hosts are the host names that there are.
	Hosts *hosts.Table
	// Handled are directives that guard access and are enforced elsewhere.
	Handled []string
}

// Text is a file with content: a ruleset or any other.
type Text struct {
	// Path is where it stands in the case's file system: absolute.
	Path string
	// Name is what expectations and messages call it: "vhost.conf",
	// ".htaccess", or the path of a ruleset that lies beside the case file,
	// less the "../" in front.
	Name string
	// Source and Line say where the text is found: a file and the line before
	// the text's first one.
	Source string
	Line   int
	// Content has @DOCROOT@ already replaced.
	Content string
}

// TreeKind is what a TreeEntry is.
type TreeKind int

// The kinds of TreeEntry.
const (
	TreeFile TreeKind = iota // an empty file
	TreeExec                 // an empty file that may be executed
	TreeDir                  // an empty directory
	TreeLink                 // a symbolic link
)

// TreeEntry is one line of "-- files --".
type TreeEntry struct {
	Path   string // absolute
	Kind   TreeKind
	Target string // of a link
}

// Request is one request and what is expected of it.
type Request struct {
	Line int // in the case file
	// Text is the request line as written.
	Text string

	Method string // "GET" if not written
	Target string // as the client sends it
	Proto  string // "" means HTTP/1.1
	// Host is the Host header; HasHost is false where the client sends none
	// of its own and the default applies.
	Host    string
	HasHost bool
	Headers [][2]string // in the order written, Host excepted

	Remote string // client address; "" means 127.0.0.1
	User   string // authenticated user
	TLS    bool
	SSL    map[string]string // variables of the encrypted connection
	Env    map[string]string // environment before any rule

	Expect []Expectation
	// Diverges is the reason why httpd does not do what is expected here, ""
	// if it does.
	Diverges string

	indent string // of its indented lines
	last   int    // the last line that belongs to it
}

// DefaultHost is the Host header of a request that names none.
const DefaultHost = "www.example.com"

// defaultRoot is the document root of a case that names none. It is as long
// as the placeholder, so that columns in messages are those of the source.
const defaultRoot = "/srv/http"

// rootPlaceholder stands for the document root in every text of a case.
const rootPlaceholder = "@DOCROOT@"
