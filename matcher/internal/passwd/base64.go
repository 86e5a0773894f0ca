package passwd

// digits are those of crypt(3) for six bits, in order of their value.
const digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// group appends to out the n digits of three bytes, the lowest ones first.
func group(out []byte, high, middle, low byte, n int) []byte {
	v := uint32(high)<<16 | uint32(middle)<<8 | uint32(low)
	for range n {
		out = append(out, digits[v&63])
		v >>= 6
	}
	return out
}
