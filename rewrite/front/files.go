package front

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// MaxFile is how large a file of [Files] can be, in bytes.
const MaxFile = 32 << 20

// Settle is how long files must not have changed to be read again.
const Settle = 100 * time.Millisecond

// Files are files that a server reads again when their content has changed. Their size
// and time do not count. The zero value has none.
type Files struct {
	Log *slog.Logger // receives what Watch does; nil means slog.Default()
	all []*group
}

// group are files that are used together.
type group struct {
	names []string
	use   func(contents [][]byte) error
	seen  string // a hash of what use was given last
	said  string // the last error
}

// Add reads regular files of at most [MaxFile] bytes and gives their contents to use, now
// and, while Watch runs, after each change of one of them. With an error of use what was
// read before stays in use. The error of Add is that of the first time, after which they
// are watched, too. It must not be called while Watch runs.
func (f *Files) Add(use func(contents [][]byte) error, names ...string) error {
	g := &group{names: names, use: use}
	f.all = append(f.all, g)
	_, err := g.load(0)
	return err
}

// Watch looks at the files every so often, and whenever something comes from now, until
// ctx ends. A change counts once the files have stood still for [Settle]; what keeps
// changing is left for the next time. The log has a line for what is read again, and one
// for each error until that or the file changes. Without a time that is positive it only
// waits for now.
func (f *Files) Watch(ctx context.Context, every time.Duration, now <-chan os.Signal) {
	var look <-chan time.Time
	if every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		look = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-look:
		case <-now:
		}
		for _, g := range f.all {
			g.reload(f.log())
		}
	}
}

func (f *Files) log() *slog.Logger { return cmp.Or(f.Log, slog.Default()) }

func (g *group) reload(log *slog.Logger) {
	changed, err := g.load(Settle)
	said := g.said
	if g.said = fmt.Sprint(err); err != nil && (changed || g.said != said) {
		log.Error("not reloaded, what was read before stays", "files", g.names, "error", err)
	} else if err == nil && changed {
		log.Info("reloaded", "files", g.names)
	}
}

// load has contents used that have changed, and that stand still for a time. The first
// time, with nothing else in use, that is 0 and what is read is used.
func (g *group) load(still time.Duration) (changed bool, err error) {
	contents, hash, err := g.read()
	if err != nil || hash == g.seen {
		return false, err
	}
	if still > 0 {
		time.Sleep(still)
		if _, again, err := g.read(); err != nil || again != hash {
			return false, err
		}
	}
	g.seen = hash
	return true, g.use(contents)
}

// read returns the contents and a hash of them.
func (g *group) read() (contents [][]byte, hash string, err error) {
	sum := sha256.New()
	for _, name := range g.names {
		src, fileErr := fileid.ReadFile(name, MaxFile)
		contents, err = append(contents, src), errors.Join(err, fileErr)
		fmt.Fprintf(sum, "%d %s", len(src), src)
	}
	return contents, string(sum.Sum(nil)), err
}
