package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

// fpmConf has as many processes as the machines that this is run on can use.
const fpmConf = `[global]
error_log=%[1]s/fpm.log
[www]
user=www-data
group=www-data
listen.owner=www-data
listen.group=www-data
listen=%[2]s
pm=static
pm.max_children=4
`

// phpHandler has scripts run by PHP-FPM, which all servers of the site share.
const phpHandler = `<FilesMatch "\.php$">
SetHandler "proxy:unix:%s|fcgi://localhost"
</FilesMatch>
`

// phpRule has a script make the page, below what paths begin with where it stands.
func phpRule(slash string) string {
	return "RewriteEngine On\nRewriteRule ^" + slash + "page\\.html$ " + slash + "page.php?page=1 [L,QSA]\n"
}

// phpPage writes the page that the other scenarios have as a file.
const phpPage = `<?php echo str_repeat("<p>small page</p>\n", 20);` + "\n"

// socket is where the site's PHP-FPM listens.
func (s site) socket() string { return filepath.Join(s.dir, "fpm.sock") }

// writePHP writes what a site with PHP has beside the others.
func (s site) writePHP() error {
	if err := os.WriteFile(filepath.Join(s.root, "page.php"), []byte(phpPage), 0o644); err != nil {
		return err
	}
	rules := fmt.Sprintf(phpHandler, s.socket())
	if s.access == "" {
		rules += phpRule("/")
	}
	return os.WriteFile(s.rules, []byte(rules), 0o644)
}

// fpm returns the command of PHP-FPM, "" if it is not installed.
func fpm() string {
	names, _ := filepath.Glob("/usr/sbin/php-fpm*")
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// startFPM starts the site's PHP-FPM.
func startFPM(ctx context.Context, s site) (*server.Server, error) {
	conf := filepath.Join(s.dir, "fpm.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, fpmConf, s.dir, s.socket()), 0o644); err != nil {
		return nil, err
	}
	return server.Start(exec.CommandContext(ctx, fpm(), "-n", "-F", "-y", conf), s.socket(), filepath.Join(s.dir, "fpm.out"))
}
