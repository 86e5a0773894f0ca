package matcher_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// table is a database of one table: the rows that each key selects. It notes
// what it is asked.
type table struct {
	rows map[string][][]driver.Value

	mu    sync.Mutex
	asked []string
	fail  error
}

var (
	_ driver.Connector      = (*table)(nil)
	_ driver.QueryerContext = (*connection)(nil)
)

// Connect connects.
func (t *table) Connect(context.Context) (driver.Conn, error) { return &connection{t}, nil }

// Driver is not needed.
func (t *table) Driver() driver.Driver { return nil }

func (t *table) setFailure(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fail = err
}

// queries returns what was asked since the last call.
func (t *table) queries() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	asked := t.asked
	t.asked = nil
	return asked
}

var errNotNeeded = errors.New("not needed")

type connection struct{ table *table }

func (c *connection) Prepare(string) (driver.Stmt, error) { return nil, errNotNeeded }
func (c *connection) Close() error                        { return nil }
func (c *connection) Begin() (driver.Tx, error)           { return nil, errNotNeeded }

// QueryContext returns the rows for the first argument. The key "slow" takes
// for ever, and "broken" fails after the first row.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	key := ""
	if len(args) > 0 {
		key = fmt.Sprint(args[0].Value)
	}
	c.table.mu.Lock()
	c.table.asked = append(c.table.asked, fmt.Sprint(query, " ", len(args), " ", key))
	err := c.table.fail
	c.table.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if key == "slow" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	r := &selected{left: c.table.rows[key]}
	if key == "broken" {
		r.end = errors.New("connection lost")
	}
	return r, nil
}

// selected are rows.
type selected struct {
	left [][]driver.Value
	end  error
}

func (r *selected) Columns() []string {
	if len(r.left) == 0 {
		return []string{"a"}
	}
	return []string{"a", "b", "c"}[:len(r.left[0])]
}

func (r *selected) Close() error { return nil }

func (r *selected) Next(dest []driver.Value) error {
	if len(r.left) == 0 {
		if r.end != nil {
			return r.end
		}
		return io.EOF
	}
	copy(dest, r.left[0])
	r.left = r.left[1:]
	return nil
}

// newTable returns a table with a row for each case.
func newTable() *table {
	return &table{rows: map[string][][]driver.Value{
		"one":    {{"1"}},
		"number": {{int64(42), "x", nil}},
		"bytes":  {{[]byte("b\x00c")}},
		"null":   {{nil}},
		"empty":  {{""}},
		"broken": {{"1"}},
		"two":    {{nil}, {"a"}},
		"many":   {{"a"}, {"b"}, {"c"}, {"d"}},
		"quote'": {{"q"}},
	}}
}

// databaseEngine compiles askRules for a map that asks d.
func databaseEngine(tb testing.TB, source string, d *table, limit time.Duration) (*matcher.Engine, *findings) {
	tb.Helper()
	db := sql.OpenDB(d)
	tb.Cleanup(func() { _ = db.Close() })
	found := &findings{}
	return compile(tb, askRules(source), &matcher.Options{
		DB: db, Report: found.add, Limits: matcher.Limits{MapTime: limit},
	}), found
}

func TestDatabaseMap(t *testing.T) {
	t.Parallel()
	e, found := databaseEngine(t, "dbd:SELECT a, '10%%' FROM t WHERE k=%s AND v LIKE '%'", newTable(), 0)
	for key, want := range map[string]string{
		"one": "1", "number": "42", "bytes": "b", "null": "none", "empty": "", "two": "a", "quote'": "q", "absent": "none",
	} {
		if got := get(t, e, "/"+key).Path; got != "/["+want+"]" {
			t.Errorf("the path for key %s is %s, want %s in brackets", key, got, want)
		}
	}
	require.Empty(t, found.all())
	require.Equal(t, "/[none]", get(t, e, "/broken").Path)
	require.Equal(t, "map m: connection lost", found.all())
	e, found = databaseEngine(t, "dbd:SELECT %s", newTable(), 50*time.Millisecond)
	require.Equal(t, "/[none]", get(t, e, "/slow").Path)
	require.Equal(t, "map m: context deadline exceeded", found.all())
}

