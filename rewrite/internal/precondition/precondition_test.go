package precondition

import (
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

const (
	tag      = `"a-1"`
	modified = "Tue, 14 Nov 2023 22:13:20 GMT"
	earlier  = "Tue, 14 Nov 2023 22:13:19 GMT"
	later    = "Tue, 14 Nov 2023 22:13:21 GMT"
)

func request(method string, fields ...string) *http.Request {
	r := &http.Request{Method: method, Header: http.Header{}}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// What httpd answers long after a file was modified is recorded in testdata/files of
// package rewrite. Here the file is new, which recordings can't show.
func TestCheckOfNewFile(t *testing.T) {
	t.Parallel()
	at, ok := ParseDate(modified)
	if !ok {
		t.Fatal(modified)
	}
	for _, tt := range []struct {
		after  time.Duration // from the modification to the request
		method string
		fields []string
		want   int
	}{
		{time.Hour, "GET", []string{"If-Modified-Since", modified}, 304},
		{30 * time.Second, "GET", []string{"If-Modified-Since", modified}, 304},
		{30 * time.Second, "GET", []string{"If-Modified-Since", modified, "Range", "bytes=0-1"}, 200},
		{time.Hour, "GET", []string{"If-Modified-Since", modified, "Range", "bytes=0-1"}, 304},
		{time.Hour, "GET", []string{"If-Modified-Since", earlier}, 200},
		{0, "GET", []string{"If-Modified-Since", later}, 200}, // after the request
		{time.Hour, "POST", []string{"If-Modified-Since", modified}, 200},
		{30 * time.Second, "GET", []string{"If-Unmodified-Since", earlier}, 412},
		{30 * time.Second, "GET", []string{"If-Unmodified-Since", earlier, "Range", "bytes=0-1"}, 200},
		{time.Hour, "GET", []string{"If-Unmodified-Since", earlier, "Range", "bytes=0-1"}, 412},
		{time.Hour, "GET", []string{"If-None-Match", `W/"a-1"`, "If-Modified-Since", modified}, 304},
		{time.Hour, "GET", []string{"If-None-Match", `"b"`, "If-None-Match", tag}, 304},
		{time.Hour, "POST", []string{"If-None-Match", tag}, 412},
		{time.Hour, "POST", []string{"If-None-Match", `W/"a-1"`}, 200},
		{time.Hour, "GET", []string{"If-None-Match", `"a\"b", "a-1"`}, 304},
		{time.Hour, "GET", []string{"If-None-Match", `"a,b`}, 200},
		{time.Hour, "GET", []string{"If-Match", ""}, 412},
		{time.Hour, "GET", []string{"If-Match", ` "a-1"`}, 200},
		{time.Hour, "GET", nil, 200},
	} {
		f := File{ETag: tag, Modified: at, Now: at.Add(tt.after)}
		if got := f.Check(request(tt.method, tt.fields...)); got != tt.want {
			t.Errorf("%s with %q, %v after the modification: %d, want %d", tt.method, tt.fields, tt.after, got, tt.want)
		}
	}
}

func TestIfRangeOfNewFile(t *testing.T) {
	t.Parallel()
	at, _ := ParseDate(modified)
	for _, tt := range []struct {
		after time.Duration
		value string
		want  RangeCondition
	}{
		{time.Hour, modified, Holds},
		{30 * time.Second, modified, Fails},
		{time.Hour, later, Fails},
		{0, tag, Holds},
		{0, `W/"a-1"`, Fails},
		{0, "", Fails},
	} {
		f := File{ETag: tag, Modified: at, Now: at.Add(tt.after)}
		if got := f.IfRange(http.Header{"Range": {"bytes=0-1"}, "If-Range": {tt.value}}); got != tt.want {
			t.Errorf("If-Range: %s, %v after the modification: %d, want %d", tt.value, tt.after, got, tt.want)
		}
		if got := f.IfRange(http.Header{"If-Range": {tt.value}}); got != Unconditional {
			t.Errorf("without Range: %d", got)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		modified:                                    "2023-11-14 22:13:20",
		"Tuesday, 14-Nov-23 22:13:20 GMT":           "2023-11-14 22:13:20",
		"Tuesday, 14-Nov-69 22:13:20 GMT":           "2069-11-14 22:13:20",
		"Tuesday, 14-Nov-70 22:13:20 GMT":           "1970-11-14 22:13:20",
		"Tue Nov 14 22:13:20 2023":                  "2023-11-14 22:13:20",
		"Tue Nov  4 22:13:20 2023":                  "2023-11-04 22:13:20",
		"x 4 Nov 2023 22:13:20 anything":            "2023-11-04 22:13:20",
		"  Tue, 14 Nov 2023 22:13:20 GMT; length=1": "2023-11-14 22:13:20",
		"Thu, 29 Feb 2024 00:00:00 GMT":             "2024-02-29 00:00:00",
		"Wed, 29 Feb 2023 00:00:00 GMT":             "",
		"Tue, 31 Nov 2023 22:13:20 GMT":             "",
		"Tue, 00 Nov 2023 22:13:20 GMT":             "",
		"Tue, 14 Nov 2023 24:13:20 GMT":             "",
		"Tue, 14 nov 2023 22:13:20 GMT":             "",
		"Tue, 14 Anf 2023 22:13:20 GMT":             "",
		"Tue, 14 Nov 2023 22:13:20":                 "",
		"Thu, 01 Jan 1970 00:00:00 GMT":             "",
		"Tue, 14 Nov 1823 22:13:20 GMT":             "",
		"1700000000":                                "",
		"":                                          "",
		"Tue,":                                      "",
	} {
		got, ok := ParseDate(text)
		if shown := got.Format("2006-01-02 15:04:05"); ok != (want != "") || ok && shown != want {
			t.Errorf("ParseDate(%q) = %s, %v, want %q", text, shown, ok, want)
		}
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	at := time.Unix(1700000000, 123456789)
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("0123456789"), 0o600))
	require.NoError(t, os.Chtimes(name, at, at))
	st, err := os.Stat(name)
	require.NoError(t, err)
	for after, want := range map[time.Duration]string{
		time.Second:           `"a-60a2418202240"`,
		time.Second - 1:       `W/"a-60a2418202240"`,
		-time.Hour:            `W/"a-60a2418202240"`,
		1000 * 24 * time.Hour: `"a-60a2418202240"`,
	} {
		if got := ETag(st, &matcher.Static{}, at.Add(after)); got != want {
			t.Errorf("ETag %v after the modification = %s, want %s", after, got, want)
		}
	}
}

// FileETag says what a tag is made of.
func TestETagParts(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("0123456789"), 0o600))
	at := time.Unix(1700000000, 0)
	require.NoError(t, os.Chtimes(name, at, at))
	st, err := os.Stat(name)
	require.NoError(t, err)
	number := strconv.FormatUint(inode(st), 16)
	for parts, want := range map[*matcher.Static]string{
		{NoETag: true}: "", {ETagSize: true}: `"a"`, {ETagMTime: true}: `"60a24181e4000"`, {ETagINode: true}: `"` + number + `"`,
		{ETagINode: true, ETagSize: true, ETagMTime: true}: `"` + number + `-a-60a24181e4000"`,
	} {
		require.Equal(t, want, ETag(st, parts, at.Add(time.Hour)))
	}
	f, err := os.Open(name)
	require.NoError(t, err)
	got, err := Digest(f)
	require.NoError(t, err)
	require.Equal(t, `"h6zsF82dzSCnFsws9nQXtxyKcBY="`, got)
	rest, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Len(t, rest, 10)
}

