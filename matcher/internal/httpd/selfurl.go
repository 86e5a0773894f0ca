package httpd

import (
	"strconv"
	"strings"
)

// Absolute returns the URL of path on host, without a port that is the scheme's
// own. An IPv6 address may, but need not, have its brackets.
func Absolute(scheme, host string, port int, path string) string {
	if strings.IndexByte(host, ':') >= 0 && host[0] != '[' {
		host = "[" + host + "]"
	}
	if port == defaultPort(scheme) {
		return scheme + "://" + host + path
	}
	return scheme + "://" + host + ":" + strconv.Itoa(port) + path
}

func defaultPort(scheme string) int {
	if scheme == "https" {
		return 443
	}
	return 80
}
