package lint

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

// accessFile are the names of access files: as httpd reads them, and as applications ship
// them, to be renamed.
var accessFile = regexp.MustCompile(`(?i)^(?:.*\.htaccess|[._-]?(?:dot[._-]?)?ht\.?access(?:[._-](?:txt|dist|default|example|sample|changeme|new|orig|original|bak|backup|old|in|off|disabled|dev|prod|production|local|staging|live|[0-9]{1,8}))*[0-9]{0,4})$`)

// IsAccessFile reports whether a file is one of a folder by its name.
func IsAccessFile(name string) bool {
	return accessFile.MatchString(path.Base(filepath.ToSlash(name)))
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
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	volume := filepath.VolumeName(abs) + string(filepath.Separator)
	at := &ruleset.Place{Folder: root.FS(), Files: os.DirFS(volume), Path: filepath.ToSlash(abs[len(volume):])}
	rs, err := ruleset.ReadForeign(d, name, src, at, mo)
	if err != nil {
		return nil, err
	}
	// A map may come from a folder above, which the parser has said.
	return slices.DeleteFunc(rs.Findings, func(f *parser.Diagnostic) bool {
		return f.Code == webconfig.CodeUnknownMap && f.Severity == parser.Error
	}), nil
}
