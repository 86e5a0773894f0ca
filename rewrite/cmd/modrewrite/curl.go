package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// curlRequest is what a curl command asks for. Nothing of it is run, and no file is
// read.
type curlRequest struct {
	method  string // "" without -X
	url     string
	headers []string
	data    []string
	get     bool // -G: the data is the query
	head    bool
	follow  bool
}

// parseCurl reads a curl command as a shell would split it.
func parseCurl(line string) (*curlRequest, error) {
	words, err := shellWords(line)
	if err != nil {
		return nil, err
	}
	if len(words) > 0 && (words[0] == "curl" || strings.HasSuffix(words[0], "/curl")) {
		words = words[1:]
	}
	c := &curlRequest{}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch {
		case strings.HasPrefix(word, "--"):
			words, err = c.long(word, words)
		case strings.HasPrefix(word, "-") && len(word) > 1:
			words, err = c.short(word[1:], words)
		case c.url != "":
			err = fmt.Errorf("a second address, %q: one request at a time", word)
		default:
			c.url = word
		}
		if err != nil {
			return nil, fmt.Errorf("-curl: %w", err)
		}
	}
	if c.url == "" {
		return nil, errors.New("-curl: there is no address")
	}
	if !strings.Contains(c.url, "://") {
		c.url = "http://" + c.url
	}
	return c, nil
}

// curlArgument are the options that take an argument which does not matter here.
const curlIgnored = " -o --output -m --max-time --connect-timeout -w --write-out -c --cookie-jar --cacert --cert --key -E --resolve --retry -r --range "

// long reads an option with a long name.
func (c *curlRequest) long(word string, rest []string) ([]string, error) {
	name, value, has := strings.Cut(word, "=")
	short := map[string]string{
		"--header": "H", "--request": "X", "--user-agent": "A", "--cookie": "b", "--referer": "e", "--head": "I", "--data": "d",
		"--data-raw": "d", "--data-binary": "d", "--data-ascii": "d", "--data-urlencode": "d", "--json": "d", "--user": "u", "--get": "G", "--location": "L",
		"--silent": "s", "--verbose": "v", "--insecure": "k", "--include": "i", "--show-error": "S", "--fail": "f",
	}[name]
	switch {
	case short != "" && has:
		return rest, c.set(short[0], value)
	case short != "":
		return c.short(short, rest)
	case name == "--url":
		if !has {
			return c.argument(name, rest, func(v string) error { c.url = v; return nil })
		}
		c.url = value
		return rest, nil
	case name == "--compressed":
		c.headers = append(c.headers, "Accept-Encoding: deflate, gzip, br, zstd")
		return rest, nil
	case strings.HasPrefix(name, "--http") || strings.HasPrefix(name, "--tlsv") || name == "--ssl-reqd" || name == "--location-trusted":
		return rest, nil
	case strings.Contains(curlIgnored, " "+name+" ") && !has:
		return c.argument(name, rest, func(string) error { return nil })
	case strings.Contains(curlIgnored, " "+name+" "):
		return rest, nil
	}
	return nil, fmt.Errorf("the option %s is not known here", name)
}

// short reads options of one letter.
func (c *curlRequest) short(letters string, rest []string) ([]string, error) {
	for i := range len(letters) {
		letter := letters[i]
		switch {
		case strings.IndexByte("IGLsvkiSfgN#0", letter) >= 0:
			c.head = c.head || letter == 'I'
			c.get = c.get || letter == 'G'
			c.follow = c.follow || letter == 'L'
			continue
		case strings.IndexByte("HXAbedu", letter) >= 0 || strings.Contains(curlIgnored, " -"+string(letter)+" "):
			if value := letters[i+1:]; value != "" {
				return rest, c.set(letter, value)
			}
			return c.argument("-"+string(letter), rest, func(v string) error { return c.set(letter, v) })
		}
		return nil, fmt.Errorf("the option -%c is not known here", letter)
	}
	return rest, nil
}

func (c *curlRequest) argument(name string, rest []string, use func(string) error) ([]string, error) {
	if len(rest) == 0 {
		return nil, fmt.Errorf("%s has no argument", name)
	}
	return rest[1:], use(rest[0])
}

