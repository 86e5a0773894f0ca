package fuzz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// vhost makes the text inside <VirtualHost>, and the files that it includes.
func (g *generator) vhost(c *replay.Case) {
	var lines []string
	if g.chance(10) {
		g.define = fmt.Sprintf("V%d", g.number)
		lines = append(lines, "Define "+g.define+g.pick(" foo", " /dir", " \"a b\"", "", " [L]"))
	}
	lines = append(lines, g.declareMaps()...)
	lines = append(lines, g.serverSettings()...)
	if g.chance(65) {
		lines = append(lines, g.engine(95), g.options(12))
		lines = append(lines, g.rules(true)...)
	} else {
		lines = append(lines, g.engine(15))
	}
	if g.neighbourly {
		lines = append(lines, g.neighbours(true)...)
	}
	for _, s := range []struct {
		chance    int
		open, end string
	}{
		{10, "<Directory @DOCROOT@>", "</Directory>"},
		{7, "<Directory @DOCROOT@/dir>", "</Directory>"},
		{3, "<Directory \"@DOCROOT@/*\">", "</Directory>"},
		{3, "<Directory ~ \"@DOCROOT@/d(.*)\">", "</Directory>"},
		{4, "<DirectoryMatch \"/(?<part>dir|a)(/|$)\">", "</DirectoryMatch>"},
		{2, "<Directory />", "</Directory>"},
		{6, "<Location /dir>", "</Location>"},
		{4, "<Location />", "</Location>"},
		{3, "<Location /foo/*>", "</Location>"},
		{4, "<LocationMatch \"^/(foo|dir)\">", "</LocationMatch>"},
		{4, "<Files file.txt>", "</Files>"},
		{3, "<FilesMatch \"\\.(php|html)$\">", "</FilesMatch>"},
		{2, "<Files \"*.txt\">", "</Files>"},
	} {
		if g.chance(s.chance) {
			lines = append(lines, g.section(s.open, s.end)...)
		}
	}
	if g.define != "" && g.chance(30) {
		lines = append(lines, "UnDefine "+g.define)
	}
	if g.chance(10) {
		lines = g.include(lines, c.Files)
	}
	c.Vhost = g.layOut(lines)
}

// secondHost makes the text inside the second <VirtualHost>.
func (g *generator) secondHost(c *replay.Case) {
	lines := []string{
		g.pick("ServerAlias other.test", "ServerAlias *.example.com a_b.test", "ServerAlias OTHER.* [::1]", "ServerAlias 127.0.0.1 ex?mple.com", "# none"),
		g.engine(90), g.options(20),
	}
	lines = append(lines, g.serverSettings()...)
	lines = append(lines, g.rules(true)...)
	if g.neighbourly {
		lines = append(lines, g.neighbours(true)...)
	}
	c.Second = g.layOut(lines)
}

// include moves some lines to files that the others include.
func (g *generator) include(lines []string, files map[string]string) []string {
	from := g.IntN(len(lines))
	to := from + g.IntN(len(lines)-from+1)
	if !balanced(lines[from:to]) || from == to {
		return lines
	}
	out := slices.Clone(lines[:from])
	if g.chance(50) {
		files["inc.conf"] = g.layOut(lines[from:to])
		out = append(out, g.pick("Include @DOCROOT@/inc.conf", "Include \"@DOCROOT@/inc.conf\"", "IncludeOptional @DOCROOT@/inc.conf", "Include @DOCROOT@/in?.conf"))
	} else {
		middle := from + g.IntN(to-from)
		for !balanced(lines[from:middle]) {
			middle--
		}
		files["conf/10-a.conf"], files["conf/9-b.conf"] = g.layOut(lines[from:middle]), g.layOut(lines[middle:to])
		out = append(out, g.pick("Include @DOCROOT@/conf/*.conf", "IncludeOptional @DOCROOT@/c*/*.conf", "Include @DOCROOT@/conf"))
	}
	if g.chance(10) {
		out = append(out, g.pick("IncludeOptional @DOCROOT@/nope.conf", "IncludeOptional @DOCROOT@/nope/*.conf", "Include @DOCROOT@/nope/*.conf", "Include @DOCROOT@/nope.conf"))
	}
	return append(out, lines[to:]...)
}

// serverSettings makes directives that change how requests are read and mapped.
func (g *generator) serverSettings() []string {
	var lines []string
	for _, s := range []struct {
		chance int
		lines  []string
	}{
		{5, []string{"AllowEncodedSlashes On", "AllowEncodedSlashes NoDecode", "AllowEncodedSlashes Off", "allowencodedslashes on"}},
		{5, []string{"MergeSlashes Off", "MergeSlashes On", "mergeslashes OFF"}},
		{5, []string{"UseCanonicalName On", "UseCanonicalPhysicalPort On", "UseCanonicalName Off", "UseCanonicalPhysicalPort Off"}},
		{3, []string{"ServerAlias example.com *.test", "ServerAlias other.test"}},
		{4, []string{"LimitInternalRecursion 3", "LimitInternalRecursion 5 2", "LimitInternalRecursion 1", "LimitInternalRecursion 2 1"}},
		{3, []string{"AccessFileName .rules .htaccess", "AccessFileName .rules", "AccessFileName .htaccess .rules", "AccessFileName .no"}},
		{1, []string{"ServerAdmin me@example.com"}},
	} {
		if g.chance(s.chance) {
			lines = append(lines, g.pick(s.lines...))
		}
	}
	return lines
}

