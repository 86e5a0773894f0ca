package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// documentKind is what ErrorDocument answers with.
type documentKind uint8

const (
	documentDefault documentKind = iota // the server's own page
	documentText                        // a text
	documentPath                        // another URL of this server, in an internal redirect
	documentURL                         // another URL, in a redirect
)

// errorDocument is an ErrorDocument directive.
type errorDocument struct {
	kind documentKind
	text StringExpr
}

// errorDocuments are the ErrorDocument directives of a scope, by statusIndex.
type errorDocuments map[int]errorDocument

func (d errorDocuments) over(base errorDocuments) errorDocuments { return *apr.Overlay(&d, &base) }

// statusIndex returns the status under which status is known to httpd: an
// unknown one counts as 500.
func statusIndex(status int) int {
	switch {
	case 100 <= status && status <= 103,
		200 <= status && status <= 208, status == 226,
		300 <= status && status <= 308 && status != 306,
		400 <= status && status <= 417,
		421 <= status && status <= 424,
		status == 426, status == 428, status == 429, status == 431, status == 451,
		501 <= status && status <= 508, status == 510, status == 511:
		return status
	}
	return 500
}

// applyErrorDocument compiles "ErrorDocument status document". Whether the
// document is a text shows before its variables are replaced.
func applyErrorDocument(sc *Scope, n *parser.Directive) {
	status := int(apr.Atoi(n.Args[0].Text))
	index := statusIndex(status)
	if index != status {
		sc.Errorf(CodeBadArgument, n.Args[0].Extent, "%s: unknown HTTP status %q", n.Directive, n.Args[0].Text)
		return
	}
	word := n.Args[1].Text
	doc := errorDocument{kind: documentText}
	switch {
	case strings.IndexByte(word, ' ') >= 0:
	case word[0] == '/':
		doc.kind = documentPath
	case IsURL(word):
		doc.kind = documentURL
	}
	switch {
	case status == 401 && doc.kind == documentURL:
		sc.Report(parser.Warning, CodeNoEffect, n.Extent, "",
			"%s 401 with a full URL has no effect: the client would not be asked to log in", n.Directive)
		return
	case strings.EqualFold(word, "default"):
		doc = errorDocument{}
	default:
		var ok bool
		if doc.text, ok = sc.ArgumentExpr(n.Args[1], sc); !ok {
			return
		}
	}
	if sc.Dir.errorDocs == nil {
		sc.Dir.errorDocs = errorDocuments{}
	}
	sc.Dir.errorDocs[index] = doc
}

// die decides how to answer a request that is not served: by an error document
// that is a request of its own, or else by the status of the request by. An error
// on the way to an error document is answered with the first error.
func (s *Request) die(status int) (document, by *Request) {
	s.Eval.settle()
	if s.Status != 200 && s.Prev != nil {
		return nil, s.firstError(status)
	}
	kind, target := s.errorDocument(status)
	s.Status = status
	switch kind {
	case documentPath:
		if document = s.toErrorDocument(target); document == nil {
			s.Refuse(500, CodeLimit, s.Eval.Rule, "", "too many internal redirects on the way to an error document")
			return nil, s.firstError(500)
		}
		return document, nil
	case documentURL:
		s.Status, s.Location = 302, target
	case documentDefault, documentText:
	}
	return nil, s
}

// errorDocument returns what answers in the place of status. An expression that
// fails gives no document.
func (s *Request) errorDocument(status int) (documentKind, string) {
	if len(s.Dir.errorDocs) == 0 {
		return documentDefault, ""
	}
	doc, ok := s.Dir.errorDocs[statusIndex(status)]
	if !ok {
		return documentDefault, ""
	}
	text, ok := doc.text.Value(s)
	if !ok {
		return documentDefault, ""
	}
	return doc.kind, text
}

// firstError returns the request, of those that led to s, that went wrong
// first. If that is s, status is what went wrong. All of them share the client's
// header, so that it sees what directives have made of it since.
func (s *Request) firstError(status int) *Request {
	first := s
	for first.Prev != nil && first.Prev.Status != 200 {
		first = first.Prev
	}
	first.HeadersIn, first.HeadersSet = s.HeadersIn, s.HeadersSet
	s.Status = status
	return first
}

// toErrorDocument redirects internally to an error document, which is asked
// for by GET whatever the client's method was. It returns nil where there were
// too many redirects.
func (s *Request) toErrorDocument(target string) *Request {
	e := s.Eval
	s.Setenv("REQUEST_METHOD", s.Method)
	e.Trace(s, Event{Kind: EventInternal, Detail: EventErrorDocument, Output: target, Status: s.Status})
	method := s.Method
	s.Method = "GET"
	document := s.internalRedirect(target)
	s.Method = method
	if document == nil {
		return nil
	}
	e.Substituted = true
	return document
}
