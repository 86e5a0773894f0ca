package lint

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// maxHops is how many redirects are followed.
const maxHops = 30

// hop is a request and its outcome.
type hop struct {
	w    *witness
	res  matcher.Result
	rule *rule // that decided, nil if none of this file
}

// follow evaluates a witness and, as a browser does, where it is redirected to on
// this site. endless says that this does not end: the last hop then leads to one
// before it, or the same rule redirects again and again.
func (s *site) follow(w *witness) (hops []hop, endless bool) {
	seen := map[string]bool{}
	for len(hops) < maxHops && s.spend() {
		res, err := s.run(w, nil)
		if err != nil && res.Status == 0 {
			return hops, false
		}
		h := hop{w: w, res: res, rule: s.decider(&res)}
		if h.rule != nil && !h.rule.serves(w) {
			return hops, false
		}
		hops = append(hops, h)
		if res.Action != matcher.Redirect {
			return hops, false
		}
		seen[w.key()] = true
		next, ok := s.next(w, &res)
		if !ok {
			return hops, false
		}
		if seen[next.key()] {
			return hops, true
		}
		w = next
	}
	return hops, len(hops) == maxHops && oneRule(hops[maxHops/2:])
}

// serves reports whether the virtual host of the rule listens where the witness
// arrives. The engine leaves ports to the program that listens.
func (r *rule) serves(w *witness) bool {
	for s := r.scope; s != nil; s = s.parent {
		if s.kind != vhost {
			continue
		}
		port := s.args[strings.LastIndexByte(s.args, ':')+1:]
		if n, err := strconv.Atoi(port); err == nil {
			return n == w.localPort()
		}
	}
	return true
}

// localPort returns the port that the witness arrives at.
func (w *witness) localPort() int {
	switch {
	case w.port != 0:
		return w.port
	case w.tls:
		return 443
	}
	return 80
}

// oneRule reports whether the same few rules redirect all the time.
func oneRule(hops []hop) bool {
	var rules []*rule
	for _, h := range hops {
		if h.rule == nil {
			return false
		}
		if !slices.Contains(rules, h.rule) {
			rules = append(rules, h.rule)
		}
	}
	return len(rules) <= 3
}

// key tells requests apart.
func (w *witness) key() string {
	scheme := "http://"
	if w.tls {
		scheme = "https://"
	}
	return scheme + w.host + w.target() + " " + w.header["Cookie"]
}

// next returns the request that a browser makes for a redirect, false if it leads
// to another site.
func (s *site) next(w *witness, res *matcher.Result) (*witness, bool) {
	u, err := url.Parse(res.Location)
	if err != nil || !s.own(w, u) || u.Scheme != "http" && u.Scheme != "https" {
		return nil, false
	}
	n := *w
	n.method, n.host, n.tls = "GET", u.Host, u.Scheme == "https"
	n.port = 0
	n.path, n.query, n.hasQuery = u.Path, u.RawQuery, u.RawQuery != ""
	if n.path == "" {
		n.path = "/"
	}
	for _, cookie := range res.SetCookies {
		pair, _, _ := strings.Cut(cookie, ";")
		n.set("HTTP_COOKIE", strings.TrimPrefix(n.header["Cookie"]+"; "+pair, "; "))
	}
	return &n, true
}

// own reports whether a URL is one of this site.
func (s *site) own(w *witness, u *url.URL) bool {
	host := hostOf(u)
	asked, _, _ := strings.Cut(w.host, ":")
	bare := strings.TrimPrefix(host, "www.")
	return bare == strings.TrimPrefix(strings.ToLower(asked), "www.") || slices.Contains(s.hosts, host) || slices.Contains(s.hosts, bare) || strings.HasSuffix(host, "."+ownHost)
}
