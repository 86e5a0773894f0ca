package webconfig

import (
	"io/fs"
	"maps"
	"path"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

func (g *Group) tag() string       { return g.Name }
func (*Group) fields() []field     { return nil }
func (g *Group) children() *[]Node { return &g.Nodes }

// child returns a new group or section. What stands elsewhere than on IIS is
// read where there is no doubt about what it means.
func (g *Group) child(r *reader, name string) element {
	switch g.Name + "/" + name {
	case "configuration/system.webServer", "system.webServer/rewrite", "system.webServer/security":
		return &Group{Name: name}
	case "configuration/location":
		return newLocation()
	case "configuration/rewrite":
		r.warn(r.tagExtent(), CodeMisplaced, "<rewrite> belongs into <system.webServer>; it is read here", "")
		return &Group{Name: name}
	case "system.webServer/httpRedirect", "security/requestFiltering", "rewrite/rules", "rewrite/globalRules",
		"rewrite/rewriteMaps", "rewrite/outboundRules", "rewrite/allowedServerVariables", "rewrite/providers":
		r.sectionOnce(name)
		return newSection(name)
	case "rewrite/rule":
		r.warn(r.tagExtent(), CodeMisplaced, "<rule> belongs into <rules>; it is read here", "")
		return newRule()
	}
	return nil
}

// sectionOnce reports a section that the same place has already.
func (r *reader) sectionOnce(name string) {
	at := r.tagExtent()
	if first, ok := r.sections[name]; ok {
		r.fail(at, CodeDuplicate, "there is a section <"+name+"> already, in line "+decimal(first.Line), "")
		return
	}
	r.sections[name] = at.From
}

func newLocation() *Location {
	return &Location{InheritInChildApplications: Bool{Value: true}}
}

func (*Location) tag() string { return "location" }
func (l *Location) fields() []field {
	return []field{{"path", &l.Path}, {"inheritInChildApplications", &l.InheritInChildApplications}}
}
func (l *Location) children() *[]Node { return &l.Nodes }

func (l *Location) child(_ *reader, name string) element {
	if name == "system.webServer" {
		return &Group{Name: name}
	}
	return nil
}

// enter checks the path and sets the sections outside aside.
func (l *Location) enter(r *reader) {
	if l.InheritInChildApplications.IsSet() {
		r.note(valueExtent(l, "inheritInChildApplications", l.InheritInChildApplications.At), CodeNoEffect,
			"inheritInChildApplications has no effect: a site has no applications here")
	}
	clean, ok := cleanLocation(l.Path.Value)
	if !ok {
		r.fail(valueExtent(l, "path", l.Path.At), CodeLocation,
			"the path "+clip(l.Path.Value)+" of <location> is not below the folder of the file", "")
	} else {
		r.unique(startOf(l), "<location> for the path", strings.ToLower(clean)+" ")
		if r.opts.ApplicationHost {
			r.siteOf(l, clean)
		}
	}
	saved := maps.Clone(r.sections)
	clear(r.sections)
	r.outer = append(r.outer, saved)
}

// leave takes up the sections outside again.
func (l *Location) leave(r *reader) {
	n := len(r.outer) - 1
	r.sections, r.outer = r.outer[n], r.outer[:n]
}

// siteOf checks the site that l, whose path is clean, is a place of: only one is served.
func (r *reader) siteOf(l *Location, clean string) {
	name, below, _ := strings.Cut(clean, "/")
	at := valueExtent(l, "path", l.Path.At)
	switch {
	case name == "": // a place of all sites
	case r.opts.Site != "" && !strings.EqualFold(name, r.opts.Site):
		r.note(at, CodeLocation, "a place of the site "+clip(name)+", which is not served here")
	case r.site != "" && !strings.EqualFold(name, r.site):
		r.fail(at, CodeLocation, "a place of the site "+clip(name)+", where others are of "+clip(r.site)+": it is not known which site is served",
			"leave out what is of other sites")
	case below == "":
		r.note(at, CodeLocation, "this holds for all of the site "+clip(name)+": in applicationHost.config a path begins with the name of a site")
		fallthrough
	default:
		r.site = name
	}
}

// inSite returns a path of applicationHost.config relative to the root of the site. ok is
// false if it is one of another site.
func inSite(clean, site string) (below string, ok bool) {
	name, below, _ := strings.Cut(clean, "/")
	return below, name == "" || strings.EqualFold(name, site)
}

// cleanLocation returns the path of a <location> relative to the folder of its
// file, "" for the folder itself.
func cleanLocation(p string) (string, bool) {
	p = strings.ReplaceAll(p, `\`, "/")
	if strings.HasPrefix(p, "/") || strings.ContainsAny(p, ":*?\x00") {
		return "", false
	}
	p = path.Clean(strings.TrimSuffix(p, "/"))
	if p == "." {
		return "", true
	}
	return p, fs.ValidPath(p)
}

// guards are the sections of others that guard a site or change its answers,
// each behind the element that it stands in.
const guards = " system.webServer/handlers system.webServer/modules system.webServer/httpErrors" +
	" system.webServer/defaultDocument system.webServer/staticContent httpProtocol/customHeaders" +
	" security/authorization security/ipSecurity security/dynamicIpSecurity security/access security/authentication" +
	" system.web/authorization "

// sectionNames are the sections that are run, in lower case, where
// they are known by their names wherever they stand.
const sectionNames = " system.webserver rewrite globalrules rewritemaps outboundrules requestfiltering httpredirect location "

// others judges an element that belongs to others.
func (r *reader) others(t *tag) {
	at := parser.Extent{Name: r.s.name, From: t.at, To: r.s.pos(r.s.i)}
	open := r.s.open
	outer := ""
	if len(open) > 1 {
		outer = open[len(open)-2].name
	}
	if strings.Contains(guards, " "+outer+"/"+t.name+" ") {
		r.note(at, CodeOtherSection, "<"+t.name+"> is not run: what it guards or changes has to be set up elsewhere")
	}
	for i := range t.attributes {
		if strings.HasPrefix(t.attributes[i].name, "xdt:") {
			r.transform(r.extent(&t.attributes[i]))
		}
	}
	if strings.Contains(sectionNames, " "+strings.ToLower(t.name)+" ") && r.own(outer) {
		r.fail(at, CodeMisplaced, "<"+clip(t.name)+"> does not belong here, so it would not be run", "names of elements know case, and each has its place")
	}
}

// own reports whether an element in outer stands where sections of IIS do, and
// not, say, in one of ASP.NET.
func (r *reader) own(outer string) bool {
	if outer == "configuration" || outer == "location" {
		return true
	}
	for _, m := range r.s.open[:len(r.s.open)-1] {
		if m.name == "system.webServer" || m.name == "rewrite" {
			return true
		}
	}
	return false
}
