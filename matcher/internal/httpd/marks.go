package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
)

// marks is what variables of the environment say of the response, for clients that can't
// have it otherwise: BrowserMatch sets such ones.
type marks struct {
	varyless bool // force-no-vary: the response has no Vary
	last     bool // the connection ends with it
}

// marks reads the variables, of which there are some. Like httpd it takes a request with downgrade-1.0 or
// force-no-vary for one of HTTP/1.0, which asks for it where the connection is to stay.
// It does not stay where force-response-1.0 or force-no-vary make the response one of
// HTTP/1.0.
func (s *Request) marks() marks {
	_, varyless := s.Getenv("force-no-vary")
	_, downgraded := s.Getenv("downgrade-1.0")
	_, forced := s.Getenv("force-response-1.0")
	_, last := s.Getenv("nokeepalive")
	if varyless || downgraded || s.Protocol == "HTTP/1.0" {
		last = last || varyless || forced || !s.staysByWish()
	}
	return marks{varyless: varyless, last: last && strings.HasPrefix(s.Protocol, "HTTP/1.")}
}

// staysByWish reports whether the client asks for the connection to stay.
func (s *Request) staysByWish() bool {
	field, _ := s.Header("Connection")
	for option := range strings.SplitSeq(field, ",") {
		if strings.EqualFold(strings.Trim(option, apr.Space), "keep-alive") {
			return true
		}
	}
	return false
}

// heed does what m says to the header of a response.
func (m *marks) heed(header map[string][]string) {
	if m.varyless {
		delete(header, "Vary")
	}
	if m.last {
		header["Connection"] = []string{"close"}
	}
}
