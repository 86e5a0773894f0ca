package framing

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// said is what a Watch says of text that comes in parts of size bytes.
func said(text string, size int) bool {
	var w Watch
	for len(text) > 0 {
		n := min(size, len(text))
		w.See([]byte(text[:n]))
		text = text[n:]
	}
	return w.LengthSaid()
}

func TestWatch(t *testing.T) {
	t.Parallel()
	const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
	for text, want := range map[string]bool{
		"":                                       false,
		"Content-Length":                         true,
		"Content-Lengt":                          false,
		"ontent-Length":                          false,
		"Content_Length":                         false,
		"-":                                      false,
		"Content-Content-Length":                 true,
		"--------------":                         false,
		chunked + "\r\n3\r\nabc\r\n0\r\n\r\n":    false,
		chunked + "cONTENT-lENGTH: 3\r\n\r\n":    true,
		chunked + "\r\n0\r\n\r\nContent-Length:": true,
		"Content-Length: 3\r\n" + chunked + "\r": true,
		strings.Repeat("x", 100) + "content-length" + strings.Repeat("x", 100): true,
		strings.Repeat("Content-", 50) + "Length":                              true,
		strings.Repeat("Content-", 50):                                         false,
		"\u212aontent-Length Content-Lengt\u212a":                              false,
	} {
		for size := 1; size <= len(text)+1; size++ {
			require.Equal(t, want, said(text, size), "%q by %d", text, size)
		}
	}
}

func TestLengthSaid(t *testing.T) {
	t.Parallel()
	require.True(t, LengthSaid(context.Background()))
	var w Watch
	ctx := With(context.Background(), &w)
	require.False(t, LengthSaid(ctx))
	w.See([]byte("content-length: 1"))
	require.True(t, LengthSaid(ctx))
}

// A Watch finds the name whatever is around it and however it comes.
func FuzzWatch(f *testing.F) {
	anywhere := regexp.MustCompile("(?i)content-length")
	f.Add("Content-Length", 1)
	f.Add("Content-Content-length", 3)
	f.Fuzz(func(t *testing.T, text string, size int) {
		require.Equal(t, anywhere.MatchString(text), said(text, max(1, size%64)), text)
	})
}
