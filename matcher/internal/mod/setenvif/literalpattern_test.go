package setenvif

import "testing"

func TestLiteralPattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		regex, literal string
		ok             bool
	}{
		{"abc", "abc", true},
		{`a\.b`, "a.b", true},
		{`a\\b`, `a\b`, true},
		{`\^\$\|\(\)\[\]\*\+\?\{\}`, "^$|()[]*+?{}", true},
		{`abc\`, "abc", true},
		{`\`, "", true},
		{"a.b", "", false},
		{`\d`, "", false},
		{`a\ b`, "", false},
		{"^a", "", false},
		{"a}", "", false},
	}
	for _, tt := range tests {
		got, ok := literalPattern(tt.regex)
		if got != tt.literal || ok != tt.ok {
			t.Errorf("literalPattern(%q) = %q, %v, want %q, %v", tt.regex, got, ok, tt.literal, tt.ok)
		}
	}
}
