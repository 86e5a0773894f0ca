package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// logLine is a line of an access log in the common or combined format, with the
// virtual host before it or not.
var logLine = regexp.MustCompile(`^(?:(\S+):(\d+) )?(\S+) \S+ (\S+) \[[^\]]*\] "([A-Z]+) (\S+)(?: HTTP/[0-9.]+)?" \d+ \S+(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?`)

// maxLogLine is how long a line of a log may be that is read.
const maxLogLine = 1 << 20

// lineOf reads line FILE:LINE.
func lineOf(place string) (string, error) {
	at := strings.LastIndexByte(place, ':')
	if at < 0 {
		return "", errors.New("-log: want FILE:LINE")
	}
	n, err := strconv.Atoi(place[at+1:])
	if err != nil || n < 1 {
		return "", fmt.Errorf("-log: %q is no number of a line", place[at+1:])
	}
	f, err := os.Open(place[:at])
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxLogLine)
	for i := 1; in.Scan(); i++ {
		if i == n {
			return in.Text(), nil
		}
	}
	if err := in.Err(); err != nil {
		return "", fmt.Errorf("-log: %s: %w", place[:at], err)
	}
	return "", fmt.Errorf("-log: %s has no line %d", place[:at], n)
}

// applyLog gives x what a line of an access log says; it returns the request.
func applyLog(x *explainer, line string) (string, error) {
	m := logLine.FindStringSubmatch(line)
	if m == nil {
		return "", errors.New("-log: the line is not one of an access log in the common or combined format")
	}
	if m[1] != "" {
		x.host = m[1]
		x.tls = x.tls || m[2] == "443"
	}
	if _, err := netip.ParseAddr(m[3]); err == nil {
		x.remote = m[3]
	}
	if m[4] != "-" {
		x.user = m[4]
	}
	x.method = m[5]
	for i, name := range []string{"Referer", "User-Agent"} {
		if v := m[7+i]; v != "" && v != "-" {
			if err := x.headers.Set(name + ": " + unquoteLog(v)); err != nil {
				return "", err
			}
		}
	}
	return unquoteLog(m[6]), nil
}

// unquoteLog takes the escapes back that httpd writes into its logs.
func unquoteLog(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			i += escaped(&b, s[i:]) - 1
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
