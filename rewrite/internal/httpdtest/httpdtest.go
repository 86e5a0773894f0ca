// Package httpdtest answers cases of package replay with a real Apache httpd.
// It decides what the engine ought to do.
//
// It needs Linux, httpd 2.4 as the program apache2, its modules, and apxs2
// with a C compiler: on Debian the packages apache2 and apache2-dev. The
// server listens on loopback only, on free ports, and writes below the
// temporary folder only. It ends with the process that started it, however
// that process ends.
package httpdtest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/hosts"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// ErrNotInstalled says that httpd or what builds its modules is missing.
var ErrNotInstalled = errors.New("apache2 or apxs2 is not installed")

//go:embed module/mod_state.c
var moduleSource []byte

//go:embed module/names.c
var namesSource []byte

// Harness runs cases in httpd. It is not safe for concurrent use.
type Harness struct {
	// Tree holds files that every document root has beside a case's own. It is
	// set before the first run.
	Tree *replay.Tree

	dir     string       // the temporary folder of everything
	runs    int          // servers started so far
	roots   map[int]bool // the document roots that hold the files of Tree
	cleaner *exec.Cmd    // removes dir if this process ends without Close
	alive   io.Closer    // keeps cleaner waiting
}

// New prepares a harness: it builds the module that answers requests. It
// returns ErrNotInstalled where there is no httpd. Close the harness in the
// end.
func New(ctx context.Context) (*Harness, error) {
	for _, program := range []string{"apache2", "apxs2"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotInstalled, err)
		}
	}
	// Where a result depends on the path of the document root, it depends on
	// the shape of this name, which is that of replay.NthPlace.
	dir, err := os.MkdirTemp("", "oracle-")
	if err != nil {
		return nil, err
	}
	h := &Harness{dir: dir, roots: map[int]bool{}}
	if err := h.startCleaner(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	// The server may run under a user of its own.
	err = os.Chmod(dir, 0o755)
	if err == nil {
		err = h.buildModule(ctx)
	}
	if err == nil {
		err = h.buildNames(ctx)
	}
	if err == nil {
		err = h.makeCertificate()
	}
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// Close removes the harness's files.
func (h *Harness) Close() error {
	err := h.alive.Close()
	return errors.Join(err, h.cleaner.Wait(), os.RemoveAll(h.dir))
}

// clean removes the folder $1 once standard input ends, which it does when the
// process that holds its other end closes it or is gone. A server that ends for
// the same reason may still write there.
const clean = `read -r line
for try in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && exit 0; sleep 1; done`

func (h *Harness) startCleaner() error {
	// It is not bound to a context: it ends with Close or with this process.
	h.cleaner = exec.Command("sh", "-c", clean, "sh", h.dir)
	alive, err := h.cleaner.StdinPipe()
	if err != nil {
		return err
	}
	h.alive = alive
	return h.cleaner.Start()
}

// Require returns a harness that is closed when the test ends. Where httpd is
// not installed it skips the test, or fails it if the environment variable
// REQUIRE_HTTPD is set.
func Require(tb testing.TB) *Harness {
	tb.Helper()
	h, err := New(tb.Context())
	if errors.Is(err, ErrNotInstalled) && os.Getenv("REQUIRE_HTTPD") == "" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Close(); err != nil {
			tb.Error(err)
		}
	})
	return h
}

func (h *Harness) buildModule(ctx context.Context) error {
	if err := os.WriteFile(filepath.Join(h.dir, "mod_state.c"), moduleSource, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "apxs2", "-c", "mod_state.c")
	cmd.Dir = h.dir
	if msg, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apxs2: %w\n%s", err, msg)
	}
	return nil
}

// buildNames builds what answers httpd's questions for host names.
func (h *Harness) buildNames(ctx context.Context) error {
	if err := os.WriteFile(filepath.Join(h.dir, "names.c"), namesSource, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", `"$(apxs2 -q CC)" -shared -fPIC -O1 -o names.so names.c -ldl`)
	cmd.Dir = h.dir
	if msg, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("names.c: %w\n%s", err, msg)
	}
	return nil
}

// writeNames writes the host names of all cases, which must not contradict each
// other, and localhost.
func (h *Harness) writeNames(cases []*replay.Case) error {
	all := hosts.Local()
	for _, c := range cases {
		if c.Hosts != nil {
			all.Merge(c.Hosts)
		}
	}
	var text bytes.Buffer
	if _, err := all.WriteTo(&text); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(h.dir, "names"), text.Bytes(), 0o644)
}

// makeCertificate writes the server's key and a certificate for it.
func (h *Harness) makeCertificate() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: replay.DefaultHost},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	write := func(name, kind string, der []byte) error {
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		return os.WriteFile(filepath.Join(h.dir, name), text, 0o600)
	}
	return errors.Join(write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", private))
}
