package httpdtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// root returns the nth document root of the harness. The first time it makes
// it, with the files of the harness's tree: as it has many, document roots are
// kept from run to run.
func (h *Harness) root(n int) (string, error) {
	name := filepath.Join(h.dir, "0", fmt.Sprint(n), "htdocs")
	if h.roots[n] {
		return name, nil
	}
	err := h.Tree.Write(name)
	if err == nil {
		h.roots[n] = true
	}
	return name, err
}

// install writes the files of the server's cases and sets their places. Cases
// with the same files share a document root.
func (s *server) install() error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	s.files = map[int]map[string]string{}
	same := map[string]int{}
	for i, c := range s.cases {
		c.ConfigError, c.Results = "", nil
		files, err := json.Marshal(c.Files)
		if err != nil {
			return err
		}
		n, there := same[string(files)]
		if !there {
			n = i
			same[string(files)] = n
		}
		root, err := s.harness.root(n)
		if err != nil {
			return err
		}
		c.Place = replay.Place{Root: root, Addr: fmt.Sprintf("127.1.%d.%d", i/200, i%200+1)}
		if !there {
			s.files[n] = c.Files
			if err := writeFiles(c); err != nil {
				return fmt.Errorf("case %q: %w", c.Name, err)
			}
		}
		for name, text := range map[string]string{s.hostConfig(i): c.Vhost, s.secondConfig(i): c.Second} {
			if err := os.WriteFile(name, []byte(replay.Decode(text, root)+"\n"), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeFiles writes the files of c.
func writeFiles(c *replay.Case) error {
	for name, text := range c.Files {
		name = filepath.Join(c.Place.Root, replay.Decode(name, ""))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		// Where the tree has a link, it must not be followed.
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(name, []byte(replay.Decode(text, c.Place.Root)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// uninstall removes what install wrote.
func (s *server) uninstall() error {
	errs := []error{os.RemoveAll(s.dir)}
	for n, files := range s.files {
		errs = append(errs, s.harness.clear(n, files))
	}
	return errors.Join(errs...)
}

// clear removes files from the nth document root.
func (h *Harness) clear(n int, files map[string]string) error {
	root := filepath.Join(h.dir, "0", fmt.Sprint(n), "htdocs")
	for name := range files {
		name = replay.Decode(name, "")
		if h.Tree.Has(name) {
			// The tree's own file is gone.
			delete(h.roots, n)
			return os.RemoveAll(root)
		}
		name = filepath.Join(root, name)
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		// The directories that were made for it are empty now. The tree has no
		// empty ones, and one that still holds something is not removed.
		for dir := filepath.Dir(name); len(dir) > len(root); dir = filepath.Dir(dir) {
			if os.Remove(dir) != nil {
				break
			}
		}
	}
	return nil
}
