package httpdtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// builtIn are modules that are part of the program on Debian.
var builtIn = []string{"core", "so", "watchdog", "log_config", "logio", "version", "unixd"}

func (s *server) config() string { return filepath.Join(s.dir, "httpd.conf") }

// writeConfig writes the configuration of a server for the cases from one to
// another, less those that have a ConfigError.
func (s *server) writeConfig(from, to int) error {
	var b strings.Builder
	for _, m := range s.modules(from, to) {
		if m != "oracle" && !slices.Contains(builtIn, m) {
			fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
		}
	}
	fmt.Fprintf(&b, "LoadModule state_module %s/.libs/mod_state.so\n", s.harness.dir)
	fmt.Fprintf(&b, `ServerName www.example.com
DefaultRuntimeDir %[1]s
PidFile %[1]s/httpd.pid
ErrorLog %[1]s/error.log
LogLevel crit
Listen 0.0.0.0:%[2]d
Listen 0.0.0.0:%[3]d
ServerTokens Prod
MaxKeepAliveRequests 0
KeepAliveTimeout 60
TypesConfig /dev/null
SSLSessionCache none
<Directory />
Options FollowSymLinks
AllowOverride None
Require all granted
</Directory>
`, s.dir, s.ports[0], s.ports[1])
	for i := from; i < to; i++ {
		if s.cases[i].ConfigError == "" {
			s.writeHosts(&b, i)
		}
	}
	return os.WriteFile(s.config(), []byte(b.String()), 0o600)
}

// modules returns the modules that the cases from one to another need, those of
// all cases first.
func (s *server) modules(from, to int) []string {
	names := replay.Modules()
	for _, c := range s.cases[from:to] {
		for _, m := range c.Modules {
			if !slices.Contains(names, m) {
				names = append(names, m)
			}
		}
	}
	return names
}

// writeHosts writes the virtual hosts of case n. Their ServerName has the ports
// that a client would use.
func (s *server) writeHosts(b *strings.Builder, n int) {
	c := s.cases[n]
	for i, port := range []int{80, 443} {
		if port == 443 && !needsTLS(c) {
			continue
		}
		address := fmt.Sprintf("%s:%d", c.Place.Addr, s.ports[i])
		s.writeHost(b, address, c.Place.Root, fmt.Sprintf("%s:%d", replay.DefaultHost, port), s.hostConfig(n), s.logging(n))
		if c.Second != "" {
			s.writeHost(b, address, c.Place.Root, fmt.Sprintf("%s:%d", replay.SecondHost, port), s.secondConfig(n), s.logging(n))
		}
	}
}

// logging returns what has httpd write the trace of mod_rewrite for case n, if that is
// wanted.
func (s *server) logging(n int) string {
	if s.cases[n].Log == nil {
		return ""
	}
	return "LogLevel crit rewrite:trace8\nErrorLog " + s.traceFile(n) + "\n"
}

// writeHost writes one of them, which includes a file.
func (s *server) writeHost(b *strings.Builder, address, root, name, file, logging string) {
	fmt.Fprintf(b, `<VirtualHost %s>
ServerName %s
DocumentRoot %[3]s
<Directory %[3]s>
AllowOverride All
Options FollowSymLinks
Require all granted
</Directory>
`, address, name, root)
	if strings.HasSuffix(name, ":443") {
		fmt.Fprintf(b, "SSLEngine on\nSSLCertificateFile %[1]s/cert.pem\nSSLCertificateKeyFile %[1]s/key.pem\n", s.harness.dir)
	}
	fmt.Fprintf(b, "%sInclude %s\n</VirtualHost>\n", logging, file)
}

// needsTLS reports whether c can tell that there is a host for encrypted
// connections: by a request, or by a variable that its text defines and sees
// when it is read for the second time. To start such a host takes httpd long.
func needsTLS(c *replay.Case) bool {
	return strings.Contains(strings.ToLower(c.Vhost+c.Second), "define") ||
		slices.ContainsFunc(c.Requests, func(q replay.Request) bool { return q.TLS })
}
