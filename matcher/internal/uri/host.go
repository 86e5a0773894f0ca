package uri

import "math/bits"

// IsPlainHost reports whether host is a name as nearly all are: labels of small
// letters, digits and "-", the last of which starts with a letter. There is
// nothing to change or refuse in it.
func IsPlainHost(host string) bool {
	label := 0 // where the last one starts
	for i := 0; i < len(host); i++ {
		if len(host) >= 8 { // skip small letters, eight at once
			first := min(i, len(host)-8)
			others := eachSign &^ smallLetters(word(host[first:])) &^ (1<<(8*(i-first)) - 1)
			if others == 0 {
				i = first + 7
				continue
			}
			i = first + bits.TrailingZeros64(others)/8
		}
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-':
		case c == '.' && i > label:
			label = i + 1
		default:
			return false
		}
	}
	return label < len(host) && 'a' <= host[label] && host[label] <= 'z'
}

// smallLetters returns a word that has the highest bit of each byte of w that is a small
// letter, and no other bit.
func smallLetters(w uint64) uint64 {
	low := w &^ eachSign
	return (low + (0x80-'a')*eachByte) &^ (low + (0x7f-'z')*eachByte) &^ w & eachSign
}
