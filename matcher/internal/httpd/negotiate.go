package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// Negotiates reports whether a file may answer the request whose name merely begins with
// the one asked for: under "Options MultiViews", where nothing has that name.
func (s *Request) Negotiates() bool {
	return s.Kind == NoFile && s.Dir.Core.Options.Value&optionMultiViews != 0 && s.Eval.Engine.World.Negotiates() &&
		!s.unmapped && !s.Proxied && strings.HasPrefix(s.Filename.Text, "/")
}

// LookupEntry makes a sub-request for a file in the directory of that of s, with the path
// info and the query of s.
func (s *Request) LookupEntry(name string) *Request {
	sub := s.subrequest()
	sub.Filename, sub.PathInfo = apr.Some(ParentDir(s.Filename.Text)+name), s.PathInfo
	sub.Alias, sub.Root, sub.Strayed = s.Alias, s.Root, s.Strayed
	asked := strings.TrimSuffix(s.URI, s.PathInfo.Text)
	target := uri.Escape(ParentDir(asked) + name + s.PathInfo.Text)
	if s.Args.OK {
		target += "?" + s.Args.Text
	}
	sub.setTarget(target)
	sub.runSubrequest(s)
	return sub
}

// AddErrHeader adds a field to what every response to the request has, that of an error
// document included. What a sub-request adds counts once the request becomes that one.
func (s *Request) AddErrHeader(name, value string) {
	table := &s.Eval.ErrHeader
	if s.Parent != nil {
		table = &s.Negotiated
	}
	if !s.Eval.Charge(len(name) + len(value)) {
		return
	}
	if *table == nil {
		*table = map[string][]string{}
	}
	(*table)[name] = append((*table)[name], value)
}

// TakeErrHeader adds what sub, a sub-request, adds to every response.
func (s *Request) TakeErrHeader(sub *Request) {
	for name, values := range sub.Negotiated {
		for _, value := range values {
			s.AddErrHeader(name, value)
		}
	}
}
