package httpd

import (
	"fmt"
	"strings"
)

// hostAddresses finds the virtual hosts that fit a connection by its address and port.
// Of hosts with the same addresses it knows the first one.
type hostAddresses struct {
	all    []*Server
	byAddr map[string][]int // those with an address, by that
	any    []int            // those with "*"
	byPort map[int][]int    // the same, by port; 0 for any
}

// newHostAddresses prepares virtual hosts to be found.
func newHostAddresses(all []*Server) hostAddresses {
	h := hostAddresses{all: all, byAddr: map[string][]int{}, byPort: map[int][]int{}}
	known := map[string]bool{}
	for i, v := range all {
		key := v.addressKey()
		if known[key] {
			continue
		}
		known[key] = true
		for _, a := range v.addrs {
			if a.any {
				h.any = append(h.any, i)
				h.byPort[a.port] = append(h.byPort[a.port], i)
			} else {
				h.byAddr[a.addr] = append(h.byAddr[a.addr], i)
			}
		}
	}
	return h
}

// addressKey returns what is the same for virtual hosts that answer the same
// connections.
func (s *Server) addressKey() string {
	var b strings.Builder
	for _, a := range s.addrs {
		fmt.Fprintf(&b, "%q %t %d,", a.addr, a.any, a.port)
	}
	return b.String()
}

// near returns lists of virtual hosts, by their indexes, with all that fit a connection.
// What is in each is ascending.
func (h *hostAddresses) near(req *Client, port int) [3][]int {
	if port == anyPort {
		return [3][]int{h.byAddr[req.ServerAddr], h.any}
	}
	lists := [3][]int{h.byAddr[req.ServerAddr], h.byPort[port]}
	if port != 0 {
		lists[2] = h.byPort[0]
	}
	return lists
}

// connection is what counts of a client's connection for the choice of a virtual host.
type connection struct {
	port int       // as Engine.connectionPort returns it
	fit  addrMatch // of the best virtual host: only hosts that fit equally well are candidates
}

// first returns the first virtual host that fits a connection as well as the best one,
// nil if none fits, and how well that is.
func (h *hostAddresses) first(req *Client, port int) (*Server, addrMatch) {
	best, first := addrNone, 0
	for _, list := range h.near(req, port) {
		for _, i := range list {
			if fit := h.all[i].answers(req, port); fit > best || fit == best && i < first {
				best, first = fit, i
			}
		}
	}
	if best == addrNone {
		return nil, addrNone
	}
	return h.all[first], best
}