// FuzzField checks that no value of a condition stops the program, and that a tag
// is found in a list of itself.
func FuzzField(f *testing.F) {
	f.Add(`"a", W/"b`, modified)
	f.Add(`"\`, "Tue, 14-Nov")
	f.Fuzz(func(t *testing.T, tags, date string) {
		at, _ := ParseDate(date)
		file := File{ETag: tag, Modified: at, Now: at.Add(time.Hour)}
		r := request("GET", "If-None-Match", tags, "If-Match", tags, "If-Modified-Since", date, "If-Range", date)
		if status := file.Check(r); status != 200 && status != 304 && status != 412 {
			t.Fatal(status)
		}
		if !listsTag(tag+","+tags, tag, false) {
			t.Fatal("the first tag is not found")
		}
	})
}

// A date has the form of net/http's, whatever its zone and year.
func TestFormatDate(t *testing.T) {
	t.Parallel()
	g := rand.New(rand.NewPCG(1, 2))
	check := func(date time.Time) { require.Equal(t, date.UTC().Format(http.TimeFormat), FormatDate(date)) }
	for range 100_000 {
		check(time.Unix(g.Int64N(10_000*365*24*3600), g.Int64N(1e9)).In(time.FixedZone("", g.IntN(86400)-43200)))
	}
	for _, year := range []int{-1, 0, 1, 999, 1970, 9999, 10_000} {
		check(time.Date(year, 12, 31, 23, 59, 59, 0, time.UTC))
		check(time.Date(year, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)))
	}
}
