package lint

import (
	"regexp"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// almostTest is what was meant as a file test and is a regular expression.
var almostTest = regexp.MustCompile(`^!?-[A-Za-z]{1,5}$|(?i)^[!\s(]*-?[fdslx](?:[\s|,&!/+]*-[fdslx])+\)?$|^[!\s]*_[fd]$|^--?\s*[fdslx]$|^-[fdslx][,;.]$|^[!\s^]*-\s*[fdslx]\$?$`)

// checkFileTests looks for tests of files that are none, or test no file.
func checkFileTests(c *checker) {
	for d := range c.conds() {
		if d.Op == parser.CondRegex && aboutFile(d) {
			if almostTest.MatchString(d.Operand) || d.name == "REQUEST_FILENAME" && (d.Operand == "f" || d.Operand == "d") {
				c.warn(d.Pattern.Extent, codeFileTestTypo, "write one test a condition, such as -f, -d or !-f, and nothing else",
					"%q is a regular expression, not a file test", d.Pattern.Text)
				continue
			}
		}
		first, _ := leadingVariables(d.Template)
		if isFileTest(d.Op) || d.Op == parser.CondSubFile && first == "REQUEST_URI" {
			c.fileTest(d)
		}
	}
}

func isFileTest(op parser.CondOp) bool {
	switch op {
	case parser.CondFile, parser.CondDir, parser.CondSize, parser.CondLink, parser.CondExec:
		return true
	default:
		return false
	}
}

// aboutFile reports whether a condition's test string is a file's name or path.
func aboutFile(d *cond) bool {
	up := strings.ToUpper(d.Test.Text)
	return strings.Contains(up, "FILENAME}") || strings.Contains(up, "%{DOCUMENT_ROOT}") || strings.Contains(up, "%{REQUEST_URI}")
}

func (c *checker) fileTest(d *cond) {
	perDir := d.rule.scope.perDir()
	first, second := leadingVariables(d.Template)
	right := "%{DOCUMENT_ROOT}%{REQUEST_URI}"
	if perDir {
		right = "%{REQUEST_FILENAME}"
	}
	switch {
	case first == "REQUEST_URI":
		c.warn(d.Test.Extent, codeFileTestPath, "test "+right, "a URL-path is no file's path: it is looked for at the root of the file system")
	case first == "$" && (perDir && !strings.HasPrefix(d.rule.Regex, "^(/") || !perDir && strings.HasPrefix(d.Test.Text, "/")):
		c.warn(d.Test.Extent, codeFileTestPath, "test "+right+" or begin with %{DOCUMENT_ROOT}/", "a part of the URL-path is no file's path: it does not begin at the root of the file system")
	case first == "DOCUMENT_ROOT" && second == "REQUEST_FILENAME" && perDir:
		c.warn(d.Test.Extent, codeFileTestPath, "test %{REQUEST_FILENAME} by itself", "%%{REQUEST_FILENAME} is the whole path of the file here, so the document root stands in the test string twice")
	case first == "REQUEST_FILENAME" && !perDir:
		c.warn(d.Test.Extent, codeTooEarly, "write %{DOCUMENT_ROOT}%{REQUEST_URI}, or %{LA-U:REQUEST_FILENAME}",
			"in rules of a server %s is still the URL-path, which is looked for at the root of the file system", firstVariable(d.Template))
	}
}

// firstVariable returns the first variable of a template as it is written.
func firstVariable(t *parser.Template) string {
	for _, p := range t.Parts {
		if v, ok := p.(*parser.Variable); ok {
			return partText(v)
		}
	}
	return "it"
}

// leadingVariables returns the names of the first two variables of a template that
// begins with one, slashes between them aside; "$" stands for a group of the rule.
func leadingVariables(t *parser.Template) (first, second string) {
	if t == nil {
		return "", ""
	}
	var names []string
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Variable:
			names = append(names, canonical(p.Var))
		case *parser.RuleGroup:
			names = append(names, "$")
		case *parser.Literal:
			if p.Text != "/" {
				names = append(names, "")
			}
		default:
			names = append(names, "")
		}
	}
	names = append(names, "", "")
	return names[0], names[1]
}
