package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// site is a configuration that keeps a part of the same files from clients.
// @ROOT@ in its texts stands for the document root, @BACKEND@ for the address of
// the other server.
type site struct {
	name   string
	config string            // inside the virtual host, or the whole if it has some
	access map[string]string // access files by folder
	httpd  string            // what only httpd's virtual host has
	args   []string          // what only "modrewrite serve" has
	whole  bool              // config has virtual hosts of its own
}

// files are the files of every site: what is to be kept from clients is called
// secret there.
var files = map[string]string{
	"open.txt":             "public open.txt",
	"index.html":           "public index.html",
	"dir/index.html":       "public dir/index.html",
	"dir/page.txt":         "public dir/page.txt",
	"dir/sub/page.txt":     "public dir/sub/page.txt",
	"a b.txt":              "public a b.txt",
	"private/secret.txt":   "secret private/secret.txt",
	"private/index.html":   "secret private/index.html",
	"private/sub/deep.txt": "secret private/sub/deep.txt",
	"admin/panel.txt":      "secret admin/panel.txt",
	"admin/index.html":     "secret admin/index.html",
	"dir/report.bak":       "secret dir/report.bak",
	"dir/secret.txt":       "secret dir/secret.txt",
}

const denyAll = "Require all denied\n"

func sites(backend string) []site {
	all := []site{
		{
			name: "access",
			config: "<Location /admin>\nRequire all denied\n</Location>\n" +
				"<Directory @ROOT@>\n<FilesMatch \"\\.bak$\">\nRequire all denied\n</FilesMatch>\n</Directory>\n",
			access: map[string]string{"private": denyAll, "dir": "<Files secret.txt>\n" + denyAll + "</Files>\n"},
		},
		{
			name: "old",
			config: "<Directory @ROOT@/private>\nOrder allow,deny\nDeny from all\n</Directory>\n" +
				"<LocationMatch ^/admin>\nOrder deny,allow\nDeny from all\n</LocationMatch>\n" +
				"<Location /dir>\n<Limit GET POST>\nDeny from all\n</Limit>\n</Location>\nRedirectMatch 403 \\.bak\n",
		},
		{
			name: "rules",
			config: "RewriteEngine On\nRewriteRule ^/private - [F]\nRewriteRule ^/admin(/|$) - [F,NC]\n" +
				"RewriteCond %{REQUEST_URI} \\.bak$ [OR]\nRewriteCond %{THE_REQUEST} /secret\\. [OR]\n" +
				"RewriteCond %{REQUEST_FILENAME} secret\nRewriteRule ^ - [F]\n" +
				"RewriteRule ^/alias/(.*)$ /dir/$1\nRewriteRule ^/q/(.*)$ /dir/page.txt?x=$1 [B]\n",
		},
		{
			name:   "perdir",
			config: "RewriteEngine On\n",
			access: map[string]string{
				"": "RewriteEngine On\nRewriteRule ^private - [F,L]\nRewriteRule ^admin/ - [G]\nRewriteRule \\.bak$ - [F]\n" +
					"RewriteCond %{REQUEST_FILENAME} /secret\\.txt$\nRewriteRule . - [F]\n" +
					"RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /index.html [L]\n",
			},
		},
		{
			name: "proxy",
			config: "RewriteEngine On\nRewriteRule ^/private - [F]\nRewriteRule ^/admin - [F,NC]\nRewriteRule secret - [F]\n" +
				"RewriteRule ^/dir/(.*)$ http://@BACKEND@/dir/$1 [P]\nRewriteRule \\.bak - [F]\n",
			access: map[string]string{"": "RewriteEngine On\nRewriteRule ^sub/(.*) http://@BACKEND@/$1 [P]\n"},
		},
		{
			name:   "upstream",
			config: "RewriteEngine On\nRewriteRule ^/private - [F]\nRewriteRule ^/admin - [F,NC]\nRewriteRule secret - [F]\n<Location /dir>\nRequire all denied\n</Location>\n",
			httpd:  "ProxyPass / http://@BACKEND@/\n",
			args:   []string{"-upstream", "http://@BACKEND@"},
		},
		{
			name: "slashes",
			config: "AllowEncodedSlashes NoDecode\nMergeSlashes Off\nRewriteEngine On\nRewriteRule ^/private - [F]\n" +
				"<LocationMatch ^/admin/>\nRequire all denied\n</LocationMatch>\n",
			access: map[string]string{"dir": "RewriteEngine On\nRewriteRule secret - [F]\nRewriteRule bak - [F]\n", "private": denyAll},
		},
		{
			name: "limits",
			config: "LimitRequestLine 120\nLimitRequestFields 12\nLimitRequestFieldSize 200\nLimitRequestBody 10\nTraceEnable On\n" +
				"AllowEncodedSlashes On\n<LocationMatch secret|admin>\nRequire all denied\n</LocationMatch>\n",
			access: map[string]string{"private": denyAll, "dir": "RewriteEngine On\nRewriteRule bak$ - [F]\n"},
		},
		{
			name: "hosts", whole: true,
			config: "<VirtualHost *>\nServerName default.example\nDocumentRoot @ROOT@/private\n<Location />\nRequire all denied\n</Location>\n</VirtualHost>\n" +
				"<VirtualHost *>\nServerName site.example\nServerAlias *.site.example\nDocumentRoot @ROOT@\nRewriteEngine On\n" +
				"RewriteCond %{HTTP_HOST} ^intern\\. [NC]\nRewriteRule ^ - [F]\nRewriteRule ^/(private|admin) - [F]\nRewriteRule secret|bak - [F]\n</VirtualHost>\n" +
				"<VirtualHost *>\nServerName intern.example\nDocumentRoot @ROOT@/admin\n<Location />\nRequire ip 192.0.2.0/24\n</Location>\n</VirtualHost>\n",
		},
	}
	for i := range all {
		s := &all[i]
		s.config += "<FilesMatch \"^\\.ht\">\nRequire all denied\n</FilesMatch>\n"
		s.config = strings.ReplaceAll(s.config, "@BACKEND@", backend)
		s.httpd = strings.ReplaceAll(s.httpd, "@BACKEND@", backend)
		for j := range s.args {
			s.args[j] = strings.ReplaceAll(s.args[j], "@BACKEND@", backend)
		}
		for folder, text := range s.access {
			s.access[folder] = strings.ReplaceAll(text, "@BACKEND@", backend)
		}
	}
	return all
}

