package rewrite

import (
	"bufio"
	"maps"
	"net"
	"net/http"
)

// interim is the response writer that ReverseProxy gets. Responses before the
// final one (103 Early Hints, say) go to the client with the other server's fields
// and no others, as in httpd, and the fields of the final response are kept for
// it: ReverseProxy sends and clears all there are. HTTP/1.0 does not have such
// responses, and its clients get none.
type interim struct {
	http.ResponseWriter
	header http.Header // of the other server's response, until the final one
	apart  bool        // that is not the header below, which had fields before
	old    bool        // the client speaks HTTP/1.0
	final  bool        // the final response has begun
}

func newInterim(w http.ResponseWriter, r *http.Request) *interim {
	i := &interim{ResponseWriter: w, header: w.Header(), old: !r.ProtoAtLeast(1, 1)}
	if i.apart = len(i.header) > 0; i.apart {
		i.header = http.Header{}
	}
	return i
}

// Unwrap gives http.ResponseController access to the writer below.
func (i *interim) Unwrap() http.ResponseWriter { return i.ResponseWriter }

// Header returns the header of the response at hand. After the final one has
// begun, that is where its trailers go.
func (i *interim) Header() http.Header {
	if i.final {
		return i.ResponseWriter.Header()
	}
	return i.header
}

// WriteHeader sends the header of a response.
func (i *interim) WriteHeader(status int) {
	if i.final {
		i.ResponseWriter.WriteHeader(status)
		return
	}
	below := i.ResponseWriter.Header()
	if status >= 200 || status == http.StatusSwitchingProtocols {
		i.begin()
		i.ResponseWriter.WriteHeader(status)
		return
	}
	if i.old {
		return
	}
	if !i.apart {
		i.ResponseWriter.WriteHeader(status)
		return
	}
	kept := maps.Clone(below)
	clear(below)
	maps.Copy(below, i.header)
	i.ResponseWriter.WriteHeader(status)
	clear(below)
	maps.Copy(below, kept)
}

// begin gives the header to the final response.
func (i *interim) begin() {
	i.final = true
	if !i.apart {
		return
	}
	below := i.ResponseWriter.Header()
	for name, lines := range i.header {
		below[name] = append(below[name], lines...)
	}
}

// Write sends body.
func (i *interim) Write(body []byte) (int, error) {
	if !i.final {
		i.begin()
	}
	return i.ResponseWriter.Write(body)
}

// Hijack takes the connection over.
func (i *interim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(i.ResponseWriter).Hijack()
	if err == nil && !i.final {
		i.begin()
	}
	return conn, rw, err
}
