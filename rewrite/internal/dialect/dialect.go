// Package dialect tells in which language of rules a file is written.
package dialect

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// Dialect is a language of rules.
type Dialect string

// The dialects.
const (
	Apache    Dialect = "apache"
	WebConfig Dialect = "webconfig" // IIS URL Rewrite
	ISAPI2    Dialect = "isapi2"    // ISAPI_Rewrite 2
	ISAPI3    Dialect = "isapi3"    // ISAPI_Rewrite 3, a variant of Apache's
	IIRF      Dialect = "iirf"      // Ionic's ISAPI Rewrite Filter
)

// All returns the dialects.
func All() []Dialect { return []Dialect{Apache, WebConfig, ISAPI2, ISAPI3, IIRF} }

// Parse returns the dialect of that name.
func Parse(name string) (Dialect, error) {
	if d := Dialect(name); slices.Contains(All(), d) {
		return d, nil
	}
	return "", fmt.Errorf("%q is not a dialect: it is one of apache, webconfig, isapi2, isapi3 and iirf", name)
}

// header is the line that the rules of ISAPI_Rewrite 2 stand behind.
const header = "[isapi_rewrite]"

// sniffed is how much of a text is looked at.
const sniffed = 64 << 10

// Of returns the dialect of the file called name, which holds src: by its name
// where that says it, and else by what it holds.
func Of(name string, src []byte) Dialect {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	start := src[:min(len(src), sniffed)]
	switch {
	case base == "web.config" || base == "applicationhost.config" || webconfig.Looks(start):
		return WebConfig
	case !strings.HasSuffix(base, ".ini"):
		return Apache
	case bytes.Contains(bytes.ToLower(start), []byte(header)):
		return ISAPI2
	case strings.Contains(base, "iirf") || strings.Contains(base, "isapirewrite4"):
		return IIRF
	case strings.Contains(base, "httpd"):
		return ISAPI2
	}
	return Apache
}

// Title returns what d is called in messages.
func (d Dialect) Title() string {
	switch d {
	case WebConfig:
		return "IIS URL Rewrite (web.config)"
	case ISAPI2:
		return "ISAPI_Rewrite 2"
	case ISAPI3:
		return "ISAPI_Rewrite 3"
	case IIRF:
		return "IIRF"
	case Apache:
	}
	return "Apache"
}
