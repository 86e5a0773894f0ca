package parser

// suggest returns a hint that names the one of names closest to word, "" if
// none is close.
func suggest(word string, names []string) string {
	if best := similar(word, names); best != "" {
		return "did you mean \"" + best + "\"?"
	}
	return ""
}

// similar returns the one of names closest to word, "" if none is close.
func similar(word string, names []string) string {
	word = lowerCase(word)
	best, least := "", len(word)/3+1
	for _, n := range names {
		if d := distance(word, lowerCase(n)); d < least || d == least && best == "" {
			best, least = n, d
		}
	}
	if len(word) == 0 || least >= len(word) {
		return ""
	}
	return best
}

// distance returns how many bytes have to be put in, left out or exchanged to
// make b of a. Words of unlikely length are far from any name.
func distance(a, b string) int {
	const long = 40
	if len(a) > long || len(b) > long {
		return long
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diag
			if a[i] != b[j] {
				d++
			}
			diag = row[j+1]
			row[j+1] = min(d, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
