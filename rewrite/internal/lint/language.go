package lint

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
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

// otherLanguage returns the findings of a file that is not in Apache's language.
func otherLanguage(d dialect.Dialect, name string, src []byte, mo *matcher.Options) (parser.Diagnostics, error) {
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	rs, err := ruleset.ReadForeign(d, name, src, root.FS(), mo)
	if err != nil {
		return nil, err
	}
	// A map may come from a folder above, which the parser has said.
	return slices.DeleteFunc(rs.Findings, func(f *parser.Diagnostic) bool {
		return f.Code == webconfig.CodeUnknownMap && f.Severity == parser.Error
	}), nil
}
