package matcher

import (
	"net"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// TestBorder checks that every field of what callers give, and of events, gets to
// the field of the same name on the other side.
func TestBorder(t *testing.T) {
	t.Parallel()
	t.Run("options", func(t *testing.T) {
		t.Parallel()
		crossesWhole(t, func(o *Options) any { return o.world() }, func(o *Options) any { return o.foreign() })
	})
	t.Run("event", func(t *testing.T) {
		t.Parallel()
		crossesWhole(t, func(e *httpd.Event) any { st := stepOf(e); return &st })
	})
}

// crossesWhole checks that one of ways takes each field of T, set alone, to the one of
// that name.
func crossesWhole[T any](t *testing.T, ways ...func(*T) any) {
	t.Helper()
	typ := reflect.TypeFor[T]()
	require.NotZero(t, typ.NumField())
	for i := range typ.NumField() {
		from := new(T)
		fill(reflect.ValueOf(from).Elem().Field(i))
		var to reflect.Value
		for _, cross := range ways {
			if there := reflect.ValueOf(cross(from)).Elem(); there.IsValid() && !to.IsValid() {
				to = there.FieldByName(typ.Field(i).Name)
			}
		}
		require.True(t, to.IsValid(), typ.Field(i).Name)
		require.False(t, to.IsZero(), typ.Field(i).Name)
	}
}

// fill makes v another value than zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Func:
		v.Set(reflect.MakeFunc(v.Type(), func([]reflect.Value) []reflect.Value { return nil }))
	case reflect.Struct:
		fill(v.Field(0))
	case reflect.Interface:
		for _, value := range []any{fstest.MapFS{}, &net.Resolver{}} {
			if reflect.TypeOf(value).Implements(v.Type()) {
				v.Set(reflect.ValueOf(value))
			}
		}
	default:
	}
}
