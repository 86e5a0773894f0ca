package apr

import (
	"strconv"
	"strings"
)

// Atoi reads a number as C's atoi does where int has 32 and long 64 bits:
// blanks, a sign, digits up to anything else; the low half of a value that
// saturates at 64 bits.
func Atoi(s string) int32 {
	i := 0
	for i < len(s) && (s[i] == ' ' || '\t' <= s[i] && s[i] <= '\r') {
		i++
	}
	negative := i < len(s) && s[i] == '-'
	if negative || i < len(s) && s[i] == '+' {
		i++
	}
	const limit = 1 << 63
	var n uint64
	for ; i < len(s) && IsDigit(s[i]); i++ {
		d := uint64(s[i] - '0')
		if n > (limit-d)/10 {
			n = limit
			break
		}
		n = n*10 + d
	}
	if negative {
		return int32(-int64(n)) //nolint:gosec // truncation is the point
	}
	return int32(min(n, limit-1)) //nolint:gosec // truncation is the point
}

// Atol reads the number at the head of s, 0 without one.
func Atol(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	end := 0
	for end < len(s) && (IsDigit(s[end]) || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64) // 0, or the nearest that there is
	return n
}
