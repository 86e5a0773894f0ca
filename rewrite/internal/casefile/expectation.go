package casefile

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Expectation is one line that says what is to happen to a request, or what
// is to be found in a ruleset.
type Expectation struct {
	Line int // in the case file
	// Aspect is what the expectation speaks of. Those of one aspect are
	// compared together.
	Aspect string
	// Text is the line in its canonical spelling, as the outcome is printed.
	Text string

	word string
}

// The aspects of an outcome. "env NAME" and "header NAME" are one for each name.
const (
	aspectAction   = "action"
	aspectBy       = "by"
	aspectFile     = "file"
	aspectPathInfo = "path-info"
	aspectType     = "type"
	aspectHandler  = "handler"
	aspectVary     = "vary"
	aspectCookie   = "cookie"
	aspectPage     = "page"
	aspectError    = "error"
	aspectReason   = "reason"
	aspectEnv      = "env "
	aspectHeader   = "header "
	aspectFinding  = "finding"
)

// none is the argument that says a thing is absent.
const none = "none"

// single reports whether the word may stand only once in a request.
func (e *Expectation) single() bool {
	return e.word != "env" && e.word != "cookie" && e.word != "header"
}

// parseExpectation parses a line of a request that is neither a header nor a
// property of the client.
func parseExpectation(word, arg string) (Expectation, error) {
	e := Expectation{word: word, Aspect: word}
	var err error
	switch word {
	case "pass", "rewrite", "redirect", "status", "location", "proxy":
		e.Aspect = aspectAction
		arg, err = actionArgument(word, arg)
	case "by":
		err = checkPosition(arg)
	case "file", "path-info", "type", "handler", "vary", "cookie", "page", "error", "reason":
		arg, err = canonicalValue(word, arg)
	case "env":
		e.Aspect, arg, err = envArgument(arg)
	case "header":
		e.Aspect, arg, err = headerArgument(arg)
	default:
		return e, fmt.Errorf("unknown word %q: neither a header (with a colon) nor a property of the client nor an expectation%s", word, suggest(word, requestWords()))
	}
	if err != nil {
		return e, err
	}
	e.Text = strings.TrimSpace(word + " " + arg)
	return e, nil
}

// actionArgument returns the canonical argument of a word that tells what
// happens to the request.
func actionArgument(word, arg string) (string, error) {
	switch word {
	case "pass":
		if arg != "" {
			return "", errors.New("pass stands alone; say what else is expected on lines of its own")
		}
		return "", nil
	case "rewrite":
		p, q, has, err := splitTarget(arg)
		if err == nil && p == "" {
			err = errors.New("rewrite wants the new URL-path")
		}
		return joinTarget(p, q, has), err
	case "redirect":
		code, url := cutWord(arg)
		if status, err := parseStatus(code); err != nil || status < 300 || status > 399 || url == "" {
			return "", errors.New("redirect wants a status and a URL: redirect 302 https://www.example.com/")
		}
		url, err := canonicalValue(word, url)
		return code + " " + url, err
	case "status":
		_, err := parseStatus(arg)
		return arg, err
	default: // location, proxy
		return canonicalValue(word, arg)
	}
}

func parseStatus(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 100 || n > 999 || len(s) != 3 {
		return 0, fmt.Errorf("%q is not an HTTP status", s)
	}
	return n, nil
}

// canonicalValue returns arg as quote writes it.
func canonicalValue(word, arg string) (string, error) {
	if arg == "" {
		return "", fmt.Errorf("%s wants a value, or %q", word, none)
	}
	s, err := unquote(arg)
	return quote(s), err
}

// checkPosition checks the argument of "by": "FILE:LINE" or "nothing".
func checkPosition(arg string) error {
	if arg == "nothing" {
		return nil
	}
	i := strings.LastIndexByte(arg, ':')
	if i > 0 {
		if n, err := strconv.Atoi(arg[i+1:]); err == nil && n > 0 {
			return nil
		}
	}
	return errors.New("by wants the place of a rule, FILE:LINE, or nothing")
}

// envArgument parses "NAME=VALUE" or "!NAME". Names are compared without
// case, as httpd does.
func envArgument(arg string) (aspect, canonical string, err error) {
	if name, ok := strings.CutPrefix(arg, "!"); ok && name != "" && !strings.Contains(name, "=") {
		return aspectEnv + strings.ToUpper(name), arg, nil
	}
	name, value, ok := strings.Cut(arg, "=")
	if !ok || name == "" {
		return "", "", errors.New("env wants NAME=VALUE or !NAME")
	}
	value, err = unquote(value)
	return aspectEnv + strings.ToUpper(name), name + "=" + quote(value), err
}

// headerArgument parses "NAME: VALUE" or "NAME none".
func headerArgument(arg string) (aspect, canonical string, err error) {
	if name, ok := strings.CutSuffix(arg, " "+none); ok && isToken(name) {
		name = http.CanonicalHeaderKey(name)
		return aspectHeader + name, name + " " + none, nil
	}
	name, value, ok := strings.Cut(arg, ":")
	if !ok || !isToken(name) {
		return "", "", fmt.Errorf("header wants NAME: VALUE or NAME %s", none)
	}
	value, err = unquote(strings.Trim(value, " \t"))
	name = http.CanonicalHeaderKey(name)
	return aspectHeader + name, headerText(name, value), err
}

// headerText is a response's field as a case file has it, less the word.
func headerText(name, value string) string { return strings.TrimSpace(name + ": " + quote(value)) }

// matches reports whether got is what the expectation says.
func (e *Expectation) matches(got string) bool {
	switch e.Aspect {
	case aspectCookie:
		if strings.Contains(e.Text, "expires=*") {
			return maskExpires(e.value(e.Text)) == maskExpires(e.value(got))
		}
	case aspectError, aspectReason:
		want, text := e.value(e.Text), e.value(got)
		if want != none && text != none {
			return strings.Contains(text, want)
		}
	case aspectFinding:
		return findingMatches(e.Text, got)
	default:
		switch {
		case strings.HasPrefix(e.Aspect, aspectEnv):
			return equalEnv(e.Text, got)
		case strings.HasPrefix(e.Aspect, aspectHeader) && strings.HasSuffix(e.Text, ": *"):
			return strings.HasPrefix(got, strings.TrimSuffix(e.Text, "*"))
		}
	}
	return e.Text == got
}

// value returns the value in a line about e's aspect, which is one word.
func (e *Expectation) value(line string) string {
	value, _ := unquote(strings.TrimPrefix(line, e.Aspect+" "))
	return value
}

// maskExpires replaces the date of a cookie's expires attribute by "*".
func maskExpires(cookie string) string {
	const attr = "expires="
	i := strings.Index(cookie, attr)
	if i < 0 {
		return cookie
	}
	i += len(attr)
	rest := cookie[i:]
	if j := strings.IndexByte(rest, ';'); j >= 0 {
		return cookie[:i] + "*" + rest[j:]
	}
	return cookie[:i] + "*"
}

// equalEnv compares two canonical env lines, the names without case.
func equalEnv(a, b string) bool {
	an, av, aok := strings.Cut(a, "=")
	bn, bv, bok := strings.Cut(b, "=")
	return strings.EqualFold(an, bn) && aok == bok && av == bv
}
