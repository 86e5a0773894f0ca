package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// denied is an access file that refuses everything; n tells two of the same
// length apart.
func denied(n int) string { return fmt.Sprintf("# version %06d\nRequire all denied\n", n) }

// moved is an access file that redirects everything; it has the length of denied.
func moved(n int) string {
	return fmt.Sprintf("Redirect 302 / /m-%06d\n#%s\n", n, strings.Repeat(".", 9))
}

// soakAccessFiles edits, replaces, truncates and removes access files, and takes
// away the right to read them.
func soakAccessFiles(ctx context.Context, b *bench) error {
	dirs := []string{"replaced", "edited", "removed", "unreadable", "twin"}
	for _, dir := range dirs {
		for name, text := range map[string]string{".htaccess": denied(0), "page.html": "page"} {
			if err := b.write("htdocs/"+dir+"/"+name, text); err != nil {
				return err
			}
		}
	}
	if err := b.serve(ctx, nil, "-root", b.path("htdocs")); err != nil {
		return err
	}
	l := &load{
		target: func(i int) string { return "/" + dirs[i%len(dirs)] + "/page.html" },
		check: func(i int, a *answer) error {
			switch dirs[i%len(dirs)] {
			case "replaced", "unreadable":
				if a.status != 403 {
					return errors.New("let through")
				}
			case "edited", "removed", "twin":
				// Every state in between is one that the site has been in.
				if a.status >= 400 && a.status != 403 && a.status != 500 {
					return errors.New("not an answer of any version")
				}
			}
			return nil
		},
	}
	return b.under(ctx, l, 0, func(ctx context.Context) error {
		for n := 1; n <= *changes && ctx.Err() == nil; n++ {
			if err := b.changeAccessFiles(n); err != nil {
				return err
			}
			b.changes++
		}
		return nil
	})
}

// changeAccessFiles makes the changes of round n. Once one is made, the next
// request must see it.
func (b *bench) changeAccessFiles(n int) error {
	access := func(dir string) string { return b.path("htdocs/" + dir + "/.htaccess") }
	steps := []struct {
		dir    string
		change func() error
		want   int
	}{
		{"replaced", func() error { return b.write("htdocs/replaced/.htaccess", denied(n)) }, 403},
		{"edited", func() error { return os.WriteFile(access("edited"), []byte(moved(n)), 0o644) }, 302},
		{"edited", func() error { return os.Truncate(access("edited"), 0) }, 200},
		{"edited", func() error { return os.WriteFile(access("edited"), []byte(denied(n)), 0o644) }, 403},
		{"removed", func() error { return os.Remove(access("removed")) }, 200},
		{"removed", func() error { return b.write("htdocs/removed/.htaccess", denied(n)) }, 403},
		{"unreadable", func() error { return os.Chmod(access("unreadable"), 0) }, 403},
		{"unreadable", func() error { return os.Chmod(access("unreadable"), 0o644) }, 403},
		{"twin", func() error { return b.writeTwin("htdocs/twin/.htaccess", moved(n)) }, 302},
		{"twin", func() error { return b.writeTwin("htdocs/twin/.htaccess", denied(n)) }, 403},
	}
	for _, s := range steps {
		if err := s.change(); err != nil {
			return err
		}
		a, err := get(b.addr, "/"+s.dir+"/page.html")
		if err != nil {
			return err
		}
		if a.status != s.want {
			return fmt.Errorf("round %d: after a change in %s the status is %d, not %d", n, s.dir, a.status, s.want)
		}
	}
	return nil
}