// write puts the site below dir.
func (s site) write(dir string) error {
	root := filepath.Join(dir, "htdocs")
	texts := map[string]string{"../site.conf": strings.ReplaceAll(s.config, "@ROOT@", root)}
	for name, content := range files {
		texts[name] = "CONTENT[" + content + "]\n"
	}
	for folder, text := range s.access {
		texts[filepath.Join(folder, ".htaccess")] = text
	}
	for name, text := range texts {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	for d := dir; d != "/" && d != "."; d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755) // httpd's children run as another user
	}
	return nil
}

// httpdConf is the configuration of httpd around a site.
const httpdConf = `ServerRoot %[1]s
PidFile %[1]s/httpd.pid
ServerName bench.example
Listen %[2]s
Timeout 10
KeepAlive On
User www-data
Group www-data
ErrorLog %[1]s/error.log
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_host_module /usr/lib/apache2/modules/mod_authz_host.so
LoadModule access_compat_module /usr/lib/apache2/modules/mod_access_compat.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule reqtimeout_module /usr/lib/apache2/modules/mod_reqtimeout.so
TypesConfig /etc/mime.types
ThreadLimit 64
ThreadsPerChild 64
MaxRequestWorkers 128
ServerLimit 2
<Directory />
Options FollowSymLinks
AllowOverride None
Require all denied
</Directory>
<Directory %[3]s>
Options FollowSymLinks
AllowOverride All
Require all granted
</Directory>
`

// conf returns httpd's configuration with the site in it.
func (s site) conf(dir, addr string) string {
	root := filepath.Join(dir, "htdocs")
	conf := fmt.Sprintf(httpdConf, dir, addr, root)
	include := "Include " + filepath.Join(dir, "site.conf") + "\n"
	if s.whole {
		return conf + include
	}
	return conf + "<VirtualHost *>\nDocumentRoot " + root + "\n" + include + s.httpd + "</VirtualHost>\n"
}
