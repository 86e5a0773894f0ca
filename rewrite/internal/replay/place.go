package replay

import (
	"fmt"
	"path"
)

// Place is where the server of a case stands. Results can depend on it, as a
// rule may match against the document root's path, so two sets of
// results are compared only if they were made at the same place.
type Place struct {
	Root string // the document root: absolute, clean, not "/"
	Addr string // the server's address
	// Port is where the server listens for plain connections, TLSPort for
	// encrypted ones. Its ServerName has 80 and 443 whatever they are.
	Port, TLSPort int
}

// batch is how many cases shared one server when cases were recorded.
const batch = 500

// NthPlace returns the place of case n of a run, counted from 0. It has the
// shape of the places where cases were recorded.
func NthPlace(n int) Place {
	i := n % batch
	return Place{
		Root: fmt.Sprintf("/tmp/oracle-3384094613/%d/%d/htdocs", n/batch, i),
		Addr: fmt.Sprintf("127.1.%d.%d", i/200, i%200+1),
		Port: 18080, TLSPort: 18081,
	}
}

// config is the name of the file that holds the text inside <VirtualHost>.
func (p Place) config() string { return path.Join(path.Dir(p.Root), "vhost.conf") }

// secondConfig is the same for a case's second host.
func (p Place) secondConfig() string { return path.Join(path.Dir(p.Root), "second.conf") }
