package lint

import (
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

// otherLanguage returns the findings of a file that is not in Apache's language. What it
// refers to is read below its folder or src.Folder alone: the file may be somebody else's.
func (src *Source) otherLanguage(d dialect.Dialect, mo *matcher.Options) (parser.Diagnostics, error) {
	folder, err := openConfined(filepath.Dir(src.Name))
	if err != nil {
		return nil, err
	}
	defer folder.close()
	outer := folder
	if src.Folder != "" {
		if outer, err = openConfined(src.Folder); err != nil {
			return nil, err
		}
		defer outer.close()
	}
	abs, err := filepath.Abs(src.Name)
	if err != nil {
		return nil, err
	}
	at := &ruleset.Place{Folder: folder, Files: located{outer}, Path: withoutVolume(abs)}
	rs, err := ruleset.ReadForeign(d, src.Name, src.Text, at, mo)
	if err != nil {
		return nil, err
	}
	// A map may come from a folder above, which the parser has said.
	return slices.DeleteFunc(rs.Findings, func(f *parser.Diagnostic) bool {
		return f.Code == webconfig.CodeUnknownMap && f.Severity == parser.Error
	}), nil
}