// writeTwin replaces a file by one of the same size and time.
func (b *bench) writeTwin(name, text string) error {
	path := b.path(name)
	before, err := os.Stat(path)
	if err != nil {
		return err
	}
	if int64(len(text)) != before.Size() {
		return fmt.Errorf("%s: %d bytes, not %d", name, len(text), before.Size())
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil {
		return err
	}
	if err := os.Chtimes(path+".new", before.ModTime(), before.ModTime()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// mapKeys is how many keys the maps have.
const mapKeys = 2000

func mapFile(version string) string {
	var s strings.Builder
	for i := range mapKeys {
		fmt.Fprintf(&s, "key%d %s-%d\n", i, version, i)
	}
	return s.String()
}

// soakMapFile replaces a map file, and takes away the right to read it.
func soakMapFile(ctx context.Context, b *bench) error {
	conf := fmt.Sprintf("DocumentRoot %s\nRewriteEngine On\nRewriteMap m txt:%s\nRewriteRule ^/m/(.*)$ /${m:$1|none} [R,L]\n",
		b.path("htdocs"), b.path("map.txt"))
	for name, text := range map[string]string{"site.conf": conf, "map.txt": mapFile(versions[0])} {
		if err := b.write(name, text); err != nil {
			return err
		}
	}
	if err := b.serve(ctx, nil, "-config", b.path("site.conf")); err != nil {
		return err
	}
	l := &load{
		target: func(i int) string { return fmt.Sprintf("/m/key%d", i%mapKeys) },
		check: func(i int, a *answer) error {
			for _, v := range versions {
				if a.status == 302 && a.location == fmt.Sprintf("http://www.example.com/%s-%d", v, i%mapKeys) {
					return nil
				}
			}
			return errors.New("not a value of the map")
		},
	}
	err := b.under(ctx, l, 0, func(ctx context.Context) error {
		for n := 1; n <= *changes && ctx.Err() == nil; n++ {
			if err := b.write("map.txt", mapFile(versions[n%2])); err != nil {
				return err
			}
			if err := b.expectRedirect("/m/key7", versions[n%2]+"-7"); err != nil {
				return err
			}
			b.changes++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.failMapFile()
}

// failMapFile checks that a key of a map that cannot be read has no value of an
// older version's, and that the map recovers.
func (b *bench) failMapFile() error {
	if err := os.Chmod(b.path("map.txt"), 0); err != nil {
		return err
	}
	a, err := get(b.addr, "/m/key7")
	if err != nil {
		return err
	}
	if a.status == 302 && !strings.HasSuffix(a.location, "/none") {
		return fmt.Errorf("with an unreadable map the answer is %d to %q", a.status, a.location)
	}
	if err := b.write("map.txt", mapFile("third")); err != nil {
		return err
	}
	return b.expectRedirect("/m/key7", "third-7")
}

func (b *bench) expectRedirect(target, to string) error {
	a, err := get(b.addr, target)
	if err != nil {
		return err
	}
	if a.location != "http://www.example.com/"+to {
		return fmt.Errorf("%s leads to %q with status %d, not to %q", target, a.location, a.status, to)
	}
	return nil
}

// mapScript answers a key with itself.
const mapScript = `#!/bin/sh
echo $$ >> "$0.pids"
while read -r key; do echo "value-$key"; done
`

// soakProgram kills the program that answers a map, again and again. A key has
// its value, an empty one of the program that ended, or the request is denied;
// never has it the value of another key.
func soakProgram(ctx context.Context, b *bench) error {
	conf := fmt.Sprintf("DocumentRoot %s\nRewriteEngine On\nRewriteMap m prg:%s\nRewriteRule ^/m/(.*)$ /${m:$1|none} [R,L]\n",
		b.path("htdocs"), b.path("map.sh"))
	for name, text := range map[string]string{"site.conf": conf, "map.sh": mapScript, "map.sh.pids": ""} {
		if err := b.write(name, text); err != nil {
			return err
		}
	}
	if err := os.Chmod(b.path("map.sh"), 0o755); err != nil { //nolint:gosec // the server runs it
		return err
	}
	if err := os.Chmod(b.path("map.sh.pids"), 0o666); err != nil { //nolint:gosec // the program writes it
		return err
	}
	if err := b.serve(ctx, nil, "-config", b.path("site.conf"), "-programs"); err != nil {
		return err
	}
	l := &load{
		target: func(i int) string { return fmt.Sprintf("/m/key%d", i) },
		check: func(i int, a *answer) error {
			switch {
			case a.status == 302 && a.location == fmt.Sprintf("http://www.example.com/value-key%d", i),
				a.status == 302 && a.location == "http://www.example.com/",
				a.status == 500:
				return nil
			}
			return errors.New("not a value of this key")
		},
	}
	return b.under(ctx, l, 0, func(ctx context.Context) error {
		for range max(*changes/20, 5) {
			time.Sleep(100 * time.Millisecond)
			if err := b.killProgram(); err != nil {
				return err
			}
			b.changes++
		}
		return b.recovered(ctx)
	})
}

// killProgram kills the program that was started last.
func (b *bench) killProgram() error {
	text, err := os.ReadFile(b.path("map.sh.pids"))
	if err != nil {
		return err
	}
	pids := strings.Fields(string(text))
	if len(pids) == 0 {
		return errors.New("the program was never started")
	}
	var pid int
	if _, err := fmt.Sscan(pids[len(pids)-1], &pid); err != nil {
		return err
	}
	if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err != nil || !strings.Contains(filepath.Base(exe), "sh") {
		return nil // it is not started again yet
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

// recovered waits until the program answers again.
func (b *bench) recovered(ctx context.Context) error {
	var err error
	for range 200 {
		if err = b.expectRedirect("/m/last", "value-last"); err == nil || ctx.Err() != nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}
