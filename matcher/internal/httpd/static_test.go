package httpd

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStaticSaid checks that each field of Static counts as something said.
func TestStaticSaid(t *testing.T) {
	t.Parallel()
	require.False(t, new(Static).Said())
	var each func(of *Static, v reflect.Value, name string)
	each = func(of *Static, v reflect.Value, name string) {
		for i := range v.NumField() {
			f, name := v.Field(i), name+"."+v.Type().Field(i).Name
			switch f.Kind() {
			case reflect.Struct:
				each(of, f, name)
				continue
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Int, reflect.Int64:
				f.SetInt(-1)
			case reflect.Uint8:
				f.SetUint(1)
			case reflect.String:
				f.SetString("x")
			case reflect.Slice:
				f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			default:
				t.Errorf("%s is of a kind that is not known", name)
			}
			require.True(t, of.Said(), name)
			f.SetZero()
		}
	}
	var s Static
	each(&s, reflect.ValueOf(&s).Elem(), "Static")
}
