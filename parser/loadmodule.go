package parser

import (
	"path"
	"regexp"
	"strings"
)

// moduleMode says which modules there are beside those that LoadModule named,
// where Options.HasModule does not.
type moduleMode int

const (
	// modulesOpen: DefaultModules as long as no LoadModule was met, and
	// builtInModules from then on.
	modulesOpen moduleMode = iota
	// modulesLoaded: builtInModules. It is known that the file loads some.
	modulesLoaded
	// modulesByDefault: DefaultModules. It is known that it loads none.
	modulesByDefault
)

// hasModule answers <IfModule>.
func (p *parser) hasModule(name string) bool {
	switch {
	case p.modules[name] || builtInModules(name) && p.opts.HasModule == nil:
		return true
	case p.opts.HasModule != nil:
		return p.opts.HasModule(name)
	case p.mode == modulesLoaded || len(p.modules) > 0 || !DefaultModules(name):
		return false
	}
	p.assumed = true
	return true
}

// loadModule reads a LoadModule: the module is there for <IfModule> from now
// on. The name of its source file follows from the name of the file loaded.
func (p *parser) loadModule(s *statement) {
	t := s.args
	id, _, _ := t.word()
	file, _, _ := t.word()
	if id.Text == "" || file.Text == "" || t.s != "" {
		p.argumentCount(s, "LoadModule takes two arguments, a module name and the name of a shared object file to load it from")
		return
	}
	p.modules[id.Text] = true
	p.modules[sourceFile(file.Text)] = true
	p.readAgain()
}

// readAgain stops reading where modules were taken for granted: with a
// LoadModule in the file they should not have been.
func (p *parser) readAgain() {
	if p.assumed && p.mode == modulesOpen {
		p.again, p.stop = true, true
	}
}

// loads finds a directive that may bring a LoadModule.
var loads = regexp.MustCompile(`(?im)^[ \t]*(LoadModule|Include|IncludeOptional|Use)\s`)

// mayLoad looks at the body of a section that was skipped: had no module been
// taken for granted, it might have loaded one.
func (p *parser) mayLoad(body string) {
	if p.assumed && p.mode == modulesOpen && len(p.modules) == 0 && loads.MatchString(body) {
		p.readAgain()
	}
}

// sourceFile returns the name of the source file that the module in the shared
// object file was made of, which is the other name of the module.
func sourceFile(file string) string {
	base := strings.TrimSuffix(path.Base(file), ".so")
	if mpm, ok := strings.CutPrefix(base, "mod_mpm_"); ok {
		base = mpm
	}
	if php, ok := strings.CutPrefix(base, "libphp"); ok {
		base = "mod_php" + php
	}
	if base == "mod_ldap" {
		base = "util_ldap"
	}
	return base + ".c"
}
