package casefile

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// requests reads a "-- requests --" entry: request lines at the margin,
// headers, client and expectations indented below them.
func (p *fileParser) requests(e entry) {
	var r *Request
	sectionLines(e, func(n int, text string) {
		if text[0] != ' ' && text[0] != '\t' {
			r = &Request{Line: n, last: n, Text: text, indent: "\t"}
			if err := r.requestLine(p.f.expandRoot(text)); err != nil {
				p.add(n, "%v", err)
			}
			p.f.Requests = append(p.f.Requests, r)
			return
		}
		if r == nil {
			p.add(n, "an indented line before the first request")
			return
		}
		trimmed := strings.TrimLeft(text, " \t")
		r.indent, r.last = text[:len(text)-len(trimmed)], n
		if err := p.f.detail(r, n, trimmed); err != nil {
			p.add(n, "%v", err)
		}
	})
	for _, r := range p.f.Requests {
		if r.Line > e.line {
			if err := r.check(); err != nil {
				p.add(r.Line, "%v", err)
			}
		}
	}
}

// requestLine parses "[METHOD] TARGET".
func (r *Request) requestLine(text string) error {
	r.Method = "GET"
	target := text
	if word, rest := cutWord(text); rest != "" && isToken(word) {
		r.Method, target = word, rest
	}
	if strings.HasPrefix(target, `"`) {
		var err error
		r.Target, err = unquote(target)
		return err
	}
	if strings.ContainsAny(target, " \t") {
		return fmt.Errorf("%q is not a request: METHOD and TARGET, the target without spaces or in double quotes", text)
	}
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || (scheme != "http" && scheme != "https") {
		r.Target = target
		return nil
	}
	r.TLS = scheme == "https"
	i := strings.IndexAny(rest, "/?")
	if i < 0 {
		i = len(rest)
	}
	r.Host, r.HasHost, r.Target = rest[:i], true, rest[i:]
	if !strings.HasPrefix(r.Target, "/") {
		r.Target = "/" + r.Target
	}
	return nil
}

// isToken reports whether s can be a method or the name of a header.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// detail parses one indented line: a header, a property of the client, or an
// expectation.
func (f *File) detail(r *Request, line int, text string) error {
	if name, value, ok := strings.Cut(text, ":"); ok && isToken(name) {
		return r.header(name, f.expandRoot(strings.Trim(value, " \t")))
	}
	word, arg := cutWord(text)
	if known, err := r.client(word, f.expandRoot(arg)); known {
		return err
	}
	if word == "diverges" {
		return diverges(&r.Diverges, arg)
	}
	e, err := parseExpectation(word, f.showRoot(f.expandRoot(arg)))
	if err != nil {
		return err
	}
	e.Line = line
	r.Expect = append(r.Expect, e)
	return nil
}

func (r *Request) header(name, value string) error {
	value, err := unquote(value)
	if err != nil {
		return err
	}
	if !strings.EqualFold(name, "Host") {
		r.Headers = append(r.Headers, [2]string{name, value})
		return nil
	}
	if r.HasHost {
		return errors.New("two hosts for one request")
	}
	r.Host, r.HasHost = value, true
	return nil
}

// client parses a property of the client or its connection. known is false if
// word names none.
func (r *Request) client(word, arg string) (known bool, err error) {
	switch word {
	case "remote":
		if _, err = netip.ParseAddr(arg); err != nil {
			err = fmt.Errorf("remote %q is not an IP address", arg)
		}
		r.Remote = arg
	case "user":
		if arg == "" {
			err = errors.New("user has no name")
		}
		r.User = arg
	case "proto":
		if !strings.HasPrefix(arg, "HTTP/") {
			err = errors.New("proto is HTTP/1.0, HTTP/1.1 or the like")
		}
		r.Proto = arg
	case "tls":
		if arg != "" {
			err = errors.New("tls stands alone")
		}
		r.TLS = true
	case "ssl":
		r.TLS = true
		err = setPair(&r.SSL, word, arg)
	case "setenv":
		err = setPair(&r.Env, word, arg)
	default:
		return false, nil
	}
	return true, err
}

// diverges parses "httpd: REASON".
func diverges(to *string, arg string) error {
	reason, ok := strings.CutPrefix(arg, "httpd:")
	*to = strings.TrimSpace(reason)
	if !ok || *to == "" {
		return errors.New("diverges wants a reason: diverges httpd: REASON")
	}
	return nil
}

// check looks for expectations that can't go together.
func (r *Request) check() error {
	words := map[string]int{}
	for _, e := range r.Expect {
		words[e.word]++
		if words[e.word] > 1 && e.single() {
			return fmt.Errorf("two expectations of what %q is", e.Aspect)
		}
	}
	actions := words["pass"] + words["rewrite"] + words["redirect"] + words["proxy"]
	switch {
	case actions > 1:
		return errors.New("a request has one outcome: pass, rewrite, redirect, proxy or status")
	case words["redirect"] > 0 && words["status"] > 0:
		return errors.New("redirect says the status itself")
	case words["location"] > 0 && (actions > 0 || words["status"] == 0):
		return errors.New("location goes with a status alone; redirect says its target itself")
	}
	return nil
}
