package passwd

import (
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"math/bits"
	"strconv"
	"strings"
)

// The bounds and the default of the rounds of the SHA forms, the longest salt, and how
// long a password may be that crypt(3) hashes.
const (
	shaLeast      = 1000
	shaMost       = 999_999_999
	shaDefault    = 5000
	shaSalt       = 16
	cryptPassword = 512
)

// roundsPerStep is how many rounds of the SHA forms take as much work as bcrypt does
// with cost 0.
const roundsPerStep = 64

// shaSetting is what a hash of the SHA forms says of itself: "rounds=5000$salt$hash",
// where the rounds may be missing.
type shaSetting struct {
	rounds   int
	explicit bool // they are written
	salt     string
}

func parseSHA(rest string) (s shaSetting, ok bool) {
	s.rounds = shaDefault
	if text, found := strings.CutPrefix(rest, "rounds="); found {
		digits, after, there := strings.Cut(text, "$")
		n, isNumber := number(digits)
		if !there || !isNumber || digits[0] == '0' || n < shaLeast || n > shaMost {
			return s, false
		}
		s.rounds, s.explicit, rest = n, true, after
	}
	s.salt, _, ok = strings.Cut(rest, "$")
	return s, ok && len(s.salt) <= shaSalt
}

// shaCost returns the cost of a hash of the SHA forms.
func shaCost(rest string) (int, bool) {
	s, ok := parseSHA(rest)
	return bits.Len(uint((s.rounds - 1) / roundsPerStep)), ok //nolint:gosec // not negative
}

func checkSHA256(text, password string) bool {
	return checkSHA(text, "$5$", password, sha256.New, sha256Digits)
}

func checkSHA512(text, password string) bool {
	return checkSHA(text, "$6$", password, sha512.New, sha512Digits)
}

func checkSHA(text, prefix, password string, hashOf func() hash.Hash, digitsOf func([]byte) []byte) bool {
	s, ok := parseSHA(text[len(prefix):])
	if !ok || len(password) >= cryptPassword {
		return false
	}
	made := prefix
	if s.explicit {
		made += "rounds=" + strconv.Itoa(s.rounds) + "$"
	}
	return equal(text, made+s.salt+"$"+string(digitsOf(shaSum(&s, []byte(password), hashOf()))))
}

// shaSum returns the digest that the digits of a hash stand for.
func shaSum(s *shaSetting, password []byte, h hash.Hash) []byte {
	sum := func(parts ...[]byte) []byte {
		h.Reset()
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	salt := []byte(s.salt)
	inner := sum(password, salt, password)
	parts := [][]byte{password, salt, repeated(inner, len(password))}
	for n := len(password); n > 0; n >>= 1 {
		if n&1 != 0 {
			parts = append(parts, inner)
		} else {
			parts = append(parts, password)
		}
	}
	digest := sum(parts...)
	p := repeated(sum(many(password, len(password))...), len(password))
	q := repeated(sum(many(salt, 16+int(digest[0]))...), len(salt))
	for i := range s.rounds {
		h.Reset()
		writeOne(h, i&1 != 0, p, digest)
		if i%3 != 0 {
			h.Write(q)
		}
		if i%7 != 0 {
			h.Write(p)
		}
		writeOne(h, i&1 == 0, p, digest)
		digest = h.Sum(digest[:0])
	}
	return digest
}

// many returns b n times.
func many(b []byte, n int) [][]byte {
	parts := make([][]byte, n)
	for i := range parts {
		parts[i] = b
	}
	return parts
}

// writeOne writes one of two texts.
func writeOne(h hash.Hash, first bool, one, other []byte) {
	if first {
		h.Write(one)
		return
	}
	h.Write(other)
}

// sha256Digits writes a digest as crypt(3) does: bytes a third of the digest apart make
// a group, and with each group the three places rotate.
func sha256Digits(sum []byte) []byte {
	var out []byte
	a, b, c := 0, 10, 20
	for range 10 {
		out = group(out, sum[a], sum[b], sum[c], 4)
		a, b, c = c+1, a+1, b+1
	}
	return group(out, 0, sum[31], sum[30], 3)
}

// sha512Digits writes a digest as crypt(3) does.
func sha512Digits(sum []byte) []byte {
	var out []byte
	a, b, c := 0, 21, 42
	for range 21 {
		out = group(out, sum[a], sum[b], sum[c], 4)
		a, b, c = b+1, c+1, a+1
	}
	return group(out, 0, 0, sum[63], 2)
}
