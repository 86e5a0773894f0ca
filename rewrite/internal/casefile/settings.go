package casefile

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/hosts"
)

// settings reads the "-- settings --" entries.
func (p *fileParser) settings(fsys fs.FS, entries []entry) {
	s := &p.f.Settings
	s.DocumentRoot, s.Hosts = defaultRoot, hosts.Local()
	type outside struct {
		line int
		arg  string
	}
	var rulesets, folders []outside
	for _, e := range entries {
		if e.name != "settings" {
			continue
		}
		sectionLines(e, func(n int, text string) {
			word, arg := cutWord(text)
			if word == "ruleset" {
				rulesets = append(rulesets, outside{n, arg})
				return
			}
			if word == "files" {
				folders = append(folders, outside{n, arg})
				return
			}
			if err := s.set(word, arg); err != nil {
				p.add(n, "%v", err)
			}
		})
	}
	for _, d := range folders {
		p.mount(fsys, d.line, d.arg)
	}
	for _, r := range rulesets {
		t, err := p.f.ruleset(fsys, r.arg)
		if err != nil {
			p.add(r.line, "%v", err)
			continue
		}
		p.addText(r.line, t)
	}
}

// mount adds a real folder.
func (p *fileParser) mount(fsys fs.FS, line int, arg string) {
	m, err := p.f.mount(fsys, arg)
	if err != nil {
		p.add(line, "%v", err)
		return
	}
	m.line = line
	for _, other := range p.f.Mounts {
		if other.Path == m.Path {
			p.add(line, "files from: %s is taken by line %d", m.Path, other.line)
			return
		}
	}
	p.f.Mounts = append(p.f.Mounts, m)
}

// set applies one setting.
func (s *Settings) set(word, arg string) error {
	switch word {
	case "engine":
		if arg != "on" && arg != "off" {
			return errors.New("engine is on or off")
		}
		s.EngineOn = arg == "on"
	case "dialect":
		d, err := dialect.Parse(arg)
		if err != nil {
			return err
		}
		s.Dialect = d
	case "document-root":
		if !path.IsAbs(arg) || path.Clean(arg) != arg {
			return fmt.Errorf("document-root %q is not an absolute path in its shortest form", arg)
		}
		s.DocumentRoot = arg
	case "now":
		t, err := time.Parse(time.RFC3339, arg)
		if err != nil {
			return fmt.Errorf("now %q is not a time such as 2026-02-28T23:59:00+01:00", arg)
		}
		s.Now = t
	case "define":
		return setPair(&s.Defines, word, arg)
	case "os-env":
		return setPair(&s.OSEnv, word, arg)
	case "host":
		return s.host(arg)
	case "ptr":
		return s.claim(arg)
	case "handled":
		if arg == "" {
			return errors.New("handled names no directive")
		}
		s.Handled = append(s.Handled, strings.Fields(arg)...)
	default:
		return fmt.Errorf("unknown setting %q%s", word, suggest(word, settingWords()))
	}
	return nil
}

// host parses "NAME ADDRESS…": a name with its addresses, which in turn have it.
func (s *Settings) host(arg string) error {
	words := strings.Fields(arg)
	if len(words) < 2 {
		return errors.New("host wants NAME ADDRESS…")
	}
	for _, word := range words[1:] {
		addr, err := netip.ParseAddr(word)
		if err != nil {
			return fmt.Errorf("host: %q is not an IP address", word)
		}
		s.Hosts.Add(words[0], addr)
	}
	return nil
}

// claim parses "ADDRESS NAME": the name that an address says it has.
func (s *Settings) claim(arg string) error {
	word, name := cutWord(arg)
	addr, err := netip.ParseAddr(word)
	if err != nil || name == "" || strings.ContainsAny(name, " \t") {
		return errors.New("ptr wants ADDRESS NAME")
	}
	s.Hosts.Claim(addr, name)
	return nil
}

// setPair adds NAME=VALUE, or NAME alone, to a map.
func setPair(m *map[string]string, word, arg string) error {
	name, value, _ := strings.Cut(arg, "=")
	if name == "" {
		return fmt.Errorf("%s wants NAME=VALUE", word)
	}
	value, err := unquote(value)
	if err != nil {
		return err
	}
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[name] = value
	return nil
}

// callName is what a ruleset beside the case file is called in expectations:
// its path without the way up, so that the name does not depend on which folder
// is under test.
func callName(rel string) string {
	rel = path.Clean(rel)
	for strings.HasPrefix(rel, "../") {
		rel = rel[len("../"):]
	}
	return rel
}

// ruleset reads "PATH" or "PATH as NAME": a ruleset that lies beside the case
// file, so that the file in use is tested and not a copy of it.
func (f *File) ruleset(fsys fs.FS, arg string) (*Text, error) {
	rel, as, _ := strings.Cut(arg, " as ")
	rel, as = strings.TrimSpace(rel), strings.TrimSpace(as)
	if rel == "" {
		return nil, errors.New("ruleset names no file")
	}
	name := path.Join(path.Dir(f.Name), rel)
	if path.IsAbs(rel) || !fs.ValidPath(name) {
		return nil, fmt.Errorf("ruleset %s lies outside the folder under test: test a folder that holds both", rel)
	}
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("ruleset %s: %w", rel, err)
	}
	t := &Text{Name: callName(rel), Source: name, Content: string(src)}
	switch {
	case as == "httpd.conf":
		t.Path = mainConfPath
	case as == "vhost.conf", as == "" && path.Base(name) != ".htaccess":
		t.Path = vhostConfPath
	default:
		if as == "" {
			as = ".htaccess"
		}
		t.Path, err = f.place(as)
	}
	return t, err
}
