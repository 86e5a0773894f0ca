package casefile

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"
)

// Where the server's own configuration stands in a case's file system.
const (
	serverRoot    = "/etc/apache2"
	mainConfPath  = serverRoot + "/httpd.conf"
	vhostConfPath = serverRoot + "/vhost.conf"
)

// Find returns the case files below the root of fsys: every *.txtar file, in
// lexical order.
func Find(fsys fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".txtar" {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// Load reads and parses the case file name of fsys, together with the
// rulesets beside it that it names. The error holds every finding; those in
// the text are *SyntaxError.
func Load(fsys fs.FS, name string) (*File, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	return Parse(fsys, name, string(src))
}

// Parse parses src as the case file name, which need not be there. fsys serves the
// rulesets that lie beside it.
func Parse(fsys fs.FS, name, src string) (*File, error) {
	f := &File{Name: name, crlf: strings.Contains(src, "\r\n")}
	src = strings.ReplaceAll(src, "\r\n", "\n")
	f.lines = strings.Split(strings.TrimSuffix(src, "\n"), "\n")
	comment, entries := readArchive(src)
	f.Description = description(comment)

	p := &fileParser{f: f, problems: problems{name: name}}
	// The settings come first wherever they stand: they say where the
	// document root is.
	p.settings(fsys, entries)
	for _, e := range entries {
		p.entry(e)
	}
	p.finish()
	if err := p.err(); err != nil {
		return nil, err
	}
	return f, nil
}

// description returns the comment at the top without its comment signs.
func description(comment string) string {
	lines := strings.Split(comment, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(l, "#"), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// fileParser is the state of parsing one case file.
type fileParser struct {
	problems
	f *File
}

// entry adds one entry of the archive to the file.
func (p *fileParser) entry(e entry) {
	switch e.name {
	case "settings": // read before
	case "files":
		p.tree(e)
	case "requests":
		p.requests(e)
	case "findings":
		p.findings(e)
	case "vhost.conf":
		p.text(vhostConfPath, e.name, e)
	case "httpd.conf":
		p.text(mainConfPath, e.name, e)
	default:
		full, err := p.f.place(e.name)
		if err != nil {
			p.add(e.line, "%v", err)
			return
		}
		p.text(full, e.name, e)
	}
}

func (p *fileParser) text(full, name string, e entry) {
	p.addText(e.line, &Text{Path: full, Name: name, Source: p.f.Name, Line: e.line, Content: e.text})
}

func (p *fileParser) addText(line int, t *Text) {
	for _, other := range p.f.Texts {
		if other.Path == t.Path {
			p.add(line, "%s is there twice", t.Name)
			return
		}
	}
	t.Content = p.f.expandRoot(t.Content)
	p.f.Texts = append(p.f.Texts, t)
}

// finish checks what can be checked only when all is read.
func (p *fileParser) finish() {
	broken := false
	for _, e := range p.f.Findings {
		broken = broken || e.broken()
	}
	switch {
	case broken && len(p.f.Requests) > 0:
		p.add(p.f.Requests[0].Line, "a ruleset that is expected to have errors answers no requests")
	case len(p.f.Requests) == 0 && !p.f.HasFindings:
		p.add(max(1, len(p.f.lines)), `no requests: a case file has "-- requests --" or "-- findings --"%s`, p.f.misspeltEntry())
	}
	var main, vhost *Text
	for _, t := range p.f.Texts {
		switch t.Path {
		case mainConfPath:
			main = t
		case vhostConfPath:
			vhost = t
		}
	}
	if main != nil && vhost != nil {
		p.add(cmp.Or(vhost.Line, 1), "httpd.conf and vhost.conf exclude each other: put the virtual host into httpd.conf")
	}
}

// misspeltEntry returns a hint about an entry that is a file by its name and was
// hardly meant to be one.
func (f *File) misspeltEntry() string {
	for _, t := range f.Texts {
		if hint := suggest(t.Name, entryWords()); hint != "" {
			return "; " + t.Name + " is a file" + hint
		}
	}
	return ""
}

// place returns the absolute path of a name in the case: relative ones start
// at the document root.
func (f *File) place(name string) (string, error) {
	name = f.expandRoot(name)
	full := name
	if !path.IsAbs(name) {
		full = path.Join(f.Settings.DocumentRoot, name)
		if full != f.Settings.DocumentRoot && !strings.HasPrefix(full, strings.TrimSuffix(f.Settings.DocumentRoot, "/")+"/") {
			return "", errors.New(name + " lies outside the document root")
		}
	}
	full = path.Clean(full)
	if !fs.ValidPath(full[1:]) || full == f.Settings.DocumentRoot {
		return "", errors.New(name + " can't be the name of a file")
	}
	return full, nil
}

// expandRoot puts the document root in for its placeholder.
func (f *File) expandRoot(s string) string {
	return strings.ReplaceAll(s, rootPlaceholder, f.Settings.DocumentRoot)
}

// showRoot is the inverse of expandRoot. A document root that the case chose
// itself is shown as it is.
func (f *File) showRoot(s string) string {
	if f.Settings.DocumentRoot != defaultRoot {
		return s
	}
	return strings.ReplaceAll(s, defaultRoot, rootPlaceholder)
}

// showFile puts the placeholder before the name of a file in the document root,
// whatever that is.
func (f *File) showFile(name string) string {
	if rest, ok := strings.CutPrefix(name, f.Settings.DocumentRoot); ok && (rest == "" || rest[0] == '/') {
		return rootPlaceholder + rest
	}
	return name
}

// sectionLines calls line for every line of e that holds more than a comment.
func sectionLines(e entry, line func(n int, text string)) {
	for i, l := range strings.Split(e.text, "\n") {
		l = strings.TrimRight(l, " \t")
		if t := strings.TrimLeft(l, " \t"); t != "" && t[0] != '#' {
			line(e.line+1+i, l)
		}
	}
}

// cutWord splits off the first word.
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t")
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.Trim(s[i:], " \t")
}
