package lint

import (
	"maps"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Witness is a request that a rule is for, as far as the text of the rules says. A rule
// before it may answer, and what cannot be read in the text may keep the rule from
// matching.
type Witness struct {
	Rule         parser.Extent
	Text         string // of the rule
	Method, Host string
	AnyHost      bool // the rule does not name the host: it is a made-up one
	Target       string
	TLS          bool
	Remote       string // the client's address
	Header       map[string]string
	// Files have to be on disk, by URL-path; true for a folder.
	Files map[string]bool
}

// Witnesses returns requests for the rules of the sources, in their order.
func Witnesses(sources []Source, o *Options) ([]Witness, error) {
	var all []Witness
	for _, src := range sources {
		c, err := newChecker(src, o)
		if err != nil {
			return nil, err
		}
		if c.file == nil {
			continue // of another language
		}
		for r := range c.rules() {
			for _, w := range c.witnesses(r, nil) {
				all = append(all, exportWitness(r, w))
			}
		}
	}
	return all, nil
}

func exportWitness(r *rule, w *witness) Witness {
	header := maps.Clone(w.header)
	maps.DeleteFunc(header, func(name, value string) bool { return value == defaultHeader(name) || value == "" })
	return Witness{
		Rule: r.Extent, Text: r.Directive + " " + r.Raw, Method: w.method, Host: w.host, AnyHost: w.host == ownHost,
		Target: w.target(), TLS: w.tls, Remote: w.remote, Header: header, Files: maps.Clone(w.files),
	}
}

// String describes the request in a line.
func (w *Witness) String() string {
	in := witness{method: w.Method, host: w.Host, tls: w.TLS, header: w.Header}
	text := in.String()
	return text[:len(text)-len(in.target())] + w.Target
}
