package rewritemap

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/modrewrite-go/modrewrite/parser"
)

// SQL is a dbd: or fastdbd: map.
type SQL struct {
	world *World
	at    parser.Extent
	query string
	keyed bool        // the query has a place for the key
	cache *valueCache // nil for dbd:
}

// NewSQL returns the dbd: or, with fast, the fastdbd: map that asks the database
// of w for query, declared at at. It fails if query has no meaning.
func NewSQL(w *World, query string, at parser.Extent, fast bool) (*SQL, error) {
	query, keys, err := sqlQuery(query, w.Placeholder)
	if err == nil && keys > 1 {
		err = fmt.Errorf("there is one key, but %d places for it", keys)
	}
	if err != nil {
		return nil, err
	}
	m := &SQL{world: w, at: at, query: query, keyed: keys == 1}
	if fast {
		m.cache = &valueCache{}
	}
	return m, nil
}

// sqlQuery puts placeholder where text has %s, and a percent sign where it has
// two, as APR does. It returns how often the former was.
func sqlQuery(text, placeholder string) (query string, keys int, err error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "%")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), keys, nil
		case strings.HasPrefix(after, "%"):
			b.WriteByte('%')
			after = after[1:]
		case strings.HasPrefix(after, "s"):
			b.WriteString(placeholder)
			keys++
			after = after[1:]
		case after != "" && isLetter(after[0]):
			return "", 0, fmt.Errorf("%%%c is not a string placeholder; use %%s", after[0])
		default:
			b.WriteByte('%')
		}
		text = after
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Lookup asks the database. A fastdbd: map remembers what it answered, that
// there is no value too, but not its errors.
func (m *SQL) Lookup(ctx context.Context, key string) (string, bool, error) {
	if m.cache == nil {
		return m.ask(ctx, key)
	}
	if value, ok := m.cache.get(key); ok {
		// A value that is empty is one at first only, as in httpd.
		return value, value != "", nil
	}
	value, found, err := m.ask(ctx, key)
	if err == nil {
		m.cache.put(key, value)
	}
	return value, found, err
}

// ask returns the first column of the rows for key: of any one of them, each
// as likely as the others. NULL means no value.
func (m *SQL) ask(ctx context.Context, key string) (string, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, m.world.MaxTime)
	defer cancel()
	var args []any
	if m.keyed {
		args = append(args, key)
	}
	rows, err := m.world.DB.QueryContext(ctx, m.query, args...)
	if err != nil {
		return "", false, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	columns, err := rows.Columns()
	if err != nil {
		return "", false, err
	}
	var chosen sql.NullString
	for n := 1; rows.Next(); n++ {
		value, err := firstColumn(rows, len(columns))
		if err != nil {
			return "", false, err
		}
		if !chosen.Valid || rand.IntN(n) == 0 { //nolint:gosec // no secret depends on it
			chosen = value
		}
	}
	return cString(chosen.String), chosen.Valid, rows.Err()
}

// firstColumn returns the first of the columns of a row.
func firstColumn(rows *sql.Rows, columns int) (sql.NullString, error) {
	var first sql.NullString
	var rest sql.RawBytes
	into := []any{&first}
	for len(into) < columns {
		into = append(into, &rest)
	}
	err := rows.Scan(into...)
	return first, err
}

// What a valueCache holds at most: values, and bytes of each with its key.
const (
	cachedValues = 10_000
	cachedBytes  = 4 << 10
)

// valueCache holds values by key. The zero value is empty. It is safe for
// concurrent use.
//
// Values are put among the young ones. Once those are half of what may be held
// they become the old ones, and old ones that were not asked for are dropped.
type valueCache struct {
	mu         sync.Mutex
	young, old map[string]string
}

func (c *valueCache) get(key string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if value, ok := c.young[key]; ok {
		return value, true
	}
	value, ok := c.old[key]
	if ok {
		c.add(key, value)
	}
	return value, ok
}

func (c *valueCache) put(key, value string) {
	if len(key)+len(value) > cachedBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(strings.Clone(key), value)
}

func (c *valueCache) add(key, value string) {
	if c.young == nil || len(c.young) >= cachedValues/2 {
		c.old, c.young = c.young, map[string]string{}
	}
	c.young[key] = value
}
