package fuzz

import (
	"fmt"
	"strings"
)

// vhost makes the text inside <VirtualHost>.
func (g *generator) vhost() string {
	var lines []string
	if g.chance(10) {
		g.define = fmt.Sprintf("V%d", g.number)
		lines = append(lines, "Define "+g.define+g.pick(" foo", " /dir", " \"a b\"", "", " [L]"))
	}
	for _, m := range []string{"up int:toupper", "low int:tolower", "esc int:escape", "un int:unescape", "m txt:@DOCROOT@/map.txt", "rnd rnd:@DOCROOT@/rnd.txt"} {
		if !g.chance(2) {
			lines = append(lines, "RewriteMap "+m)
		}
	}
	lines = append(lines, g.serverSettings()...)
	if g.chance(65) {
		lines = append(lines, g.engine(95), g.options(12))
		lines = append(lines, g.rules(true)...)
	} else {
		lines = append(lines, g.engine(15))
	}
	if g.opts.Neighbours {
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
	return g.layOut(lines)
}

// serverSettings makes directives that change how requests are read and mapped.
func (g *generator) serverSettings() []string {
	var lines []string
	for _, s := range []struct {
		chance int
		lines  []string
	}{
		{3, []string{"AllowEncodedSlashes On", "AllowEncodedSlashes NoDecode", "AllowEncodedSlashes Off"}},
		{3, []string{"MergeSlashes Off"}},
		{3, []string{"UseCanonicalName On", "UseCanonicalPhysicalPort On"}},
		{3, []string{"ServerAlias example.com *.test", "ServerAlias other.test"}},
		{2, []string{"LimitInternalRecursion 3", "LimitInternalRecursion 5 2"}},
		{1, []string{"AccessFileName .rules .htaccess"}},
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
	return g.line("RewriteEngine", g.pick("On", "On", "On", "On", "On", "on", "ON", "Off", "On # comment", "\"On\""))
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
	if g.chance(5) && strings.HasPrefix(open, "<Directory @") {
		lines = append(lines, g.pick("AllowOverride None", "AllowOverride FileInfo", "AllowOverride All", "AllowOverride Limit"))
	}
	lines = append(lines, g.inDirectory(strings.HasPrefix(open, "<Loc") || strings.HasPrefix(open, "<Files") || strings.Contains(open, "Match"))...)
	return append(lines, end)
}

// inDirectory makes the rewrite directives of a per-directory context.
func (g *generator) inDirectory(slash bool) []string {
	lines := []string{g.engine(93), g.options(15)}
	if g.chance(20) {
		lines = append(lines, g.line("RewriteBase", g.pick("/", "/dir", "/dir/", "/foo", "/foo/", "/a/b", "//", "/x y")))
	}
	if g.opts.Neighbours {
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
		{50, ".htaccess"}, {25, "dir/.htaccess"}, {12, "dir/sub/.htaccess"}, {8, "foo/.htaccess"}, {4, "a/b/.htaccess"}, {1, ".rules"},
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
		if g.chance(1) {
			lines = append(lines, g.pick("NoSuchDirective x", "RewriteMap a int:tolower", "<Directory /x>", "</Files>", "RewriteEngine maybe", "RewriteBase x", "<IfModule"))
		}
		files[f.name] = g.layOut(lines)
	}
}

// wrap puts lines into a section that is decided while the text is read.
func (g *generator) wrap(lines []string) []string {
	open := g.pick(
		"<IfModule mod_rewrite.c>", "<IfModule rewrite_module>", "<IfModule !mod_nope.c>", "<IfModule mod_nope.c>", "<IfModule mod_rewrite>",
		"<IfDefine NO_SUCH>", "<IfDefine !NO_SUCH>", "<IfVersion >= 2.4>", "<IfVersion < 2.4>", "<IfVersion 2.4.71>", "<IfVersion ~ \"^2\\.4\">",
		"<IfFile @DOCROOT@/file.txt>", "<IfFile @DOCROOT@/nope>", "<IfDirective RewriteRule>", "<IfDirective NoSuch>", "<IfSection \"<Files\">",
	)
	if g.define != "" && g.chance(50) {
		open = g.pick("<IfDefine ", "<IfDefine !") + g.define + ">"
	}
	name, _, _ := strings.Cut(open[1:], " ")
	out := append([]string{g.anyCase(open)}, lines...)
	if strings.Contains(open, "@") || strings.Contains(open, "_") || strings.Contains(open, "~") {
		out[0] = open
	}
	return append(out, g.anyCase("</"+name+">"))
}

// layOut joins lines in one of the ways in which files are written.
func (g *generator) layOut(lines []string) string {
	if g.chance(12) {
		from := g.IntN(len(lines))
		to := from + g.IntN(len(lines)-from+1)
		if balanced(lines[from:to]) {
			wrapped := append([]string{}, lines[:from]...)
			wrapped = append(wrapped, g.wrap(lines[from:to])...)
			lines = append(wrapped, lines[to:]...)
		}
	}
	var b strings.Builder
	end := "\n"
	if g.chance(5) {
		end = "\r\n"
	}
	for i, line := range lines {
		if g.chance(6) {
			b.WriteString(g.comment() + end)
		}
		if line == "" {
			continue
		}
		b.WriteString(strings.ReplaceAll(line, "\n", end))
		if i < len(lines)-1 || !g.chance(3) {
			b.WriteString(end)
		}
	}
	return b.String()
}

// balanced reports whether every section that begins in lines ends there.
func balanced(lines []string) bool {
	depth := 0
	for _, line := range lines {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "</"):
			if depth--; depth < 0 {
				return false
			}
		case strings.HasPrefix(line, "<"):
			depth++
		}
	}
	return depth == 0
}
