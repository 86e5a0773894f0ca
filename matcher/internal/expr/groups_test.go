package expr

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	const b, c = "%{REQUEST_URI} =~ /(b)/", "%{REQUEST_URI} =~ /c/"
	for src, want := range map[string]Groups{
		c:                           {},
		b:                           {Changes: true, Always: true, IfTrue: true},
		"%{REQUEST_URI} !~ /(b)/":   {Changes: true, Always: true, IfTrue: true},
		"!(" + b + ")":              {Changes: true, Always: true, IfTrue: true},
		"'$0' == 'a'":               {Refers: true},
		"'x$1' == 'a'":              {Refers: true},
		"tolower('a$1') == 'a'":     {Refers: true},
		b + " && '$1' == 'b'":       {Refers: true, Changes: true, Always: true, IfTrue: true},
		c + " && " + b:              {Changes: true, IfTrue: true},
		"!(" + c + " && " + b + ")": {Changes: true},
		c + " || " + b:              {Changes: true},
		b + " || " + c:              {Changes: true, Always: true, IfTrue: true},
		"(" + c + " && " + b + ") || (" + b + " && " + c + ")": {Changes: true, IfTrue: true},
		"%{REQUEST_URI} in { 'a', '$2' }":                      {Refers: true},
	} {
		require.Equal(t, want, program(t, src).Groups(), src)
	}
}