// set takes the argument of an option.
func (c *curlRequest) set(letter byte, v string) error {
	switch letter {
	case 'H':
		c.headers = append(c.headers, strings.TrimSuffix(v, ";"))
	case 'X':
		c.method = v
	case 'A':
		c.headers = append(c.headers, "User-Agent: "+v)
	case 'b':
		if !strings.Contains(v, "=") {
			return fmt.Errorf("the cookies are in the file %q, which is not read", v)
		}
		c.headers = append(c.headers, "Cookie: "+v)
	case 'e':
		c.headers = append(c.headers, "Referer: "+v)
	case 'd':
		c.data = append(c.data, v)
	case 'u':
		c.headers = append(c.headers, "Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte(v)))
	}
	return nil
}

// apply gives x what the command says; it returns the request's address.
func (c *curlRequest) apply(x *explainer) (string, error) {
	method := "GET"
	switch {
	case c.head:
		method = "HEAD"
	case len(c.data) > 0 && !c.get:
		method = "POST"
		c.headers = append(c.headers, "Content-Type: application/x-www-form-urlencoded")
	}
	if c.method != "" {
		method = c.method
	}
	x.method = method
	for _, h := range append([]string{"Accept: */*", "User-Agent: curl/8"}, c.headers...) {
		name, _, _ := strings.Cut(h, ":")
		if x.headers.values != nil && !strings.EqualFold(strings.TrimSpace(name), "Cookie") {
			x.headers.values.Del(strings.TrimSpace(name)) // the last one counts
		}
		if err := x.headers.Set(h); err != nil {
			return "", fmt.Errorf("-curl: %q: %w", h, err)
		}
	}
	address := c.url
	if c.get && len(c.data) > 0 {
		sign := "?"
		if strings.Contains(address, "?") {
			sign = "&"
		}
		address += sign + strings.Join(c.data, "&")
	}
	return address, nil
}

// shellWords splits a command as a shell does, as far as quotes go.
func shellWords(s string) ([]string, error) {
	var words []string
	var b strings.Builder
	in := false
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if in {
				words = append(words, b.String())
				b.Reset()
				in = false
			}
			i++
		case c == '\\' && i+1 < len(s):
			if s[i+1] != '\n' {
				b.WriteByte(s[i+1])
				in = true
			}
			i += 2
		case c == '\'' || c == '"' || c == '$' && i+1 < len(s) && s[i+1] == '\'':
			n, err := quoted(&b, s[i:])
			if err != nil {
				return nil, err
			}
			in = true
			i += n
		default:
			b.WriteByte(c)
			in = true
			i++
		}
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

// quoted writes what stands in the quotes that s begins with, and returns how much
// of s that is.
func quoted(b *strings.Builder, s string) (int, error) {
	i := 1
	escapes := s[0] == '"'
	end := s[0]
	if s[0] == '$' {
		i, end, escapes = 2, '\'', true
	}
	for ; i < len(s); i++ {
		switch {
		case s[i] == end:
			return i + 1, nil
		case s[i] == '\\' && escapes && i+1 < len(s):
			i++
			if s[0] == '$' {
				i += escaped(b, s[i:]) - 1
			} else {
				if strings.IndexByte("\"\\$`", s[i]) < 0 {
					b.WriteByte('\\')
				}
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return 0, errors.New("-curl: a quote is not closed")
}

// escaped writes the character that an escape of $'…' stands for and returns how
// long it is, without its backslash.
func escaped(b *strings.Builder, s string) int {
	switch s[0] {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'x', 'u':
		digits := min(len(s), map[byte]int{'x': 3, 'u': 5}[s[0]])
		if n, err := strconv.ParseUint(s[1:digits], 16, 32); err == nil {
			if s[0] == 'x' {
				b.WriteByte(byte(n))
			} else {
				b.WriteRune(rune(n))
			}
			return digits
		}
		b.WriteByte(s[0])
	default:
		b.WriteByte(s[0])
	}
	return 1
}
