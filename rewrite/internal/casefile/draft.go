package casefile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Draft is a case file that is being written: requests without expectations, which
// Report.Update fills in.
type Draft struct {
	Description string
	Settings    []string // lines
	Files       []string // lines
	Requests    []*DraftRequest
}

// DraftRequest is a request of a Draft.
type DraftRequest struct {
	Comment string // one line, "" for none
	Method  string
	Target  string
	Host    string // "" for the default
	TLS     bool
	Remote  string // "" for the default
	Header  map[string]string
}

// String returns the text of the case file.
func (d *Draft) String() string {
	var b strings.Builder
	b.WriteString(d.Description + "\n\n-- settings --\n")
	for _, l := range d.Settings {
		b.WriteString(l + "\n")
	}
	if len(d.Files) > 0 {
		b.WriteString("-- files --\n" + strings.Join(d.Files, "\n") + "\n")
	}
	b.WriteString("-- requests --\n")
	for i, r := range d.Requests {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(r.String())
	}
	return b.String()
}

// String returns the lines of the request.
func (r *DraftRequest) String() string {
	var b strings.Builder
	if r.Comment != "" {
		fmt.Fprintf(&b, "# %s\n", printable(r.Comment))
	}
	target, host := r.Target, r.Host
	if plain := target != "" && !strings.ContainsAny(target, " \t\"") && isText(target); !plain {
		target = fmt.Sprintf("%q", target)
	} else if host != "" {
		scheme := "http://"
		if r.TLS {
			scheme = "https://"
		}
		target, host = scheme+host+target, ""
	}
	fmt.Fprintf(&b, "%s %s\n", r.Method, target)
	if host != "" {
		fmt.Fprintf(&b, "\tHost: %s\n", quote(host))
	}
	if r.TLS && !strings.HasPrefix(target, "https://") {
		b.WriteString("\ttls\n")
	}
	if r.Remote != "" {
		fmt.Fprintf(&b, "\tremote %s\n", r.Remote)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(&b, "\t%s: %s\n", name, quote(r.Header[name]))
	}
	return b.String()
}
