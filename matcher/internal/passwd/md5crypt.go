package passwd

import (
	"crypto/md5" //nolint:gosec // $1$ and $apr1$ are what files hold
	"strings"
)

// The length of a salt, and how often the MD5 forms hash anew.
const (
	md5Salt   = 8
	md5Rounds = 1000
)

// checkMD5 checks a hash of the form $1$salt$hash or $apr1$salt$hash, which differ in
// nothing but their names.
func checkMD5(text, password string) bool {
	prefix := text[:strings.IndexByte(text[1:], '$')+2]
	salt, _, _ := strings.Cut(text[len(prefix):], "$")
	if len(salt) > md5Salt || prefix == "$1$" && len(password) >= cryptPassword {
		return false
	}
	return equal(text, prefix+salt+"$"+md5Digits(md5Sum(prefix, salt, password)))
}

// md5Sum returns the digest that the digits of a hash stand for.
func md5Sum(prefix, salt, password string) [md5.Size]byte {
	inner := md5.Sum([]byte(password + salt + password)) //nolint:gosec // as above
	first := []byte(password + prefix + salt)
	first = append(first, repeated(inner[:], len(password))...)
	for n := len(password); n > 0; n >>= 1 {
		if n&1 != 0 || password == "" {
			first = append(first, 0)
		} else {
			first = append(first, password[0])
		}
	}
	sum := md5.Sum(first) //nolint:gosec // as above
	text := make([]byte, 0, 2*len(password)+md5Salt+md5.Size)
	for i := range md5Rounds {
		text = text[:0]
		text = appendOne(text, i&1 != 0, password, sum[:])
		if i%3 != 0 {
			text = append(text, salt...)
		}
		if i%7 != 0 {
			text = append(text, password...)
		}
		text = appendOne(text, i&1 == 0, password, sum[:])
		sum = md5.Sum(text) //nolint:gosec // as above
	}
	return sum
}

// appendOne appends the password, or else the digest.
func appendOne(text []byte, thePassword bool, password string, digest []byte) []byte {
	if thePassword {
		return append(text, password...)
	}
	return append(text, digest...)
}

// md5Digits writes a digest as crypt(3) does.
func md5Digits(sum [md5.Size]byte) string {
	var out []byte
	for i := range 4 {
		out = group(out, sum[i], sum[i+6], sum[i+12], 4)
	}
	out = group(out, sum[4], sum[10], sum[5], 4)
	return string(group(out, 0, 0, sum[11], 2))
}

// repeated returns the first n bytes of b, repeated.
func repeated(b []byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = b[i%len(b)]
	}
	return out
}
