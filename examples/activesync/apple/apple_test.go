package apple

import (
	"cmp"
	"strings"
	"testing"
)

// TestTables wants the tables to be read whole and every build to be the same in
// all three of its forms.
func TestTables(t *testing.T) {
	t.Parallel()
	hardware, builds := 0, 0
	for _, id := range Known() {
		if Name(id) == "" {
			t.Errorf("%s has no name", id)
		}
		b := ParseBuild(id)
		if b == 0 {
			hardware++
			if h := ParseHardware(id); strings.Replace(string(h), "C", ",", 1) != id {
				t.Errorf("%s is read as %q", id, h)
			}
			continue
		}
		builds++
		for _, s := range []string{b.String(), b.Dotted(1), b.Dotted(3)} {
			if again := ParseBuild(s); again != b || b.String() != id {
				t.Errorf("%s of %s is read back as %v", s, id, again)
			}
		}
	}
	if hardware != 26 || builds != 50 {
		t.Errorf("%d of hardware, %d builds", hardware, builds)
	}
}

func TestAgents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		agent, hardware, build string
		encryption             Encryption
	}{
		{"Apple-iPhone2C1/801.23000013", "iPhone2C1", "8A230m", Encrypts},
		{"Apple-iPhone4C1/901.522000016", "iPhone4C1", "9A5220p", Encrypts},
		{"Apple-iPod/507.7700001", "", "5G77a", Undecidable},
		{"Apple-iPod1C1/705.18", "iPod1C1", "7E18", DoesNotEncrypt},
		{"Apple-iPhone1C3/705.18", "iPhone1C3", "7E18", DoesNotEncrypt},
		{"Apple-iPhone10C1/705.18", "iPhone10C1", "7E18", Encrypts},
		{"Apple-iPad/702.367", "", "7B367", Undecidable},
	}
	for _, test := range tests {
		a := ParseAgent(test.agent)
		if string(a.Hardware) != test.hardware || a.Build.String() != test.build || a.Hardware.Encryption() != test.encryption {
			t.Errorf("%s: %v %v %v", test.agent, a.Hardware, a.Build, a.Hardware.Encryption())
		}
	}
	for _, s := range []string{"", "Apple-", "Apple-(null)/704.11", "Apple-i386/801.293", "x Apple-iPhone2C1/808.7", "Apple-iPhone2C1", "Apple-iPhone2C1/8 8", "Apple-iPhone0C1/705.18", "Apple-iPhone01C2/705.18", "Apple-iPhone\u212A/1"} {
		if a := ParseAgent(s); a != (Agent{}) {
			t.Errorf("%q: %v", s, a)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	order := []string{"7E18", "8A293", "8C148", "8C148a", "8H7", "8H8", "8H100", "8J2", "10B142", "10B145"}
	for i, a := range order {
		for j, b := range order {
			if got := cmp.Compare(ParseBuild(a), ParseBuild(b)); got != cmp.Compare(i, j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}
