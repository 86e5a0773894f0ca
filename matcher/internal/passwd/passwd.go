// Package passwd checks passwords against hashes as files of users have them: those
// that httpd's htpasswd writes, and what of crypt(3) is neither broken nor rare.
package passwd

import (
	"crypto/sha1" //nolint:gosec // {SHA} is what files hold
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Hash is the hash of a password, in a form that is known.
type Hash struct {
	text  string
	check func(text, password string) bool
	cost  int
}

// Parse reads a hash. It reports false where its form is not known, or where no
// password could have it.
func Parse(text string) (Hash, bool) {
	for _, f := range forms {
		if rest, ok := strings.CutPrefix(text, f.prefix); ok {
			cost, ok := f.cost(rest)
			return Hash{text, f.check, cost}, ok && printable(text)
		}
	}
	return Hash{}, false
}

// form is a way of hashing passwords.
type form struct {
	prefix string
	// cost returns how much work a hash takes, as the logarithm of its rounds or 0 for
	// little, by what follows the prefix. ok is false where that is malformed.
	cost  func(rest string) (cost int, ok bool)
	check func(text, password string) bool
}

// prefixSHA1 is what the hashes begin with that are one SHA-1 of the password.
const prefixSHA1 = "{SHA}"

var forms = [...]form{
	{prefixSHA1, plainCost, checkSHA1},
	{"$apr1$", plainCost, checkMD5},
	{"$1$", plainCost, checkMD5},
	{"$5$", shaCost, checkSHA256},
	{"$6$", shaCost, checkSHA512},
	{"$2a$", bcryptCost, checkBcrypt},
	{"$2b$", bcryptCost, checkBcrypt},
	{"$2y$", bcryptCost, checkBcrypt},
}

// plainCost is the cost of forms that don't let one choose.
func plainCost(string) (int, bool) { return 0, true }

// printable reports whether text holds nothing that crypt(3) refuses in a hash.
func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("!*:;\\", r) }) < 0
}

// Cost is the cost of a hash as bcrypt counts: each step doubles the work. For forms
// that are always cheap it is 0.
func (h *Hash) Cost() int { return h.cost }

// Cheap reports whether checking a password takes no more than a hash function does.
func (h *Hash) Cheap() bool { return strings.HasPrefix(h.text, prefixSHA1) }

// Text returns the hash as it was read.
func (h *Hash) Text() string { return h.text }

// Setting returns the part of the hash that says how a password is hashed, but for the
// salt: checking a password takes as long for all hashes with the same one.
func (h *Hash) Setting() string {
	second := strings.IndexByte(h.text[1:], '$') + 1
	switch {
	case h.Cheap():
		return prefixSHA1
	case strings.HasPrefix(h.text, "$2"), strings.HasPrefix(h.text[second:], "$rounds="):
		return h.text[:second+1+strings.IndexByte(h.text[second+1:], '$')]
	}
	return h.text[:second]
}

// maxPassword is the longest password that is hashed, in bytes: as long as a field of a
// request may be by default. The MD5 forms take time for each byte.
const maxPassword = 8190

// Matches reports whether the hash is that of password. How long that takes does not
// depend on how much of it agrees.
func (h *Hash) Matches(password string) bool {
	return len(password) <= maxPassword && h.check(h.text, password)
}

// equal compares two hashes in constant time.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func checkSHA1(text, password string) bool {
	sum := sha1.Sum([]byte(password)) //nolint:gosec // {SHA} is what files hold
	return equal(text, prefixSHA1+base64.StdEncoding.EncodeToString(sum[:]))
}

// bcryptSize is the length of a bcrypt hash, its prefix included.
const bcryptSize = 60

// bcryptCost returns the cost in a bcrypt hash.
func bcryptCost(rest string) (cost int, ok bool) {
	if len(rest) != bcryptSize-len("$2y$") || rest[2] != '$' {
		return 0, false
	}
	cost, ok = number(rest[:2])
	return cost, ok && cost >= bcrypt.MinCost && cost <= bcrypt.MaxCost
}

func checkBcrypt(text, password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(text), []byte(password)) == nil
}

// number reads a decimal number of a few digits.
func number(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, s != "" && len(s) < len("1000000000")
}
