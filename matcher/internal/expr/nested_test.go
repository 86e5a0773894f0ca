package expr

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// A word may be nested as deep wherever it stands.
func TestLevels(t *testing.T) {
	t.Parallel()
	for _, form := range []string{
		"%s == $1", "$1 == %s", "%s =~ /a/", "%s in {'b', $1}", "$1 in {%s}", "-n %s", "%s -strmatch $1", "$1 -strmatch %s", "!(-n %s)", "-n $1 . %s",
	} {
		for depth, want := range map[int]string{17: "", 18: "", 19: "recursion limit reached"} {
			if strings.Contains(form, ".") {
				depth-- // what is joined stands one level below
			}
			src := fmt.Sprintf(form, strings.Repeat("tolower(", depth)+"$0"+strings.Repeat(")", depth))
			_, err := program(t, src).Bool(&request{})
			if want == "" {
				require.NoError(t, err, src)
			} else {
				require.ErrorContains(t, err, want, src)
			}
		}
	}
}

// What an expression needs is a term of an index.
func TestTerms(t *testing.T) {
	t.Parallel()
	for src, holds := range map[string]string{"%{QUERY_STRING} == 'a'": "a", "%{QUERY_STRING} =~ /^a+$/": "aaa"} {
		lists, _, ok := program(t, src).Needs(quiet(false))
		require.True(t, ok, src)
		require.Len(t, lists, 1, src)
		needs := lists[0]
		require.Len(t, needs, 1, src)
		var b index.Builder
		b.Add([]index.Term{needs[0].Term(1)})
		ix := b.Build(index.Options{MinItems: 1, MinUsers: 1})
		require.NotNil(t, ix, src)
		for answer, want := range map[string]bool{holds: true, "b": false} {
			require.Equal(t, want, candidate(ix.List(), answer), "%s: %s", src, answer)
		}
	}
}

// sameAnswer answers each question alike.
type sameAnswer string

func (a sameAnswer) Answer(index.Question, []byte) (text string, made []byte) { return string(a), nil }

// candidate reports whether the one item of l is a candidate.
func candidate(l *index.List, answer string) bool {
	var c index.Cursor
	m := new(work.Meter)
	m.Start(context.Background(), &work.Limits{Bytes: 1 << 20, Time: time.Minute})
	c.Start(l, sameAnswer(answer), m)
	return c.Next(0) == 0
}

// What tests of single words and functions make of odd input.
func TestOddInput(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"unbase64('YWJjZ') == 'abc'":      true, // a digit too few for a byte
		"unbase64('YWJj') == 'abc'":       true,
		"'b' -strmatch '[a-\\\\c]'":       true,
		"'-' -strmatch '[a-\\\\c]'":       false,
		"$1 in PeerExtList('1.2.3')":      false,
		"'known' in PeerExtList('1.2.3')": true,
	} {
		res, err := program(t, src).Bool(&request{extensions: []string{"known"}})
		require.NoError(t, err, src)
		require.Equal(t, want, res.True, src)
	}
}
