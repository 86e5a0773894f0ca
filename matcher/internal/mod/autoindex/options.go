package autoindex

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// listing is what IndexOptions says of the type of a listing.
type listing struct{ mediaType, charset string }

// listingSlot is its place in the configuration of a directory.
var listingSlot = &httpd.Slot[listing]{Merge: func(over, base *listing) *listing {
	merged := *base
	if over.mediaType != "" {
		merged.mediaType = over.mediaType
	}
	if over.charset != "" {
		merged.charset = over.charset
	}
	return &merged
}}

// applyIndexOptions takes Type and Charset, with or without a sign, as httpd does. How a
// fancy listing looks has no effect.
func applyIndexOptions(sc *httpd.Scope, n *parser.Directive) {
	l := listingSlot.Make(&sc.Dir.Parts)
	for _, a := range n.Args {
		word := strings.TrimLeft(a.Text[:min(len(a.Text), 1)], "+-") + a.Text[min(len(a.Text), 1):]
		name, value, _ := strings.Cut(word, "=")
		switch name = strings.ToLower(name); {
		case name == "type" && strings.Contains(word, "="):
			l.mediaType = value
		case name == "charset" && strings.Contains(word, "="):
			l.charset = value
		case name == "none" && word != a.Text:
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: none bears no sign", n.Directive)
			return
		case !slices.Contains(fancy(), name):
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: unknown option %q", n.Directive, a.Text)
			return
		case sc.Engine.World.Directories: // otherwise listings are left to the server, options and all
			sc.Report(parser.Note, httpd.CodeNoEffect, a.Extent, "", "%s %s has no effect: listings are plain", n.Directive, a.Text)
		}
	}
	left(sc, n)
}

// fancy returns the options of fancy listings, less the values of those that have one.
func fancy() []string {
	return []string{
		"addaltclass", "descriptionwidth", "fancyindexing", "foldersfirst", "htmltable", "iconheight", "iconsarelinks",
		"iconwidth", "ignorecase", "ignoreclient", "namewidth", "none", "scanhtmltitles", "showforbidden",
		"suppresscolumnsorting", "suppressdescription", "suppresshtmlpreamble", "suppressicon", "suppresslastmodified",
		"suppressrules", "suppresssize", "trackmodified", "useolddateformat", "versionsort", "xhtml",
	}
}
