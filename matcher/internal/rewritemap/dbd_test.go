package rewritemap_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/parser"
)

// database answers each query with the rows for its first argument.
type database struct {
	answer func(ctx context.Context, key string) (*result, error)
	asked  []string // the queries with their arguments
}

var (
	_ driver.Connector      = (*database)(nil)
	_ driver.QueryerContext = (*database)(nil)
)

func (d *database) Connect(context.Context) (driver.Conn, error) { return d, nil }
func (d *database) Driver() driver.Driver                        { return nil }
func (d *database) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }

func (d *database) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }
func (d *database) Close() error              { return nil }

func (d *database) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	asked, key := query, ""
	for _, a := range args {
		key = a.Value.(string)
		asked += " " + key
	}
	d.asked = append(d.asked, asked)
	r, err := d.answer(ctx, key)
	return r, err
}

// result is the rows of an answer, and how they end.
type result struct {
	rows [][]driver.Value
	end  error
}

func (r *result) Columns() []string {
	return make([]string, len(r.rows[0]))
}
func (r *result) Close() error { return nil }

func (r *result) Next(dest []driver.Value) error {
	if len(r.rows) == 1 {
		if r.end != nil {
			return r.end
		}
		return io.EOF
	}
	copy(dest, r.rows[1])
	r.rows = r.rows[1:]
	return nil
}

// rowsOf returns an answer; the first of rows has the names of its columns.
func rowsOf(rows ...[]driver.Value) *result { return &result{rows: rows} }

// sqlMap returns a map that asks a database.
func sqlMap(tb testing.TB, query string, fast bool, d *database) *rewritemap.SQL {
	tb.Helper()
	w := world(nil)
	w.DB = sql.OpenDB(d)
	tb.Cleanup(func() { _ = w.DB.Close() })
	m, err := rewritemap.NewSQL(w, query, parser.Extent{}, fast)
	require.NoError(tb, err)
	return m
}

func TestSQLLookup(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer *result
		fails  error
		value  string
		found  bool
	}{
		"none":   {answer: rowsOf([]driver.Value{"v"})},
		"one":    {answer: rowsOf([]driver.Value{"v"}, []driver.Value{"1"}), value: "1", found: true},
		"first":  {answer: rowsOf([]driver.Value{"v", "w", "x"}, []driver.Value{int64(1), "2", nil}), value: "1", found: true},
		"null":   {answer: rowsOf([]driver.Value{"v"}, []driver.Value{nil})},
		"either": {answer: rowsOf([]driver.Value{"v"}, []driver.Value{nil}, []driver.Value{"a"}), value: "a", found: true},
		"empty":  {answer: rowsOf([]driver.Value{"v"}, []driver.Value{""}), found: true},
		"nul":    {answer: rowsOf([]driver.Value{"v"}, []driver.Value{"a\x00b"}), value: "a", found: true},
		"fails":  {fails: errors.New("the server is down")},
		"breaks": {answer: &result{rows: [][]driver.Value{{"v"}, {"1"}}, end: errors.New("the connection is lost")}, fails: errors.New("the connection is lost")},
		"is odd": {answer: rowsOf([]driver.Value{"v"}, []driver.Value{struct{}{}}), fails: errors.New("unsupported Scan")},
	}
	for key, tt := range tests {
		d := &database{answer: func(context.Context, string) (*result, error) {
			if tt.answer == nil {
				return nil, tt.fails
			}
			return tt.answer, nil
		}}
		value, found, err := sqlMap(t, "SELECT v WHERE k=%s AND l='%%'", false, d).Lookup(context.Background(), key)
		require.Equal(t, []string{"SELECT v WHERE k=? AND l='%' " + key}, d.asked)
		if tt.fails != nil {
			require.ErrorContains(t, err, tt.fails.Error(), key)
			continue
		}
		require.NoError(t, err, key)
		require.Equal(t, tt.found, found, key)
		require.Equal(t, tt.value, value, key)
	}
}

// TestSQLKeyless asks with a query that has no place for the key.
func TestSQLKeyless(t *testing.T) {
	t.Parallel()
	d := &database{answer: func(context.Context, string) (*result, error) {
		return rowsOf([]driver.Value{"v"}, []driver.Value{"1"}), nil
	}}
	require.Equal(t, "1", look(t, sqlMap(t, "SELECT 1 % 2", false, d), "k"))
	require.Equal(t, []string{"SELECT 1 % 2"}, d.asked)
}

