package fuzz

import "strings"

// layOut joins lines in one of the ways in which files are written.
func (g *generator) layOut(lines []string) string {
	if g.chance(12) && len(lines) > 0 {
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
		if g.odd {
			line = g.respell(line)
		}
		b.WriteString(strings.ReplaceAll(line, "\n", end))
		if i < len(lines)-1 || !g.chance(3) {
			b.WriteString(end)
		}
	}
	return b.String()
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

// respell writes a line in another way that means the same to httpd, now and
// then. Lines about the case's variable stay as they are: it is found by its
// spelling when cases are put together with others.
func (g *generator) respell(line string) string {
	if g.chance(60) || strings.Contains(line, "\n") || g.define != "" && strings.Contains(line, g.define) {
		return line
	}
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	end := start + strings.IndexAny(line[start:]+" ", " \t\v")
	name := line[start:end]
	switch g.IntN(5) {
	case 0:
		if at := g.IntN(len(line) + 1); !strings.Contains(line, "@") {
			return line[:at] + "\\\n" + line[at:]
		}
	case 1:
		if quote := g.pick(`"`, "'"); name != "" && name[0] != '<' && name[0] != '"' {
			return line[:start] + quote + name + quote + line[end:]
		}
	case 2:
		return line[:start] + g.anyCase(name) + line[end:]
	case 3:
		return g.pick("\v", "\f", " \t ", "\r") + line + g.pick("", "\v", "\f", " \r")
	}
	return line + g.pick(" ", "\t", "  \t")
}
