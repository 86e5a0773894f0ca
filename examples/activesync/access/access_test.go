package access

import (
	"strings"
	"testing"
)

// TestOrder lists policies and devices, and which line decides.
func TestOrder(t *testing.T) {
	t.Parallel()
	old := Facts{User: "alice", DeviceID: "D", DeviceType: "iPhone", UserAgent: "Apple-iPhone1C2/803.148"}
	with := func(f Facts, change func(*Facts)) Facts { change(&f); return f }
	verified := with(old, func(f *Facts) { f.Verified = true })
	four := with(old, func(f *Facts) { f.UserAgent = "Apple-iPhone3C1/803.148" })
	const everything = "user alice block D\nuser alice allow D\nblock DeviceType \"iPhone\"\nquarantine DeviceType \"iPhone\"\nallow DeviceType \"iPhone\"\ndefault block\n"
	less := func(n int) string { return strings.Repeat("\n", n) + strings.SplitAfterN(everything, "\n", n+1)[n] }
	tests := []struct {
		name, policy string
		facts        Facts
		want         string
	}{
		{"personal block", everything, verified, "block 1"},
		{"personal allow", less(1), verified, "allow 2"},
		{"rule block", less(2), verified, "block 3"},
		{"rule quarantine", less(3), verified, "quarantine 4"},
		{"rule allow", less(4), verified, "allow 5"},
		{"default", less(5), verified, "block 6"},
		{"block by name of another domain", "default allow\nuser CORP\\alice block d\n", with(old, func(f *Facts) { f.User = "alice@example.com" }), "block 2"},
		{"allow by name without a domain", "default block\nuser alice allow D\n", with(old, func(f *Facts) { f.User = "corp\\ALICE" }), "allow 2"},
		{"allow by name of another domain", "default block\nuser CORP\\alice allow D\n", with(old, func(f *Facts) { f.User = "OTHER\\alice" }), "block 1"},
		{"personal allow, hardware does not encrypt", "default block\nencrypting required\nuser alice allow D\n", old, "block 2"},
		{"the same, only what is known", "default block\nencrypting known\nuser alice allow D\n", old, "block 2"},
		{"the same, verified", "default block\nencrypting required\nuser alice allow D\n", verified, "allow 3"},
		{"personal allow, hardware encrypts", "default block\nencrypting required\nuser alice allow D\n", four, "allow 3"},
		{"minimum by name", "default allow\nminimum iPhone3,1 8H7\n", four, "block 2"},
		{"minimum by number", "default allow\nminimum iPhone3C1 803.148\n", four, "allow 1"},
		{"minimum of reported hardware", "default allow\nminimum iPhone3C1 8H7\n", Facts{DeviceModel: "iPhone3C1", UserAgent: "Apple-iPhone/803.148"}, "block 2"},
		{"minimum, suffix", "default allow\nminimum iPhone3C1 8C148a\n", four, "block 2"},
		{"no hardware, known", "default allow\nencrypting known\n", Facts{UserAgent: "Apple-iPhone/705.18"}, "allow 1"},
		{"no hardware, required", "default allow\nencrypting required\n", Facts{UserAgent: "Apple-iPhone/705.18"}, "block 2"},
		{"no hardware, off", "default allow\nencrypting off\n", Facts{}, "allow 1"},
		{"reported hardware", "default allow\nencrypting required\n", Facts{UserAgent: "Apple-iPhone/705.18", DeviceModel: "iPhone2C1"}, "allow 1"},
		{"reported hardware contradicts", "default allow\nencrypting known\n", with(four, func(f *Facts) { f.DeviceModel = "iPhone1,2" }), "block 2"},
		{"exact text", "default block\nallow UserAgent \"a \\\"b\\\\\"\n", Facts{UserAgent: `a "b\`}, "allow 2"},
		{"not a part of it", "default block\nallow UserAgent \"Apple\"\n", four, "block 1"},
	}
	for _, test := range tests {
		p, err := Parse("access", []byte(test.policy))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		v := p.Decide(&test.facts)
		if got := string(v.Level) + strings.TrimPrefix(v.At, "access:"); got != strings.Replace(test.want, " ", "", 1) {
			t.Errorf("%s: %v, want %s", test.name, v, test.want)
		}
	}
	if v := (*Policy)(nil).Decide(&four); v.Level != Block {
		t.Errorf("no policy: %v", v)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{"", "1:1"},
		{"# default allow\n", "2:1"},
		{"default\n", "1:1"},
		{"default  allowed\n", "1:10"},
		{"default allow it\n", "1:15"},
		{"default allow\ndefault block\n", "2:1"},
		{"Default allow\n", "1:1"},
		{"default allow\n  encrypting yes\n", "2:14"},
		{"default allow\nblock DeviceType \"x\"\nblock DeviceType \"x\"\n", "3:1"},
		{"default allow\nuser CORP\\a block D\nuser a@b block d\n", "3:1"},
		{"default allow\nencrypting off\nencrypting known", "3:1"},
		{"default allow\nminimum iPhone 8H7\n", "2:9"},
		{"default allow\nminimum iPhone2C1 8\n", "2:19"},
		{"default allow\nminimum iPhone2C1 8H7\nminimum iPhone2,1 8H8\n", "3:1"},
		{"default block\nallow Type \"x\"\n", "2:7"},
		{"default block\nallow DeviceType x\n", "2:18"},
		{"default block\nallow DeviceType \"x\n", "2:18"},
		{"default block\nallow DeviceType \"x\"y\n", "2:21"},
		{"default block\nallow DeviceType \"\\x\"\n", "2:18"},
		{"default block\nallow DeviceType \"\"\n", "2:18"},
		{"default allow\nuser alice quarantine D\n", "2:12"},
		{"default allow\nuser CORP\\ allow D\n", "2:6"},
		{"default block\nallow DeviceType \"\xff\"\n", "2:19"},
		{"default allow\n\x00\n", "2:1"},
	}
	for _, test := range tests {
		_, err := Parse("access", []byte(test.src))
		if err == nil || !strings.HasPrefix(err.Error(), "access:"+test.want+": ") {
			t.Errorf("Parse(%q): %v, want %s", test.src, err, test.want)
		}
	}
	_, err := Parse("access", []byte("x\ny\n"))
	if n := strings.Count(err.Error(), "access:"); n != 2 {
		t.Errorf("%d errors, want both: %v", n, err)
	}
	if _, err := Parse("access", []byte("\uFEFFdefault allow\r\nuser \"CORP\\\\al ice\" block D # gone\r\n")); err != nil {
		t.Error(err)
	}
}

// FuzzParse wants errors to point into the file, and a policy that was read to
// decide, the same every time.
func FuzzParse(f *testing.F) {
	f.Add("default block\nencrypting required\nminimum iPhone2C1 8H7\nallow DeviceType \"iPhone\"\nuser alice block D\n", "alice", "iPhone", "Apple-iPhone2C1/808.7")
	f.Add("quarantine UserAgent \"\\\"\n", "", "", "")
	f.Fuzz(func(t *testing.T, src, user, kind, agent string) {
		p, err := Parse("access", []byte(src))
		if err != nil {
			for e := range strings.SplitSeq(err.Error(), "\naccess:") {
				if strings.HasPrefix(e, "0:") {
					t.Errorf("%q: %s", src, e)
				}
			}
			return
		}
		facts := &Facts{User: user, DeviceID: "D", DeviceType: kind, DeviceModel: kind, UserAgent: agent}
		v := p.Decide(facts)
		if v != p.Decide(facts) || v.Rule == "" || !strings.Contains(src, v.Rule) || !strings.HasPrefix(v.At, "access:") {
			t.Errorf("%q: %v", src, v)
		}
	})
}
