// Package dokuwiki has a browser use DokuWiki under apache2 and under modrewrite.
package dokuwiki

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

const (
	installed = "/usr/share/dokuwiki"
	packaged  = "/etc/dokuwiki/apache.conf"
	password  = "wiki secret"
)

// missing skips the test, or fails it where all that it needs has to be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("REQUIRE_DOKUWIKI") != "" {
		t.Fatalf("there is no %s", what)
	}
	t.Skipf("SKIPPED: there is no %s: apt-get install dokuwiki php-fpm apache2 chromium", what)
}

// program returns the path of one of several programs.
func program(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		if paths, _ := filepath.Glob(name); len(paths) > 0 {
			return paths[0]
		}
	}
	missing(t, names[0])
	return ""
}

// wiki is an instance of the installed DokuWiki with users and pages of its own, run by a
// PHP-FPM of its own.
type wiki struct{ socket string }

// newWiki starts an instance.
func newWiki(t *testing.T) wiki {
	t.Helper()
	dir := httpdtest.Folder(t)
	conf := filepath.Join(dir, "conf")
	for from, to := range map[string]string{"/etc/dokuwiki": conf, "/var/lib/dokuwiki/data": filepath.Join(dir, "data")} {
		out, err := exec.Command("cp", "-rL", from, to).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	sum := md5.Sum([]byte(password))
	for name, text := range map[string]string{
		"conf/users.auth.php": "walker:" + hex.EncodeToString(sum[:]) + ":Walker:walker@example.org:user\n",
		"conf/acl.auth.php":   "*\t@ALL\t1\n*\t@user\t8\n",
		"conf/local.php": "<?php\n$conf['title'] = 'Walk';\n$conf['useacl'] = 1;\n$conf['userewrite'] = 1;\n$conf['useslash'] = 1;\n" +
			"$conf['updatecheck'] = 0;\n$conf['savedir'] = '" + dir + "/data';\n",
		"preload.php": "<?php define('DOKU_CONF', '" + conf + "/');\n",
	} {
		name = filepath.Join(dir, name)
		_ = os.Remove(name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	require.NoError(t, giveAway(dir))
	return wiki{socket: startFPM(t, dir)}
}

// giveAway has everything below dir belong to the user that servers run as.
func giveAway(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("www-data")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return filepath.Walk(dir, func(name string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(name, uid, gid)
	})
}

// startFPM starts a PHP-FPM, with the extensions that are installed, and returns its socket.
func startFPM(t *testing.T, dir string) string {
	t.Helper()
	fpm := program(t, "/usr/sbin/php-fpm*")
	socket, conf := filepath.Join(dir, "fpm.sock"), filepath.Join(dir, "fpm.conf")
	text := "[global]\nerror_log = " + dir + "/fpm.log\n[www]\nlisten = " + socket + "\npm = static\npm.max_children = 4\n" +
		"php_admin_value[auto_prepend_file] = " + dir + "/preload.php\n"
	if os.Geteuid() == 0 {
		text += "user = www-data\ngroup = www-data\nlisten.owner = www-data\nlisten.group = www-data\n"
	}
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	run(t, exec.Command(fpm, "-F", "-y", conf), "unix", socket)
	return socket
}

// run runs a server until the test ends, and returns when it answers.
func run(t *testing.T, cmd *exec.Cmd, network, address string) {
	t.Helper()
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	for range 400 {
		if conn, err := net.Dial(network, address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("%s does not answer at %s", cmd.Path, address)
}

var commented = regexp.MustCompile(`(?m)^(\s*)#(Rewrite)`)

// config is the configuration that the package installs, with its rules for pretty URLs,
// which are comments, switched on, and scripts sent to the wiki's PHP-FPM.
func (w wiki) config(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(packaged)
	require.NoError(t, err)
	require.Regexp(t, commented, string(text))
	return fmt.Sprintf("DocumentRoot /var/www\nDirectoryIndex index.php index.html\nTypesConfig /etc/mime.types\nAlias /javascript /usr/share/javascript\n"+
		"<FilesMatch \"^\\.ht\">\nRequire all denied\n</FilesMatch>\n<Directory /usr/share/javascript>\nOptions FollowSymLinks\nRequire all granted\n</Directory>\n"+
		"%s\n<FilesMatch \"\\.php$\">\nSetHandler \"proxy:unix:%s|fcgi://localhost\"\n</FilesMatch>\n", commented.ReplaceAllString(string(text), "$1$2"), w.socket)
}

// underApache returns the address of an apache2 with a wiki.
func underApache(t *testing.T) string {
	t.Helper()
	return httpdtest.Serve(t, newWiki(t).config(t), "proxy", "proxy_fcgi")
}

// underServe returns the address of a modrewrite serve with a wiki.
func underServe(t *testing.T) string {
	t.Helper()
	dir := httpdtest.Folder(t)
	command := filepath.Join(dir, "modrewrite")
	build := exec.Command("go", "build", "-o", command, "./rewrite/cmd/modrewrite")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	w := newWiki(t)
	conf := filepath.Join(dir, "wiki.conf")
	require.NoError(t, os.WriteFile(conf, []byte(w.config(t)), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	run(t, exec.Command(command, "serve", "-config", conf, "-listen", address, "-fcgi", "unix:"+w.socket), "tcp", address)
	return address
}
