package fuzz

import (
	"slices"
	"strings"
)

// declareMaps makes RewriteMap lines. Those of programs and databases are few:
// httpd starts a program for each, and a database takes two files.
func (g *generator) declareMaps() []string {
	var lines []string
	for _, m := range []struct {
		chance int
		name   string
		source []string
	}{
		{98, "up", []string{"int:toupper"}},
		{98, "low", []string{"int:tolower"}},
		{98, "esc", []string{"int:escape"}},
		{98, "un", []string{"int:unescape"}},
		{98, "m", []string{"txt:@DOCROOT@/map.txt", "txt:@DOCROOT@/map.txt", "@DOCROOT@/map.txt"}},
		{98, "rnd", []string{"rnd:@DOCROOT@/rnd.txt"}},
		{4, "p", []string{"prg:/bin/cat", "\"prg:/bin/sed -u s/o/0/\"", "\"prg:/bin/sed -u -e s/foo/NULL/ -e s/a/b\\ c/\"", "prg:/bin/cat root"}},
		{8, "db", []string{"dbm=sdbm:@DOCROOT@/db", "dbm=sdbm:@DOCROOT@/db", "dbm=SDBM:@DOCROOT@/db"}},
	} {
		if g.chance(m.chance) {
			g.maps = append(g.maps, m.name)
			lines = append(lines, "RewriteMap "+m.name+" "+g.pick(m.source...))
		}
	}
	return lines
}

// mapFiles makes the files of the case's maps.
func (g *generator) mapFiles(files map[string]string) {
	files["map.txt"] = g.mapFile()
	files["rnd.txt"] = "k only\nfoo\t/file.txt\n"
	if slices.Contains(g.maps, "db") {
		files["db.dir"], files["db.pag"] = "", sdbmPage([][2]string{
			{"foo", "db-foo"}, {"bar", "db/bar?x=1"}, {"a", "b c d"}, {"42", ""}, {"k", "$1%1"}, {"", "nothing"}, {"caf\u00c3\u00a9", "coffee\u00c3\u00a9"},
		})
	}
}

// mapFile is the text of a rewrite map, with the lines that are read in ways of
// their own.
func (g *generator) mapFile() string {
	lines := []string{
		"# comment", "foo mapped-foo", "bar mapped/bar?x=1 # trailing", "a\tb c d", "42 answer", "empty",
		"dir /dir/sub", "X upperx", "caf\u00c3\u00a9 coffee", " indented no", "foo second", "k\u00a0v nbsp",
		"pct a%20b", "q a?b", "dollar $1%1", "slash //x", "#hash v", "cr v\r", "",
		"long " + strings.Repeat("v", 1100) + " tail", "end last",
	}
	g.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return strings.Join(lines[:1+g.IntN(len(lines))], "\n") + g.pick("\n", "", "\n\n")
}

// sdbmPage is the one page of a small SDBM database, in a file that ends in
// ".pag": the number of strings and where each begins, as numbers of 16 bits,
// and the strings from the end of the page down. Its ".dir" file is empty.
func sdbmPage(entries [][2]string) string {
	const size = 1024
	page := make([]rune, size) // one code point a byte, as all text of a case
	put := func(n, value int) { page[2*n], page[2*n+1] = rune(value&0xff), rune(value>>8) }
	end, n := size, 0
	for _, e := range entries {
		for _, text := range e {
			bytes := []rune(text)
			end -= len(bytes)
			copy(page[end:], bytes)
			n++
			put(n, end)
		}
	}
	put(0, n)
	return string(page)
}
