package replay

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/hosts"
)

// Modules are the modules of the server that cases are written for, by the
// names that <IfModule> knows them by, less "mod_" and ".c" or "_module".
func Modules() []string {
	return strings.Fields(`core so watchdog log_config logio version unixd mpm_event
		authz_core authz_host authn_core rewrite alias env setenvif headers expires mime
		proxy proxy_http dbd authn_dbm socache_shmcb ssl actions access_compat filter
		auth_basic authn_file authz_user deflate oracle`)
}

// hasModule returns what answers <IfModule>. more are modules beside those of
// Modules.
func hasModule(more ...string) func(name string) bool {
	present := map[string]bool{"event.c": true, "http_core.c": true, "http_module": true}
	for _, m := range append(Modules(), more...) {
		present["mod_"+m+".c"] = true
		present[m+"_module"] = true
	}
	// These two files are not named after their modules.
	delete(present, "mod_mpm_event.c")
	delete(present, "mod_core.c")
	present["core.c"] = true
	return func(name string) bool { return present[name] }
}

// SecondHost is the name of the host that Case.Second configures.
const SecondHost = "second.example.com"

// serverText is the configuration of c's server: a virtual host for plain
// requests and one for encrypted ones, each of which includes the case's text,
// and the same again for its second host.
func serverText(c *Case) string {
	var b strings.Builder
	b.WriteString(`ServerName www.example.com
<Directory />
Options FollowSymLinks
AllowOverride None
Require all granted
</Directory>
`)
	place := c.Place
	for _, ports := range [][2]int{{80, place.Port}, {443, place.TLSPort}} {
		writeHost(&b, place, ports, DefaultHost, place.config())
		if c.Second != "" {
			writeHost(&b, place, ports, SecondHost, place.secondConfig())
		}
	}
	return b.String()
}

// writeHost writes a virtual host that includes a file. ports are the one in
// its name and the one where it listens.
func writeHost(b *strings.Builder, place Place, ports [2]int, name, file string) {
	fmt.Fprintf(b, `<VirtualHost %s:%d>
ServerName %s:%d
DocumentRoot %[5]s
<Directory %[5]s>
AllowOverride All
Options FollowSymLinks
Require all granted
</Directory>
Include %[6]s
</VirtualHost>
`, place.Addr, ports[1], name, ports[0], place.Root, file)
}

// site is a case's server: its engine and where it stands.
type site struct {
	engine *matcher.Engine
	db     *sql.DB
	files  *fileSystem
	place  Place
	log    func(line string)
}

// newSite compiles the configuration of c. refused says what is wrong with the
// configuration; err that c itself can't be used.
func newSite(c *Case, tree *Tree) (s *site, refused, err error) {
	place := c.Place
	files, err := newFileSystem(place.Root, tree)
	if err != nil {
		return nil, nil, err
	}
	for name, text := range c.Files {
		if err := files.add(place.Root+"/"+bytesOf(name), Decode(text, place.Root)); err != nil {
			return nil, nil, err
		}
	}
	if err := files.add(place.config(), Decode(c.Vhost, place.Root)+"\n"); err != nil {
		return nil, nil, err
	}
	if c.Second != "" {
		if err := files.add(place.secondConfig(), Decode(c.Second, place.Root)+"\n"); err != nil {
			return nil, nil, err
		}
	}
	opts := parser.Options{
		FS:         files,
		HasModule:  hasModule(c.Modules...),
		Getenv:     getenv,
		ServerRoot: "/etc/apache2",
	}
	conf, err := parser.Parse("httpd.conf", []byte(serverText(c)), &opts)
	if err != nil {
		return nil, err, nil
	}
	db := sql.OpenDB(noDatabase{})
	engine, err := matcher.Compile(conf, &matcher.Options{
		FS:         files,
		Getenv:     getenv,
		Revalidate: -1,
		Programs:   c.Programs,
		DB:         db,
		Linear:     c.Linear,
		Resolver:   c.hosts(),

		Directories: c.Directories,
		// What is compared is the result and not the time, which a busy machine
		// stretches beyond the default; and httpd takes any number of sub-requests.
		Limits: matcher.Limits{OverrunIsNoMatch: true, Time: time.Minute, SubrequestsTotal: 1 << 20},
	})
	if err != nil {
		return nil, err, db.Close()
	}
	return &site{engine, db, files, place, c.Log}, nil, nil
}

// hosts returns the host names of c's world.
func (c *Case) hosts() *hosts.Table {
	if c.Hosts != nil {
		return c.Hosts
	}
	return hosts.Local()
}

// close ends what the engine may have started.
func (s *site) close() {
	s.engine.Close()
	_ = s.db.Close() // nothing was open
}

// getenv answers for the server's own environment. Cases know none, so that
// their results don't depend on who runs them.
func getenv(string) (string, bool) { return "", false }
