package matcher

import (
	"github.com/modrewrite-go/modrewrite/parser"
)

// argumentKind is how httpd hands the words behind a directive to it. An empty
// word in quotes counts as none.
type argumentKind uint8

const (
	takesWords   argumentKind = iota // as they are
	takesOne                         // one word
	takesTwo                         // two words
	takesSeveral                     // one or more words, one at a time
	takesPairs                       // a word and, one at a time, one or more others
	takesFlag                        // On or Off; words after it mean nothing
)

// check returns what is wrong with the number of words, "" if nothing is.
func (k argumentKind) check(args []parser.Word) string {
	present := 0
	for present < len(args) && args[present].Text != "" {
		present++
	}
	switch {
	case k == takesOne && (present != 1 || len(args) != 1):
		return "takes one argument"
	case k == takesTwo && (present != 2 || len(args) != 2):
		return "takes two arguments"
	case k == takesSeveral && present < 1:
		return "requires at least one argument"
	case k == takesPairs && (present < 1 || len(args) < 2):
		return "requires at least two arguments"
	case k == takesFlag && (present < 1 || onOffWord(args[0]) == unset):
		return "must be On or Off"
	}
	return ""
}

// present returns the words before the first empty one.
func present(args []parser.Word) []parser.Word {
	for i := range args {
		if args[i].Text == "" {
			return args[:i]
		}
	}
	return args
}

// handlerDirective is a directive that may stand wherever rules for files may,
// and says by itself what is wrong with it.
type handlerDirective struct {
	arguments argumentKind
	class     overrideClass
	apply     func(c *compiler, sc *scope, n *parser.Directive)
}

// handlerDirective compiles n if it is one of the directives about responses
// and handlers, and reports whether it is.
func (c *compiler) handlerDirective(name string, n *parser.Directive, sc *scope) bool {
	d, ok := handlerDirectives[name]
	if !ok {
		return false
	}
	if !c.permitted(n.Directive, n.Extent, d.class, sc) {
		return true
	}
	if msg := d.arguments.check(n.Args); msg != "" {
		c.errorf(CodeBadArgument, n.Extent, "%s %s", n.Directive, msg)
		return true
	}
	d.apply(c, sc, n)
	return true
}

// handlerDirectives are the directives about responses, types and handlers, by
// their names in lower case.
var handlerDirectives = map[string]handlerDirective{
	"action":                 {takesWords, overrideFileInfo, applyAction},
	"aliaspreservepath":      {takesFlag, overrideFileInfo, applyAliasPreservePath},
	"redirectrelative":       {takesFlag, overrideFileInfo, applyRedirectRelative},
	"adddefaultcharset":      {takesOne, overrideFileInfo, applyAddDefaultCharset},
	"addcharset":             {takesPairs, overrideFileInfo, applyAddCharset},
	"addencoding":            {takesPairs, overrideFileInfo, applyAddEncoding},
	"addhandler":             {takesPairs, overrideFileInfo, applyAddHandler},
	"addlanguage":            {takesPairs, overrideFileInfo, applyAddLanguage},
	"addoutputfilter":        {takesPairs, overrideFileInfo, applyAddOutputFilter},
	"addoutputfilterbytype":  {takesPairs, overrideFileInfo, applyFilterByType},
	"addtype":                {takesPairs, overrideFileInfo, applyAddType},
	"defaultlanguage":        {takesOne, overrideFileInfo, applyDefaultLanguage},
	"defaulttype":            {takesOne, overrideFileInfo, applyDefaultType},
	"directorycheckhandler":  {takesFlag, overrideIndexes, applyDirectoryCheckHandler},
	"directoryindex":         {takesWords, overrideIndexes, applyDirectoryIndex},
	"directoryindexredirect": {takesOne, overrideIndexes, applyDirectoryIndexRedirect},
	"directoryslash":         {takesFlag, overrideIndexes, applyDirectorySlash},
	"errordocument":          {takesTwo, overrideFileInfo, applyErrorDocument},
	"expiresactive":          {takesFlag, overrideIndexes, applyExpiresActive},
	"expiresbytype":          {takesTwo, overrideIndexes, applyExpiresByType},
	"expiresdefault":         {takesOne, overrideIndexes, applyExpiresDefault},
	"fallbackresource":       {takesOne, overrideIndexes, applyFallbackResource},
	"forcetype":              {takesOne, overrideFileInfo, applyForceType},
	"header":                 {takesWords, overrideFileInfo, applyHeader},
	"modmimeusepathinfo":     {takesFlag, inDirectory, applyModMimeUsePathInfo},
	"multiviewsmatch":        {takesSeveral, overrideFileInfo, applyMultiviewsMatch},
	"removecharset":          {takesSeveral, overrideFileInfo, applyRemoveCharset},
	"removeencoding":         {takesSeveral, overrideFileInfo, applyRemoveEncoding},
	"removehandler":          {takesSeveral, overrideFileInfo, applyRemoveHandler},
	"removelanguage":         {takesSeveral, overrideFileInfo, applyRemoveLanguage},
	"removeoutputfilter":     {takesSeveral, overrideFileInfo, applyRemoveOutputFilter},
	"removetype":             {takesSeveral, overrideFileInfo, applyRemoveType},
	"requestheader":          {takesWords, overrideFileInfo, applyRequestHeader},
	"cgipassauth":            {takesFlag, overrideAuthConfig, applyCGIPassAuth},
	"ssloptions":             {takesWords, inServer | overrideOptions, applySSLOptions},
	"sslrequiressl":          {takesWords, overrideAuthConfig, applySSLRequireSSL},
	"sethandler":             {takesOne, overrideFileInfo, applySetHandler},
	"setoutputfilter":        {takesOne, overrideFileInfo, applySetOutputFilter},
	"typesconfig":            {takesOne, inServer, applyTypesConfig},
}
