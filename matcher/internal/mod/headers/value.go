package headers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// headerValue is the compiled value of a Header directive.
type headerValue []headerPart

type headerPartKind uint8

const (
	headerText    headerPartKind = iota // as it stands
	headerEnv                           // %{NAME}e
	headerTLS                           // %{NAME}s
	headerTime                          // %t
	headerElapsed                       // %D
	headerLoad                          // %l, %i and %b: about the load of the server
)

type headerPart struct {
	kind headerPartKind
	text string // the text, or a variable's name
}

// parseHeaderValue reads a value with "%" formats and backslash escapes. It
// returns what is wrong with it.
func parseHeaderValue(s string) (v headerValue, msg string) {
	for s != "" {
		if s[0] != '%' {
			end := strings.IndexByte(s, '%')
			if end < 0 {
				end = len(s)
			}
			v = append(v, headerPart{headerText, unescapeHeader(s[:end])})
			s = s[end:]
			continue
		}
		s = s[1:]
		if s == "" || s[0] == '%' {
			v = append(v, headerPart{headerText, "%"})
			s = strings.TrimPrefix(s, "%")
			continue
		}
		name := ""
		if s[0] == '{' {
			name, s, _ = strings.Cut(s[1:], "}")
			s = strings.TrimLeft(s, "}") // httpd takes any number of them
		}
		if s == "" {
			return nil, "unknown format % at the end"
		}
		kind, ok := headerFormat(s[0])
		if !ok {
			return nil, fmt.Sprintf("unknown format %%%c", s[0])
		}
		v = append(v, headerPart{kind, name})
		s = s[1:]
	}
	return v, ""
}

func headerFormat(c byte) (headerPartKind, bool) {
	switch c {
	case 'e':
		return headerEnv, true
	case 's':
		return headerTLS, true
	case 't':
		return headerTime, true
	case 'D':
		return headerElapsed, true
	case 'l', 'i', 'b':
		return headerLoad, true
	}
	return 0, false
}

// unescapeHeader replaces \\, \r, \n and \t; other backslashes stay.
func unescapeHeader(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\r`, "\r", `\n`, "\n", `\t`, "\t").Replace(s)
}

// has reports whether the value has a part of a kind.
func (v headerValue) has(kind headerPartKind) bool {
	for _, p := range v {
		if p.kind == kind {
			return true
		}
	}
	return false
}

// missing is how httpd shows a variable that is not set.
const missing = "(null)"

// expand returns the value for request s, and where in it the time since the
// request came belongs.
func (v headerValue) expand(s *httpd.Request) (value string, elapsed []int) {
	switch {
	case len(v) == 0:
		return "", nil
	case len(v) == 1 && v[0].kind == headerText:
		return v[0].text, nil
	}
	var b strings.Builder
	for _, p := range v {
		switch p.kind {
		case headerText:
			b.WriteString(p.text)
		case headerEnv:
			text := orMissing(s.Getenv(p.text))
			if !s.Eval.Charge(len(text)) {
				return "", nil
			}
			b.WriteString(text)
		case headerTLS:
			value := tlsVariable(s, p.text)
			b.WriteString(orMissing(value, value != ""))
		case headerTime:
			b.WriteString("t=" + strconv.FormatInt(s.Eval.Now().UnixMicro(), 10))
		case headerElapsed:
			elapsed = append(elapsed, b.Len())
		case headerLoad: // such directives are not run
		}
	}
	return b.String(), elapsed
}

// orMissing returns value in one line, or "(null)" if there is none.
func orMissing(value string, ok bool) string {
	if !ok {
		return missing
	}
	if strings.ContainsAny(value, "\r\n") {
		return strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
	}
	return value
}

// tlsVariable returns a variable of the connection's encryption, "" if there is
// none.
func tlsVariable(s *httpd.Request, name string) string {
	if value, ok := s.TLSVar(name); ok {
		return value
	}
	if strings.EqualFold(name, "HTTPS") {
		return apr.OnOff(s.Eval.Req.TLS)
	}
	return ""
}