// engine makes a RewriteEngine line in p of 100 times, else an empty one.
func (g *generator) engine(p int) string {
	if !g.chance(p) {
		return ""
	}
	return g.line("RewriteEngine", g.pick("On", "On", "On", "On", "On", "on", "ON", "Off", "\"On\"")) + g.pick("", "", "", "", "", " # comment")
}

// options makes a RewriteOptions line in p of 100 times, else an empty one.
func (g *generator) options(p int) string {
	if !g.chance(p) {
		return ""
	}
	words := []string{
		"Inherit", "InheritBefore", "InheritDown", "InheritDownBefore", "IgnoreInherit", "AllowNoSlash", "AllowAnyURI", "MergeBase",
		"IgnoreContextInfo", "LegacyPrefixDocRoot", "UnsafePrefixStat", "MaxRedirects=5",
	}
	some := []string{g.anyCase("RewriteOptions")}
	for range 1 + g.IntN(2) {
		some = append(some, g.anyCase(g.pick(words...)))
	}
	return strings.Join(some, " ")
}

// section makes a section with rules.
func (g *generator) section(open, end string) []string {
	lines := []string{open}
	if g.chance(8) {
		lines = append(lines, g.pick("Options FollowSymLinks", "Options -FollowSymLinks", "Options None", "Options SymLinksIfOwnerMatch", "Options +Indexes"))
	}
	if g.chance(10) && strings.HasPrefix(open, "<Directory @") {
		lines = append(lines, g.override())
	}
	lines = append(lines, g.inDirectory(strings.HasPrefix(open, "<Loc") || strings.HasPrefix(open, "<Files") || strings.Contains(open, "Match"))...)
	if g.chance(6) {
		lines = append(lines, g.nested()...)
	}
	return append(lines, end)
}

// override makes a directive about what access files may say.
func (g *generator) override() string {
	return g.pick(
		"AllowOverride None", "AllowOverride FileInfo", "AllowOverride All", "AllowOverride Limit", "AllowOverride FileInfo Options=FollowSymLinks",
		"AllowOverride None FileInfo", "AllowOverride Nonfatal=Override Indexes", "AllowOverride FileInfo Nonfatal=All", "AllowOverride AuthConfig Nonfatal=Unknown FileInfo",
		"AllowOverrideList RewriteEngine RewriteRule", "AllowOverride None\nAllowOverrideList RewriteEngine rewriterule RewriteCond RewriteBase RewriteOptions",
		"AllowOverride None\nAllowOverrideList None",
	)
}

// nested makes a section inside another.
func (g *generator) nested() []string {
	open := g.pick(
		"<Files file.txt>", "<Files \"*.html\">", "<FilesMatch \"^(?<name>i.*|sub)$\">", "<Limit GET>", "<LimitExcept POST>", "<If \"%{REQUEST_METHOD} == 'GET'\">",
		"<IfModule mod_rewrite.c>", "<If \"-f %{REQUEST_FILENAME}\">",
	)
	name, _, _ := strings.Cut(open[1:], " ")
	lines := append([]string{open}, g.inDirectory(true)...)
	return append(lines, "</"+name+">")
}

// inDirectory makes the rewrite directives of a per-directory context.
func (g *generator) inDirectory(slash bool) []string {
	lines := []string{g.engine(93), g.options(15)}
	if g.chance(20) {
		lines = append(lines, g.line("RewriteBase", g.pick("/", "/dir", "/dir/", "/foo", "/foo/", "/a/b", "//", "/x y")))
	}
	if g.neighbourly {
		lines = append(lines, g.neighbours(false)...)
	}
	if g.chance(93) {
		lines = append(lines, g.rules(slash)...)
	}
	if g.opts.Expressions && g.chance(8) {
		lines = append(lines, g.conditional()...)
	}
	return lines
}

// accessFiles makes .htaccess files.
func (g *generator) accessFiles(files map[string]string) {
	for _, f := range []struct {
		chance int
		name   string
	}{
		{50, ".htaccess"}, {25, "dir/.htaccess"}, {12, "dir/sub/.htaccess"}, {8, "foo/.htaccess"}, {4, "a/b/.htaccess"}, {3, ".rules"}, {2, "dir/.rules"},
	} {
		if !g.chance(f.chance) {
			continue
		}
		lines := g.inDirectory(false)
		if g.chance(8) {
			lines = append(lines, g.section(g.pick("<Files file.txt>", "<Files \"*.php\">", "<Files foo>"), "</Files>")...)
		}
		if g.chance(4) {
			lines = append(lines, g.section("<FilesMatch \"^(foo|index)\">", "</FilesMatch>")...)
		}
		if g.chance(3) {
			lines = append(lines, g.nested()...)
		}
		if g.chance(1) {
			lines = append(lines, g.pick("NoSuchDirective x", "RewriteMap a int:tolower", "<Directory /x>", "</Files>", "RewriteEngine maybe", "RewriteBase x", "<IfModule", "Include @DOCROOT@/map.txt", "AllowOverride All", "MergeSlashes Off"))
		}
		files[f.name] = g.layOut(lines)
	}
}
