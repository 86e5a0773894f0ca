package parser

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// A parseCase is one case of a file in testdata/parse. Such a file holds
// comments, then cases:
//
//	=== name of the case
//	-- input --
//	RewriteEngine On
//	-- tree --
//	...
//
// The sections, in this order:
//
//	options       one a line: access, define NAME=VALUE, env NAME=VALUE,
//	              modules NAME..., version V, serverroot DIR
//	file NAME     a file for Include and <IfFile>, NAME without the first slash
//	input         the text to parse
//	tree          the tree, as dump writes it
//	print         what Fprint makes of the tree, if that is not the input
//	findings      what is reported
//
// The last three are written by "go test -update". ‹0D› stands for a byte in
// hexadecimal, and a line that ends in ␄ has no line feed. Empty lines at the
// end of a section do not belong to it.
type parseCase struct {
	name     string
	sections []section
	opts     Options
	input    string
}

type section struct{ name, text string }

// section returns the text of a section and whether the case has it.
func (c *parseCase) section(name string) (string, bool) {
	i := slices.IndexFunc(c.sections, func(s section) bool { return s.name == name })
	if i < 0 {
		return "", false
	}
	return c.sections[i].text, true
}

// caseFiles returns the cases of testdata/parse by file, and what stands
// before the first case.
func caseFiles(tb testing.TB) (files map[string][]*parseCase, heads map[string]string) {
	tb.Helper()
	names, err := filepath.Glob("testdata/parse/*.txt")
	require.NoError(tb, err)
	require.NotEmpty(tb, names)
	files, heads = map[string][]*parseCase{}, map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(tb, err)
		parts := strings.Split("\n"+string(text), "\n=== ")
		heads[name] = strings.TrimPrefix(parts[0], "\n")
		for _, part := range parts[1:] {
			files[name] = append(files[name], readCase(tb, name, part+"\n"))
		}
	}
	return files, heads
}

// readCase reads one case.
func readCase(tb testing.TB, file, text string) *parseCase {
	tb.Helper()
	name, rest, _ := strings.Cut(text, "\n")
	c := &parseCase{name: name}
	fsys := fstest.MapFS{}
	for _, part := range strings.Split("\n"+rest, "\n-- ")[1:] {
		title, body, _ := strings.Cut(part, "\n")
		title, ok := strings.CutSuffix(title, " --")
		require.True(tb, ok, "%s: %s: bad section title", file, name)
		if body = strings.TrimRight(body, "\n"); body != "" {
			body += "\n"
		}
		c.sections = append(c.sections, section{title, body})
		if path, ok := strings.CutPrefix(title, "file "); ok {
			fsys[path] = &fstest.MapFile{Data: []byte(decodeBytes(tb, body))}
		}
	}
	c.opts = Options{FS: fsys, Getenv: func(string) (string, bool) { return "", false }}
	options, _ := c.section("options")
	for line := range strings.Lines(options) {
		c.option(tb, strings.TrimSuffix(line, "\n"))
	}
	input, ok := c.section("input")
	require.True(tb, ok, "%s: %s: no input", file, name)
	c.input = decodeBytes(tb, input)
	return c
}

// option sets one option of c.
func (c *parseCase) option(tb testing.TB, line string) {
	tb.Helper()
	word, rest, _ := strings.Cut(line, " ")
	name, value, _ := strings.Cut(rest, "=")
	switch word {
	case "access":
		c.opts.AccessFile = true
	case "define":
		if c.opts.Defines == nil {
			c.opts.Defines = map[string]string{}
		}
		c.opts.Defines[name] = value
	case "env":
		next := c.opts.Getenv
		c.opts.Getenv = func(n string) (string, bool) {
			if n == name {
				return value, true
			}
			return next(n)
		}
	case "modules":
		c.opts.HasModule = func(n string) bool { return slices.Contains(strings.Fields(rest), n) }
	case "version":
		c.opts.Version = rest
	case "serverroot":
		c.opts.ServerRoot = rest
	default:
		require.Fail(tb, "unknown option "+word)
	}
}

// decodeBytes replaces ‹XX› by the byte and drops the line feed behind ␄.
func decodeBytes(tb testing.TB, s string) string {
	tb.Helper()
	s = strings.ReplaceAll(s, "␄\n", "")
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "‹")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		hex, after, _ := strings.Cut(rest, "›")
		c, err := strconv.ParseUint(hex, 16, 8)
		require.NoError(tb, err)
		b.WriteByte(byte(c))
		s = after
	}
}

// encodeBytes is the inverse of decodeBytes.
func encodeBytes(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c == '\n' || c == '\t' || ' ' <= c && c < 0x7f {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "‹%02X›", c)
		}
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteString("␄\n")
	}
	return b.String()
}

// outcome parses c's input and returns the sections that it should have.
func (c *parseCase) outcome(tb testing.TB) []section {
	tb.Helper()
	f, err := Parse("conf", []byte(c.input), &c.opts)
	require.NotNil(tb, f)
	out := []section{{"tree", dump(f, true)}}
	var printed bytes.Buffer
	require.NoError(tb, Fprint(&printed, f))
	if printed.String() != c.input {
		out = append(out, section{"print", encodeBytes(printed.String())})
	}
	findings := Findings(err)
	if err == nil {
		findings = f.Warnings
	}
	if len(findings) > 0 {
		out = append(out, section{"findings", encodeBytes(dumpFindings(findings, "conf"))})
	}
	return out
}
