package fastcgi

import (
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// headerEnd returns the length of the header that text begins with, the empty line
// included, -1 if it is not complete. There is none that ends before from.
func headerEnd(text []byte, from int) int {
	for i := from; i < len(text); i++ {
		if text[i] != '\n' {
			continue
		}
		rest := text[i+1:]
		switch {
		case i == 0, i == 1 && text[0] == '\r':
			return i + 1 // an empty header
		case bytes.HasPrefix(rest, []byte("\n")):
			return i + 2
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return i + 3
		}
	}
	return -1
}

// parseHeader reads the header of a script's output: lines "name: value", whose
// ends are CRLF or LF.
func parseHeader(text []byte) (*Response, error) {
	resp := &Response{Header: http.Header{}}
	for line := range bytes.Lines(text) {
		s := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if s == "" {
			break
		}
		name, value, ok := strings.Cut(s, ":")
		value = strings.Trim(value, " \t")
		if !ok || !isToken(name) || !isValue(value) {
			return nil, fmt.Errorf("%w: %.60q", ErrHeader, s)
		}
		if strings.EqualFold(name, "Status") {
			if resp.Status = parseStatus(value); resp.Status == 0 {
				return nil, fmt.Errorf("%w: status %.60q", ErrHeader, value)
			}
			continue
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		resp.Header[name] = append(resp.Header[name], value)
	}
	return resp, nil
}

// parseStatus reads "404 Not Found"; it returns 0 for what is not a final status.
func parseStatus(s string) int {
	digits, _, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 3 || n < 200 {
		return 0
	}
	return n
}

// isToken reports whether s can be the name of a header field.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// isValue reports whether s can be the value of a header field.
func isValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
