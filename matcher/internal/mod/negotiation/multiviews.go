package negotiation

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// maxVariants is how many files may be variants of one; a request is refused where there
// are more.
const maxVariants = 250

// MultiViews is the hook that finds a file by the first parts of its name.
func MultiViews() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return d.Core.Options.MultiViews() },
		Run:    serveVariant,
	}
}

// serveVariant makes the request that of the variant that suits the client best, where
// nothing has the name asked for.
func serveVariant(s *httpd.Request) int {
	if !s.Negotiates() || strings.HasSuffix(s.Filename.Text, "/") {
		return httpd.Declined
	}
	n := begin(s)
	names, status := n.candidates()
	if status != 0 || len(names) == 0 {
		return orDeclined(status)
	}
	if status := n.lookUp(names); status != 0 {
		return status
	}
	if len(n.variants) == 0 {
		return s.Refuse(404, httpd.CodeNotAcceptable, s.Eval.Rule, "name the file with its extensions",
			"nothing is known of the type of the files that are called like %s", httpd.Clipped(s.Filename.Text))
	}
	script := s.Method != "GET" && s.Method != "HEAD" || s.Args.OK || s.PathInfo.Text != ""
	best, status := n.choose(script)
	if status != 0 {
		return status
	}
	if status := n.settle(best); status != 0 {
		return status
	}
	sub := n.lookedUp(best)
	if sub.Status != 200 {
		return sub.Status
	}
	if strings.HasPrefix(best.name, "/") { // in a type map; httpd sends the file
		return s.Refuse(403, httpd.CodeNotAcceptable, s.Eval.Rule, "name it relative to the type map",
			"the variant %s is an absolute file name", httpd.Clipped(best.name))
	}
	if !sub.Args.OK {
		sub.Args = s.Args
	}
	s.Become(sub)
	return 0
}

// orDeclined returns the status, Declined if there is none.
func orDeclined(status int) int {
	if status == 0 {
		return httpd.Declined
	}
	return status
}

// candidates returns the names of files that begin like the one asked for and go on with
// a dot, sorted, or the status to answer with.
func (n *negotiation) candidates() (names []string, status int) {
	prefix := n.s.Filename.Text[len(n.dir):] + "."
	count := 0
	err := n.s.Eval.Engine.Files.EachEntry(n.dir, func(entry fs.DirEntry) bool {
		if count++; strings.HasPrefix(entry.Name(), prefix) && !entry.IsDir() {
			names = append(names, entry.Name())
		}
		return len(names) <= maxVariants
	})
	switch {
	case !n.s.Eval.Spend(count):
		return nil, 500
	case err != nil:
		return nil, n.s.Refuse(403, httpd.CodeNotAcceptable, n.s.Eval.Rule, "", "the variants of %s can't be looked for: %v", httpd.Clipped(n.s.Filename.Text), err)
	case len(names) > maxVariants:
		return nil, n.s.Refuse(500, httpd.CodeLimit, n.s.Eval.Rule, "", "%s has more than %d variants", httpd.Clipped(n.s.Filename.Text), maxVariants)
	}
	slices.Sort(names)
	return names, 0
}

// lookUp makes variants of the files that the client may have and of which something is
// known. A type map among them takes the place of all. It returns 0 or the status to
// answer with.
func (n *negotiation) lookUp(names []string) int {
	asked := n.s.Filename.Text[len(n.dir):]
	for _, name := range names {
		sub := n.s.LookupEntry(name)
		if n.s.Eval.Over() {
			return 500
		}
		if sub.Kind != httpd.RegularFile || sub.Unclaimed == nil || !continues(asked, sub.Unclaimed) || sub.Status != 200 {
			continue
		}
		if sub.ContentType == "" && sub.Handler != "" {
			sub.ContentType = scriptType
		}
		if sub.ContentType == "" {
			continue
		}
		if sub.ContentType == typeMapType || sub.Handler == typeMap {
			n.variants = nil
			return n.readMap(sub.Filename.Text)
		}
		v := newVariant()
		v.name, v.sub, v.encoding, v.languages, v.bytes = name, sub, sub.Encoding, sub.Languages, sub.File.Size()
		t, _ := readElement(sub.ContentType)
		v.setType(&t)
		n.variants = append(n.variants, v)
	}
	return 0
}

// continues reports whether the parts of a name of which nothing is known are all among
// those of the name asked for, in their order.
func continues(asked string, unclaimed []string) bool {
	for part := range strings.SplitSeq(asked, ".") {
		if len(unclaimed) > 0 && part == unclaimed[0] {
			unclaimed = unclaimed[1:]
		}
	}
	return len(unclaimed) == 0
}
