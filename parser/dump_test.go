package parser

import (
	"fmt"
	"reflect"
	"strings"
)

// dump writes a tree as text, one field or element a line, without extents
// and without what is zero.
func dump(f *File) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(f), 0)
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil\n")
			return
		}
		dumpValue(b, v.Elem(), depth)
	case reflect.Struct:
		dumpStruct(b, v, depth)
	case reflect.Slice:
		b.WriteByte('\n')
		for i := range v.Len() {
			fmt.Fprintf(b, "%s- ", strings.Repeat("  ", depth))
			dumpValue(b, v.Index(i), depth+1)
		}
	case reflect.String:
		fmt.Fprintf(b, "%q\n", v.String())
	default:
		fmt.Fprintf(b, "%v\n", v)
	}
}

func dumpStruct(b *strings.Builder, v reflect.Value, depth int) {
	fmt.Fprintf(b, "%s\n", v.Type().Name())
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Type == reflect.TypeFor[Extent]() || f.Type == reflect.TypeFor[Diagnostics]() || v.Field(i).IsZero() {
			continue
		}
		fmt.Fprintf(b, "%s%s: ", strings.Repeat("  ", depth), f.Name)
		dumpValue(b, v.Field(i), depth+1)
	}
}
