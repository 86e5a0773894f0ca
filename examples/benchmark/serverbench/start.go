package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

// starter starts a server for a site. It returns nil if its kind of server has no like of
// the site's rules, or is not installed.
type starter func(ctx context.Context, s site) (*server.Server, error)

// httpdConf is Debian's own configuration, less what has no bearing: event MPM,
// keep-alive, combined access log.
const httpdConf = `ServerRoot %[1]s
PidFile %[1]s/httpd.pid
ServerName bench.example
Listen %[2]s
Timeout 300
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5
User www-data
Group www-data
HostnameLookups Off
ErrorLog %[1]s/error.log
LogLevel warn
%[3]sTypesConfig /etc/mime.types
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%O \"%%{Referer}i\" \"%%{User-Agent}i\"" combined
CustomLog %[1]s/access.log combined
StartServers 2
MinSpareThreads 25
MaxSpareThreads 75
ThreadLimit 64
ThreadsPerChild 25
MaxRequestWorkers 150
MaxConnectionsPerChild 0
<Directory />
Options FollowSymLinks
AllowOverride None
Require all denied
</Directory>
<Directory %[4]s>
Options FollowSymLinks
AllowOverride %[5]s
Require all granted
</Directory>
<VirtualHost *>
ServerName main.example
DocumentRoot %[4]s
%[6]s</VirtualHost>
%[7]s`

// modules are the modules of httpd that the rules need.
var modules = []string{
	"mpm_event", "authz_core", "authz_host", "access_compat", "mime", "dir", "alias", "env", "setenvif", "headers", "rewrite",
}

func startHTTPD(ctx context.Context, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	var load strings.Builder
	wanted := modules
	if s.php {
		wanted = append(slices.Clone(modules), "proxy", "proxy_fcgi")
	}
	for _, m := range wanted {
		fmt.Fprintf(&load, "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
	}
	override := "None"
	if s.access != "" {
		override = "All"
	}
	conf := filepath.Join(s.dir, "httpd.conf")
	text := fmt.Appendf(nil, httpdConf, s.dir, addr, load.String(), s.root, override, s.included(false), s.included(true))
	if err := os.WriteFile(conf, text, 0o644); err != nil {
		return nil, err
	}
	return server.Start(exec.CommandContext(ctx, "apache2", "-f", conf, "-DFOREGROUND"), addr, filepath.Join(s.dir, "httpd.out"))
}

func startModrewrite(ctx context.Context, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(s.dir, "modrewrite.conf")
	text := fmt.Sprintf("<VirtualHost *>\nServerName main.example\nDocumentRoot %s\n%s</VirtualHost>\n%s", s.root, s.included(false), s.included(true))
	if s.access == "" {
		text = "<Directory " + s.root + ">\nAllowOverride None\n</Directory>\n" + text
	}
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, *command, "serve", "-config", conf, "-root", s.root, "-listen", addr)
	if s.php {
		cmd.Args = append(cmd.Args, "-fcgi", "unix:"+s.socket())
	}
	return server.Start(cmd, addr, filepath.Join(s.dir, "modrewrite.out"))
}

// nginxConf is Debian's own configuration, less what has no bearing.
const nginxConf = `user www-data;
worker_processes auto;
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx-error.log;
events { worker_connections 768; }
http {
sendfile on;
tcp_nopush on;
types_hash_max_size 2048;
map_hash_max_size 65536;
map_hash_bucket_size 128;
server_names_hash_max_size 65536;
server_names_hash_bucket_size 128;
include /etc/nginx/mime.types;
default_type application/octet-stream;
access_log %[1]s/nginx.log;
gzip on;
%[4]s
server {
listen %[2]s default_server;
server_name main.example;
root %[3]s;
%[5]s
}
}
`

func startNginx(ctx context.Context, s site) (*server.Server, error) {
	return s.startOther("nginx", s.others.nginx, func(addr, outer, inner string) string {
		return fmt.Sprintf(nginxConf, s.dir, addr, s.root, outer, inner)
	}, func(conf string) *exec.Cmd { return exec.CommandContext(ctx, "nginx", "-c", conf) })
}

// caddyConf is what Caddy's own documentation begins with, and an access log.
const caddyConf = `{
admin off
auto_https off
}
%[3]s
http://%[1]s, http://main.example:%[2]s {
root * %[4]s
log {
output file %[5]s/caddy.log
}
%[6]s
file_server
}
`

func startCaddy(ctx context.Context, s site) (*server.Server, error) {
	return s.startOther("caddy", s.others.caddy, func(addr, outer, inner string) string {
		return fmt.Sprintf(caddyConf, addr, addr[strings.LastIndexByte(addr, ':')+1:], outer, s.root, s.dir, inner)
	}, func(conf string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, "caddy", "run", "--adapter", "caddyfile", "--config", conf)
		cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+s.dir, "XDG_CONFIG_HOME="+s.dir)
		return cmd
	})
}

// startOther starts a program that has rules of its own, f. text returns its configuration,
// and command what runs it with the file that holds it. It returns nil as a starter does.
func (s site) startOther(program string, f form, text func(addr, outer, inner string) string, command func(conf string) *exec.Cmd) (*server.Server, error) {
	if _, err := exec.LookPath(program); err != nil || f.lines == "" {
		return nil, nil //nolint:nilnil // starter says what it means
	}
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(s.dir, program+".conf")
	outer, inner := f.config(s.n, s.root, addr)
	if err := os.WriteFile(conf, []byte(text(addr, outer, inner)), 0o644); err != nil {
		return nil, err
	}
	return server.Start(command(conf), addr, filepath.Join(s.dir, program+".out"))
}
