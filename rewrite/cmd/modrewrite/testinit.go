package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// maxDrafted bounds how many requests are tried for a first case file.
const maxDrafted = 20_000

// siteDraft is a first case file for a site.
type siteDraft struct {
	casefile.Draft

	dir    fs.FS  // the folder under test
	name   string // of the case file in it
	shown  string // what the site is called in it
	within string // what is put before names of the witnesses' rules
}

// runInit writes a first case file: requests that the rules of a site are for, with
// what happens to them.
func (t *tester) runInit(ctx context.Context, s streams) int {
	d, witnesses, err := t.newDraft()
	if err != nil {
		return failed(s, "test", err)
	}
	if err := d.choose(ctx, witnesses); err != nil {
		return failed(s, "test", err)
	}
	rep, err := d.run(ctx)
	if err != nil {
		return failed(s, "test", err)
	}
	text, _ := rep.Update()
	if err := d.create(text); err != nil {
		return failed(s, "test", err)
	}
	fmt.Fprintf(s.out, "%s: %s, expecting what happens today: read it before you rely on it\n", d.name, plural(len(d.Requests), "request"))
	figures := casefile.Sum([]*casefile.Report{rep}).Figures()
	writeCoverage(s.out, &figures)
	return exitOK
}

// newDraft returns a draft without requests, and requests for it to choose from.
func (t *tester) newDraft() (*siteDraft, []lint.Witness, error) {
	site, err := localName(t.init)
	if err != nil {
		return nil, nil, err
	}
	info, err := os.Stat(site)
	if err != nil {
		return nil, nil, err
	}
	d := &siteDraft{dir: os.DirFS("."), shown: site}
	d.name, err = d.caseName(t.initTo, info.IsDir())
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Lstat(d.name); err == nil {
		return nil, nil, fmt.Errorf("%s is there already: -o FILE names another", d.name)
	}
	up := strings.Repeat("../", strings.Count(d.name, "/"))
	d.Description = "What the rules of " + site + " do with requests that they are for."
	var sources []lint.Source
	if info.IsDir() {
		d.Settings = []string{"files from " + up + site}
		d.within = site
		sources, err = siteSources(site)
	} else {
		sources, err = d.configSources(site, up)
	}
	if err != nil {
		return nil, nil, err
	}
	c := checker{}
	witnesses, err := lint.Witnesses(sources, c.options())
	return d, witnesses, err
}

// localName returns a name as seen from the working directory, which has to hold it: a
// case file names what it tests from there.
func localName(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is not below this folder: run it in one that holds the site and its tests", name)
	}
	return filepath.ToSlash(rel), nil
}

// caseName returns the name of the case file to write.
func (d *siteDraft) caseName(wanted string, folder bool) (string, error) {
	if wanted != "" {
		name, err := localName(wanted)
		if err == nil && path.Ext(name) != ".txtar" {
			err = errors.New("-o names a *.txtar file")
		}
		return name, err
	}
	base := path.Base(d.shown)
	if !folder {
		base = strings.TrimSuffix(base, path.Ext(base))
	}
	if strings.Trim(base, ".") == "" {
		base = "site"
	}
	return "tests/" + base + ".txtar", nil
}

// siteSources reads the access files of a site, by names that begin at its root.
func siteSources(site string) ([]lint.Source, error) {
	var sources []lint.Source
	err := filepath.WalkDir(site, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() != ".htaccess" {
			return err
		}
		src, err := readRules(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(site, name)
		sources = append(sources, lint.Source{Name: filepath.ToSlash(rel), Text: src, Access: true})
		return err
	})
	if err == nil && len(sources) == 0 {
		err = fmt.Errorf("%s holds no .htaccess file", site)
	}
	return sources, err
}

// configSources reads a file of rules, and sets what a case needs to test it.
func (d *siteDraft) configSources(name, up string) ([]lint.Source, error) {
	src, err := readRules(name)
	if err != nil {
		return nil, err
	}
	access := lint.IsAccessFile(name)
	tree, err := parser.Parse(name, src, &parser.Options{AccessFile: access, FS: noFiles{}})
	if tree == nil {
		return nil, err
	}
	as := ""
	switch {
	case access && path.Base(name) != ".htaccess":
		as = " as .htaccess"
	case isWhole(tree):
		as = " as httpd.conf"
	}
	d.Settings = append(d.Settings, "ruleset "+up+name+as)
	if includes(tree) {
		d.Settings = append(d.Settings, strings.TrimSuffix("files from "+up+path.Dir(name), "/.")+" as /etc/apache2")
	}
	if root := documentRoot(tree); root != "" {
		d.Settings = append(d.Settings, "document-root "+root)
	}
	shown := name
	if access {
		shown = ".htaccess" // which folder it is for, the case says
	}
	abs, err := filepath.Abs(filepath.Dir(name))
	return []lint.Source{{Name: shown, Text: src, Access: access, ServerRoot: filepath.ToSlash(abs)}}, err
}

// isWhole reports whether a configuration is that of a whole server.
func isWhole(f *parser.File) bool {
	return slices.ContainsFunc(f.Nodes, func(n parser.Node) bool {
		s, ok := n.(*parser.Section)
		return ok && strings.EqualFold(s.Directive, "VirtualHost")
	})
}

