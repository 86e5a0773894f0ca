// Package suggest finds the name that a misspelled word was meant for.
package suggest

import "github.com/modrewrite-go/modrewrite/parser/internal/ascii"

// Hint returns a hint that names the one of names closest to word, "" if
// none is close.
func Hint(word string, names []string) string {
	if best := similar(word, names); best != "" {
		return "did you mean \"" + best + "\"?"
	}
	return ""
}

// maxSimilar is the length of the longest word that may be meant for a name.
const maxSimilar = 40

// similar returns the one of names closest to word, "" if none is close.
func similar(word string, names []string) string {
	if len(word) > maxSimilar {
		return ""
	}
	word = ascii.LowerCase(word)
	best, least := "", len(word)/3+1
	for _, n := range names {
		if d := distance(word, ascii.LowerCase(n)); d < least || d == least && best == "" {
			best, least = n, d
		}
	}
	if least >= len(word) {
		return ""
	}
	return best
}

// distance returns how many bytes have to be put in, left out or exchanged to
// make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
