package fastcgi

import (
	"fmt"
	"net"
	"path"
	"strconv"
	"strings"
)

// ParseAddress reads where a server listens: "unix:/path/of/socket" or "host:port".
// It returns what the fields of a [Client] are to be: the path is absolute and
// clean, the host is in lower case.
func ParseAddress(s string) (network, address string, err error) {
	if name, ok := strings.CutPrefix(s, "unix:"); ok {
		if !path.IsAbs(name) || strings.IndexByte(name, 0) >= 0 {
			return "", "", fmt.Errorf("fastcgi: the path of a socket must be absolute: %q", s)
		}
		return "unix", path.Clean(name), nil
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", "", fmt.Errorf("fastcgi: neither unix:/path nor host:port: %q", s)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || host == "" {
		return "", "", fmt.Errorf("fastcgi: no such host and port: %q", s)
	}
	return "tcp", net.JoinHostPort(strings.ToLower(host), port), nil
}