// includes reports whether a configuration includes files.
func includes(f *parser.File) bool {
	for n := range parser.All(f) {
		if _, ok := n.(*parser.Include); ok {
			return true
		}
	}
	return false
}

// documentRoot returns the first document root that a configuration names, "" if it
// names none.
func documentRoot(f *parser.File) string {
	for n := range parser.All(f) {
		d, ok := n.(*parser.Directive)
		if ok && strings.EqualFold(d.Directive, "DocumentRoot") && len(d.Args) == 1 && path.IsAbs(d.Args[0].Text) {
			return path.Clean(d.Args[0].Text)
		}
	}
	return ""
}

// choose takes those requests into the draft that something new can be seen of.
func (d *siteDraft) choose(ctx context.Context, witnesses []lint.Witness) error {
	all := d.candidates(witnesses)
	seen, err := d.keep(ctx, all)
	if err != nil {
		return err
	}
	// Rules may ask for files that are not there. With those there may be more to see,
	// or less.
	without := d.Requests
	if d.Files = neededFiles(witnesses); len(d.Files) == 0 {
		return nil
	}
	if with, err := d.keep(ctx, all); err != nil || with > seen {
		return err
	}
	d.Requests, d.Files = without, nil
	return nil
}

// keep makes those of all the requests of the draft that something new can be seen of,
// and returns how much of the rules can be seen, in percent.
func (d *siteDraft) keep(ctx context.Context, all []*casefile.DraftRequest) (float64, error) {
	d.Requests = all
	rep, err := d.run(ctx)
	if err != nil {
		return 0, err
	}
	d.Requests = nil
	for i, q := range rep.Requests {
		if q.Covers {
			d.Requests = append(d.Requests, all[i])
		}
	}
	if len(d.Requests) == 0 {
		return 0, errors.New("no request is found that a rule is tried on: is the engine on? \"engine on\" among the settings of a case turns it on")
	}
	return casefile.Sum([]*casefile.Report{rep}).Figures().Percent, nil
}

// run runs the draft, one request after the other.
func (d *siteDraft) run(ctx context.Context) (*casefile.Report, error) {
	f, err := casefile.Parse(d.dir, d.name, d.String())
	if err != nil {
		return nil, err
	}
	rep := f.Run(ctx, nil)
	return rep, errors.Join(rep.Err, ctx.Err())
}

// candidates returns requests to try: those that say little first, as they are easier
// to read.
func (d *siteDraft) candidates(witnesses []lint.Witness) []*casefile.DraftRequest {
	var all []*casefile.DraftRequest
	seen := map[string]bool{}
	add := func(q casefile.DraftRequest) {
		if key := q.String(); !seen[key] && len(all) < maxDrafted {
			seen[key] = true
			all = append(all, &q)
		}
	}
	for i := range witnesses {
		w := &witnesses[i]
		bare := casefile.DraftRequest{Comment: d.comment(w), Method: "GET", Target: w.Target}
		full := casefile.DraftRequest{
			Comment: bare.Comment, Method: w.Method, Target: w.Target, Host: w.Host, TLS: w.TLS, Remote: w.Remote, Header: w.Header,
		}
		if w.Remote == defaultRemote {
			full.Remote = ""
		}
		add(bare)
		if w.AnyHost {
			own := full
			own.Host = ""
			add(own)
		}
		add(full)
		full.TLS = !full.TLS
		add(full)
		bare.Target, _, _ = strings.Cut(bare.Target, "?")
		add(bare)
		if len(w.Files) > 0 { // another name may be one without such a file
			bare.Target += "x"
			add(bare)
		}
	}
	add(casefile.DraftRequest{Comment: "The start page.", Method: "GET", Target: "/"})
	return all
}

// defaultRemote is the address of clients of which rules ask for none.
const defaultRemote = "198.51.100.7"

// comment names the rule that a request is for.
func (d *siteDraft) comment(w *lint.Witness) string {
	name := path.Join(d.within, w.Rule.Name)
	switch {
	case w.Rule.Name == ".htaccess" && d.within == "":
		name = d.shown
	case path.IsAbs(w.Rule.Name): // of a file that is included
		name = shortName(w.Rule.Name)
	}
	return fmt.Sprintf("%s:%d: %s", name, w.Rule.From.Line, w.Text)
}

// neededFiles returns the lines for the files that rules ask for, each for one of its
// witnesses: others show what happens without.
func neededFiles(witnesses []lint.Witness) []string {
	files := map[string]bool{}
	for i := range witnesses {
		if i > 0 && witnesses[i].Rule == witnesses[i-1].Rule {
			continue
		}
		for name, folder := range witnesses[i].Files {
			if name = strings.TrimPrefix(name, "/"); name != "" && fs.ValidPath(name) && !strings.ContainsAny(name, " \t\"\n\r") {
				files[name] = folder
			}
		}
	}
	var lines []string
	for name, folder := range files {
		if folder {
			name += "/"
		}
		lines = append(lines, name)
	}
	slices.Sort(lines)
	return lines
}

// create writes the case file, which must not be there.
func (d *siteDraft) create(text string) (err error) {
	if err := os.MkdirAll(path.Dir(d.name), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(d.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