// TestSQLTime has a database that does not answer.
func TestSQLTime(t *testing.T) {
	t.Parallel()
	d := &database{answer: func(ctx context.Context, _ string) (*result, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	w := world(nil)
	w.DB, w.MaxTime = sql.OpenDB(d), 10*time.Millisecond
	defer func() { _ = w.DB.Close() }()
	m, err := rewritemap.NewSQL(w, "SELECT %s", parser.Extent{}, false)
	require.NoError(t, err)
	_, _, err = m.Lookup(context.Background(), "k")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestSQLRandom has a key with three rows: each is chosen as often as the others.
func TestSQLRandom(t *testing.T) {
	t.Parallel()
	d := &database{answer: func(context.Context, string) (*result, error) {
		return rowsOf([]driver.Value{"v"}, []driver.Value{"a"}, []driver.Value{"b"}, []driver.Value{"c"}), nil
	}}
	m := sqlMap(t, "SELECT %s", false, d)
	seen := map[string]int{}
	for range 3000 {
		seen[look(t, m, "k")]++
	}
	require.Len(t, seen, 3)
	for value, n := range seen {
		require.InDelta(t, 1000, n, 200, value)
	}
}

// TestSQLRemembers checks which answers a fastdbd: map does not ask for again.
func TestSQLRemembers(t *testing.T) {
	t.Parallel()
	var fault error
	d := &database{answer: func(_ context.Context, key string) (*result, error) {
		switch {
		case fault != nil:
			return nil, fault
		case key == "none":
			return rowsOf([]driver.Value{"v"}), nil
		case key == "empty":
			return rowsOf([]driver.Value{"v"}, []driver.Value{""}), nil
		case strings.HasPrefix(key, "long"):
			return rowsOf([]driver.Value{"v"}, []driver.Value{strings.Repeat("v", 4<<10-len("longest"))}), nil
		}
		return rowsOf([]driver.Value{"v"}, []driver.Value{"<" + key + ">"}), nil
	}}
	fast := func() func(key string) (value string, found, asked bool) {
		m := sqlMap(t, "SELECT %s", true, d)
		return func(key string) (string, bool, bool) {
			d.asked = nil
			value, found, err := m.Lookup(context.Background(), key)
			asked := len(d.asked) > 0
			if asked {
				require.ErrorIs(t, err, fault)
			} else {
				require.NoError(t, err)
			}
			return value, found, asked
		}
	}
	ask := fast()
	for _, tt := range []struct {
		key, value   string
		found, again bool // the second time
	}{
		{"a", "<a>", true, false},
		{"none", "", false, false},
		{"empty", "", false, false}, // as in httpd, though the first answer had it
		{"longest", strings.Repeat("v", 4<<10-7), true, false},
		{"longest+", strings.Repeat("v", 4<<10-7), true, true},
	} {
		value, found, asked := ask(tt.key)
		require.True(t, asked)
		require.Equal(t, tt.value, value)
		require.Equal(t, tt.key != "none", found, tt.key)
		value, found, asked = ask(tt.key)
		require.Equal(t, tt.again, asked, tt.key)
		require.Equal(t, tt.value, value)
		require.Equal(t, tt.found, found, tt.key)
	}

	// Failures are not remembered.
	fault = errors.New("the server is down")
	ask("b")
	value, _, _ := ask("a")
	require.Equal(t, "<a>", value)
	fault = nil
	value, _, asked := ask("b")
	require.True(t, asked)
	require.Equal(t, "<b>", value)

	// Ten thousand are held.
	for more, want := range map[int]bool{9_999: false, 10_000: true} {
		ask = fast()
		ask("first")
		for i := range more {
			ask(strconv.Itoa(i))
		}
		_, _, asked = ask("first")
		require.Equal(t, want, asked, more)
	}

	// What was asked for stays.
	ask = fast()
	for i := range 5_001 {
		ask(strconv.Itoa(i))
	}
	ask("0")
	for i := range 5_000 {
		ask(strconv.Itoa(5_001 + i))
	}
	_, _, asked = ask("0")
	require.False(t, asked)
	_, _, asked = ask("1")
	require.True(t, asked)
}
