package access

import "slices"

// Methods is a set of request methods, by their numbers in a MethodTable.
type Methods uint64

// AllMethods are the methods that have a number and all that have none.
const AllMethods = ^Methods(0)

// NoMethod is a number that no method has.
const NoMethod = 63

// Has reports whether the method numbered n is in the set.
func (m Methods) Has(n int) bool { return m&(1<<n) != 0 }

// every reports whether the set has the numbers of all methods.
func (m Methods) every() bool { return m|1<<NoMethod == AllMethods }

// hold reports whether the method of s is in the set. As a rule all are, and s is not asked.
func (m Methods) hold(s Subject) bool { return m.every() || m.Has(s.Method()) }

// builtin are the methods that httpd knows, by number. HEAD is GET.
var builtin = [...]string{
	"GET", "PUT", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL",
	"COPY", "MOVE", "LOCK", "UNLOCK", "VERSION-CONTROL", "CHECKOUT", "UNCHECKOUT", "CHECKIN", "UPDATE", "LABEL",
	"REPORT", "MKWORKSPACE", "MKACTIVITY", "BASELINE-CONTROL", "MERGE",
}

// unknownMethod is the number that all methods share that have none of their
// own. The numbers after it are for those that a configuration names.
const (
	unknownMethod = len(builtin)
	maxRegistered = NoMethod - 1 - unknownMethod
)

// MethodTable numbers the request methods: those that httpd knows and those
// that <Limit> named. The zero table knows the former.
type MethodTable struct {
	registered []string
}

// Number returns the number of the method name. ok is false for one that is
// not known, which shares its number with all others of the kind.
func (t *MethodTable) Number(name string) (n int, ok bool) {
	if name == "GET" || name == "HEAD" {
		return 0, true
	}
	if i := slices.Index(builtin[:], name); i >= 0 {
		return i, true
	}
	if i := slices.Index(t.registered, name); i >= 0 {
		return unknownMethod + 1 + i, true
	}
	return unknownMethod, false
}

// Register gives the method name a number of its own, as long as there are
// any left, and returns its number.
func (t *MethodTable) Register(name string) int {
	n, ok := t.Number(name)
	if ok || len(t.registered) >= maxRegistered {
		return n
	}
	t.registered = append(t.registered, name)
	return unknownMethod + len(t.registered)
}
