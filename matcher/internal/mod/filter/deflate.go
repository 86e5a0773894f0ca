package filter

import (
	"compress/gzip"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// settings are what mod_deflate's directives say of a server.
type settings struct {
	level int // 0 for the default
	etag  etagChange
}

// etagChange is what compression does to an entity tag.
type etagChange uint8

// The values of DeflateAlterETag.
const (
	addSuffix etagChange = iota
	noChange
	removeETag
)

// defaultLevel is the level where DeflateCompressionLevel says none, that of zlib.
const defaultLevel = 6

// settingsSlot is mod_deflate's place in the configuration of a server. A virtual host
// that has one of its directives has none of the main server's.
var settingsSlot = &httpd.Slot[settings]{Merge: func(over, _ *settings) *settings { return over }}

// applyLevel compiles DeflateCompressionLevel.
func applyLevel(sc *httpd.Scope, n *parser.Directive) {
	level, err := strconv.Atoi(n.Args[0].Text)
	if err != nil || level < gzip.BestSpeed || level > gzip.BestCompression {
		sc.BadArgument(n, "the level must be between 1 and 9")
		return
	}
	settingsSlot.Make(&sc.Server.Parts).level = level
}

// applyAlterETag compiles DeflateAlterETag.
func applyAlterETag(sc *httpd.Scope, n *parser.Directive) {
	s := settingsSlot.Make(&sc.Server.Parts)
	switch strings.ToLower(n.Args[0].Text) {
	case "addsuffix":
		s.etag = addSuffix
	case "nochange":
		s.etag = noChange
	case "remove":
		s.etag = removeETag
	default:
		sc.BadArgument(n, "it must be AddSuffix, NoChange or Remove")
	}
}

// Deflate is mod_deflate.
func Deflate() *httpd.Module {
	return &httpd.Module{Name: "mod_deflate", Commands: []httpd.Command{
		{Name: "DeflateAlterETag", Place: httpd.InServer, Args: httpd.TakesOne, Set: applyAlterETag},
		{Name: "DeflateCompressionLevel", Place: httpd.InServer, Args: httpd.TakesOne, Set: applyLevel},
	}}
}

// Module is mod_filter.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_filter", Commands: []httpd.Command{
		{Name: "AddOutputFilterByType", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyFilterByType},
	}}
}

// deflation says which responses are compressed for a client that takes it, and
// so depend on Accept-Encoding.
type deflation struct {
	settings
	all      bool
	html     bool     // only those of type "text/html"
	types    []string // where not all are: those of these types, with status 200
	errors   bool     // with any status
	accepted bool     // the client takes it
}

// deflates reports whether the response to s is compressed if the client and its
// type allow it.
func deflates(s *httpd.Request, answered bool) bool {
	if answered || !s.DeflatesAll() && filterSlot.Of(s.Dir.Parts) == nil {
		return false
	}
	_, no := s.Getenv("no-gzip")
	return !no
}

// deflationOf says which responses to s are compressed.
func deflationOf(s *httpd.Request) *deflation {
	d := &deflation{all: s.DeflatesAll(), types: filterSlot.Of(s.Dir.Parts).types()}
	if set := settingsSlot.Of(s.Server.Parts); set != nil {
		d.settings = *set
	}
	only, _ := s.Getenv("gzip-only-text/html")
	d.html = only == "1"
	_, d.errors = s.Getenv("filter-errordocs")
	if !s.Eval.Engine.World.Compress {
		return d
	}
	if _, d.accepted = s.Getenv("force-gzip"); !d.accepted {
		field, _ := s.Header("Accept-Encoding")
		d.accepted = takesGzip(field)
	}
	return d
}

// noWeight is the weight of an encoding that a client does not take, at its longest.
const noWeight = "q=0.000"

// takesGzip reports whether Accept-Encoding names gzip with another weight than 0, as
// mod_deflate reads it: "*" does not count.
func takesGzip(field string) bool {
	for item := range strings.SplitSeq(field, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.Trim(name, apr.Space), "gzip") {
			continue
		}
		weight, _, _ = strings.Cut(weight, ";")
		weight = strings.Trim(weight, apr.Space)
		return len(weight) < len("q=0") || len(weight) > len(noWeight) || weight != noWeight[:len(weight)]
	}
	return false
}

// Response is the hook for compression.
func Response() httpd.ResponseHook {
	return httpd.ResponseHook{
		Wanted: func(d *httpd.DirConfig) bool {
			return d.Core.FiltersByExtension || d.Core.OutputFilters.OK || filterSlot.Of(d.Parts) != nil
		},
		Applies: deflates,
		Plan:    func(s *httpd.Request, p *httpd.Plan, _ bool) { p.Changes = append(p.Changes, deflationOf(s)) },
	}
}

// Change notes in Vary that a compressed response depends on Accept-Encoding, and makes
// the header that of the compressed response where the client takes it.
func (d *deflation) Change(c *httpd.Completion) {
	if !d.compresses(c) {
		return
	}
	c.Out["Vary"] = httpd.AppendField(c.Out["Vary"], "Accept-Encoding")
	if !c.Compresses || !d.accepted {
		return
	}
	if c.Level = d.level; c.Level == 0 {
		c.Level = defaultLevel
	}
	c.Out["Content-Encoding"] = []string{"gzip"}
	delete(c.Out, "Content-Length")
	delete(c.Out, "Content-Md5")
	d.changeETag(c)
}

// changeETag makes the entity tag that of the compressed response.
func (d *deflation) changeETag(c *httpd.Completion) {
	tag := c.Out["Etag"]
	if len(tag) == 0 {
		return
	}
	switch d.etag {
	case addSuffix:
		if text, ok := strings.CutSuffix(tag[0], `"`); ok && len(tag[0]) > 2 {
			c.Out["Etag"] = []string{text + `-gzip"`}
		}
	case removeETag:
		delete(c.Out, "Etag")
	case noChange:
	}
}

// smallest is how long a content of known length must be to be compressed: longer than
// what compression adds to it and to the header.
const smallest = 69

// compresses reports whether the response would be compressed.
func (d *deflation) compresses(c *httpd.Completion) bool {
	if len(c.Out["Content-Encoding"])+len(c.Err["Content-Encoding"])+len(c.Out["Content-Range"]) > 0 {
		return false
	}
	if length := c.Out["Content-Length"]; len(length) > 0 {
		n, err := strconv.ParseInt(length[0], 10, 64)
		if err == nil && (n == 0 || n < smallest && !c.Script) { // httpd does not know how long a script's output is
			return false
		}
	}
	if c.Encoding != "" || c.Status == 204 || c.Status == 304 {
		return false
	}
	isHTML := strings.HasPrefix(c.ContentType, "text/html")
	byType := (c.Status == 200 || d.errors) && slices.Contains(d.types, httpd.BareType(c.ContentType))
	return (d.all || byType) && (isHTML || !d.html)
}
