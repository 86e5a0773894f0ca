package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// hosts are the virtual hosts with what makes finding one cheap.
type hosts struct {
	hostAddresses

	paths   []*Server   // those with a ServerPath
	names   *index.List // of all, by name; nil if each is tried
	written *index.List // of all, by address as written; nil if each is tried
}

// newHosts prepares virtual hosts for requests.
func (e *Engine) newHosts(all []*Server) hosts {
	h := hosts{hostAddresses: newHostAddresses(all)}
	var names, written PathList
	for _, v := range all {
		if v.path != "" {
			h.paths = append(h.paths, v)
		}
		names.Named(append([]string{v.hostname}, v.aliases...))
		var texts []index.Term
		for _, a := range v.addrs {
			texts = append(texts, index.Text(askPath, a.host, true))
		}
		written.items.Add(texts)
	}
	h.names = index.Join([]*index.Index{names.Build(e)}, []int{len(all)})
	h.written = index.Join([]*index.Index{written.Build(e)}, []int{len(all)})
	return h
}

// Named appends an item for the host names that one of names is, in either case; those
// with "*" or "?" are wildcards. An item without names is for none.
func (l *PathList) Named(names []string) {
	terms := make([]index.Term, len(names))
	for i, name := range names {
		if strings.ContainsAny(name, "*?") {
			terms[i] = index.Glob(askPath, name, true)
		} else {
			terms[i] = index.Text(askPath, name, true)
		}
	}
	l.items.Add(terms)
}

// find returns the first virtual host that fits s's connection as well as the best one
// and for which holds, whose index list is, is true of host; nil if there is none.
func (h *hosts) find(s *Request, list *index.List, host string, holds func(v *Server, host string) bool) *Server {
	req, conn := s.Eval.Req, s.Eval.connection
	if conn.fit == addrNone {
		return nil
	}
	w := s.Eval.WalkPaths(list, host, host)
	defer w.End()
	for i, from := w.Next(0), 0; ; i, from = w.Next(i+1), i+1 {
		if w.Traced() {
			w.checkHosts(h.all[from:min(i, len(h.all))], host, holds)
		}
		if i >= len(h.all) {
			return nil
		}
		if v := h.all[i]; holds(v, host) && v.answers(req, conn.port) == conn.fit {
			return v
		}
	}
}

// checkHosts sees that virtual hosts that the index passed over are not for host.
func (w *Walk) checkHosts(passed []*Server, host string, holds func(v *Server, host string) bool) {
	for _, v := range passed {
		if holds(v, host) {
			w.PassedOver(v.At)
		}
	}
}
