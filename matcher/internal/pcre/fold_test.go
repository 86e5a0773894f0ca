package pcre

import (
	"slices"
	"testing"
	"unicode"
)

// TestFoldsAndGo compares the cases of all characters with those that Go knows,
// whose Unicode is newer and which we do not use. A difference has to be about a
// character that Unicode 14 did not have; with Go's Unicode 15.0.0 there is none.
func TestFoldsAndGo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	folds, unassigned := NewFolds(), knownChars("cn")
	newer := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		want := []rune{r}
		for c := unicode.SimpleFold(r); c != r; c = unicode.SimpleFold(c) {
			want = append(want, c)
		}
		slices.Sort(want)
		switch got := folds.cases(r); {
		case slices.Equal(got, want):
		case slices.ContainsFunc(want, unassigned.has):
			newer++
		default:
			t.Errorf("cases of %U: %U, Go's Unicode %s has %U", r, got, unicode.Version, want)
		}
	}
	t.Logf("%d differences in characters that only Unicode %s has", newer, unicode.Version)
}

// TestPropertiesAndGo compares general categories with Go's: where they differ, it
// is about characters that Unicode 14 did not have.
func TestPropertiesAndGo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	unassigned := knownChars("cn")
	newer := 0
	for name, table := range map[string]*unicode.RangeTable{
		"l": unicode.L, "lu": unicode.Lu, "ll": unicode.Ll, "lt": unicode.Lt, "m": unicode.M, "mn": unicode.Mn, "n": unicode.N,
		"nd": unicode.Nd, "p": unicode.P, "s": unicode.S, "z": unicode.Z, "cc": unicode.Cc,
		"sc=cyrillic": unicode.Cyrillic, "sc=greek": unicode.Greek, "sc=latin": unicode.Latin, "sc=han": unicode.Han,
	} {
		chars := knownChars(name)
		for r := rune(0); r <= unicode.MaxRune; r++ {
			switch got, want := chars.has(r), unicode.Is(table, r); {
			case got == want:
			case unassigned.has(r):
				newer++
			default:
				t.Errorf("%U has property %s: %v, Go's Unicode %s says %v", r, name, got, unicode.Version, want)
			}
		}
	}
	if newer == 0 && unicode.Version != "14.0.0" {
		t.Errorf("no character is newer than Unicode 14, with Go's Unicode %s", unicode.Version)
	}
	t.Logf("%d differences in characters that only Unicode %s has", newer, unicode.Version)
}