// TestDatabaseMapSQL checks what the database is asked.
func TestDatabaseMapSQL(t *testing.T) {
	t.Parallel()
	d := newTable()
	db := sql.OpenDB(d)
	defer func() { _ = db.Close() }()
	for _, tt := range []struct{ text, placeholder, want string }{
		{"dbd:SELECT a FROM t WHERE k=%s", "", "SELECT a FROM t WHERE k=? 1 one"},
		{"DBD:SELECT a FROM t WHERE k=%s OR a='%%s'", "$1", "SELECT a FROM t WHERE k=$1 OR a='%s' 1 one"},
		{"fastdbd:SELECT 1 %", "", "SELECT 1 % 0 "},
	} {
		e := compile(t, askRules(tt.text), &matcher.Options{DB: db, Placeholder: tt.placeholder})
		get(t, e, "/one")
		if diff := cmp.Diff([]string{tt.want}, d.queries()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestDatabaseMapRandom looks a key with several rows up until each was chosen.
func TestDatabaseMapRandom(t *testing.T) {
	t.Parallel()
	e, _ := databaseEngine(t, "dbd:SELECT %s", newTable(), 0)
	seen := map[string]int{}
	for range 2000 {
		seen[get(t, e, "/many").Path]++
	}
	require.Len(t, seen, 4)
	for path, n := range seen {
		require.InDelta(t, 500, n, 150, path)
	}
}

// TestFastDatabaseMap checks what is remembered.
func TestFastDatabaseMap(t *testing.T) {
	t.Parallel()
	d := newTable()
	e, found := databaseEngine(t, "fastdbd:SELECT %s", d, 0)
	paths := func(keys ...string) string {
		var b strings.Builder
		for _, key := range keys {
			b.WriteString(get(t, e, "/"+key).Path)
		}
		return b.String()
	}
	require.Equal(t, "/[1]/[1]/[none]/[none]", paths("one", "one", "absent", "absent"))
	require.Equal(t, "/[]/[none]", paths("empty", "empty"), "an empty value is none once it is remembered, as in httpd")
	if diff := cmp.Diff([]string{"SELECT ? 1 one", "SELECT ? 1 absent", "SELECT ? 1 empty"}, d.queries()); diff != "" {
		t.Error(diff)
	}

	// A database that fails has no values but those remembered, and is asked
	// again for the others.
	d.setFailure(errors.New("server is down"))
	require.Equal(t, "/[1]/[none]", paths("one", "number"))
	require.Equal(t, "map m: server is down", found.all())
	d.setFailure(nil)
	require.Equal(t, "/[42]", paths("number"))

	// What was not asked for since many others were is forgotten.
	for i := range 6000 {
		paths(fmt.Sprint("k", i))
	}
	d.queries()
	require.Equal(t, "/[1]", paths("one"))
	require.Empty(t, d.queries())
	for i := range 10_001 {
		paths(fmt.Sprint("l", i))
	}
	d.queries()
	require.Equal(t, "/[1]", paths("one"))
	require.Len(t, d.queries(), 1)
}

func TestDatabaseMapRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source string
		d      *table
		want   string
	}{
		{"dbd:SELECT %s", nil, "map m asks a database, and there is none"},
		{"fastdbd:SELECT %s", nil, "map m asks a database, and there is none"},
		{"dbd:SELECT %s, %s", newTable(), "there is one key, but 2 places for it"},
		{"dbd:SELECT %d", newTable(), "%d is not a string placeholder; use %s"},
	} {
		f, err := parser.Parse("test.conf", []byte(askRules(tt.source)), nil)
		require.NoError(t, err)
		opts := &matcher.Options{}
		if tt.d != nil {
			opts.DB = sql.OpenDB(tt.d)
			defer func() { _ = opts.DB.Close() }()
		}
		_, err = matcher.Compile(f, opts)
		require.ErrorContains(t, err, tt.want)
		require.NotEmpty(t, parser.Findings(err)[0].Hint)
	}
}
