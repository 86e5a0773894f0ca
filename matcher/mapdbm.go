package matcher

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/dbm"
	"github.com/modrewrite-go/modrewrite/parser"
)

// dbmMap compiles a dbm: map, nil if it has an error. The default type is that
// of Debian's httpd and httxt2dbm, Berkeley DB.
func (c *compiler) dbmMap(n *parser.RewriteMap) Map {
	m := c.newFileMap(c.engine.serverPath(n.Path), n.Extent)
	switch strings.ToLower(n.DBMType) {
	case "", "default", "db":
		m.parse = dbm.Berkeley
	case "sdbm":
		m.also, m.path, m.parse = m.path+".dir", m.path+".pag", dbm.SDBM
	default:
		c.report(parser.Error, CodeUnsupported, n.Spec.Extent, "make the file with httxt2dbm -f DB or -f SDBM",
			"dbm files of type %s are not supported", n.DBMType)
		return nil
	}
	check := cmp.Or(m.also, m.path)
	if _, err := c.engine.files.stat(check); err != nil {
		c.noMapFile(n, check)
		return nil
	}
	return m
}
