package lint

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
)

// IsAccessFile reports whether a file is one of a folder by its name: as httpd reads
// it, or as applications ship it.
func IsAccessFile(name string) bool {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	return strings.HasSuffix(base, ".htaccess") ||
		slices.Contains([]string{"htaccess.txt", "htaccess.dist", ".htaccess.dist", ".htaccess.txt", "_htaccess", "htaccess", ".htaccess.example", ".htaccess.sample"}, base)
}

// dialect returns the language of the file.
func (src *Source) dialect() dialect.Dialect {
	if src.Dialect != "" {
		return src.Dialect
	}
	d := dialect.Of(src.Name, src.Text)
	if d == dialect.WebConfig && src.Access {
		return dialect.Apache // by its name: that it is written otherwise is a finding
	}
	return d
}

// otherLanguage returns the findings of a file that is not in Apache's language,
// and that it is not run.
func otherLanguage(d dialect.Dialect, name string, src []byte) (parser.Diagnostics, error) {
	notRun := dialect.NotRun(name, d)
	var found parser.Diagnostics
	switch d {
	case dialect.WebConfig:
		root, err := os.OpenRoot(filepath.Dir(name))
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }()
		f, err := webconfig.Parse(name, src, &webconfig.Options{FS: root.FS(), ApplicationHost: isApplicationHost(name)})
		found = append(parser.Findings(err), f.Warnings...)
	case dialect.ISAPI2, dialect.IIRF:
		language := isapi.Rewrite2
		if d == dialect.IIRF {
			language = isapi.IIRF
		}
		f, err := isapi.Parse(name, src, language)
		found = append(parser.Findings(err), f.Warnings...)
	case dialect.Apache, dialect.ISAPI3:
		return parser.Diagnostics{notRun}, nil
	}
	notRun.Severity = parser.Note // checking it is not running it
	return append(found, notRun), nil
}

// isApplicationHost reports whether name is that of the configuration of IIS as
// a whole.
func isApplicationHost(name string) bool {
	return strings.EqualFold(path.Base(filepath.ToSlash(name)), "applicationHost.config")
}
