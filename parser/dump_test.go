package parser

import (
	"fmt"
	"reflect"
	"strings"
)

// dump writes a tree as text, one node a line: what it is in its parent, its
// type, its extent if asked for, and its fields but for those that are zero.
// Below it, indented, stand its children.
func dump(f *File, extents bool) string {
	d := dumper{extents: extents, file: f.Name}
	d.node("", reflect.ValueOf(f), 0)
	return d.String()
}

type dumper struct {
	strings.Builder
	extents bool
	file    string // the name that extents leave out
}

// node writes the node that v, a pointer or interface, leads to.
func (d *dumper) node(label string, v reflect.Value, depth int) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	d.WriteString(strings.Repeat("  ", depth))
	if label != "" {
		d.WriteString(label + ": ")
	}
	d.WriteString(v.Type().Name())
	if d.extents {
		d.WriteString(" " + extentText(v.FieldByName("Extent").Interface().(Extent), d.file))
	}
	d.scalars(v)
	d.WriteByte('\n')
	d.children(v, depth+1)
}

// scalars writes the exported fields of v that are no nodes.
func (d *dumper) scalars(v reflect.Value) {
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		f, name := v.Field(i), v.Type().Field(i).Name
		switch x := f.Interface().(type) {
		case Source:
			if x.Directive == v.Type().Name() {
				x.Directive = ""
			}
			d.scalars(reflect.ValueOf(x))
		case CondOp, FlagKind, MapKind:
			fmt.Fprintf(d, " %s=%v", name, x)
		case string:
			if x != "" && (name != "ServerRoot" || x != "/") {
				fmt.Fprintf(d, " %s=%q", name, x)
			}
		case byte:
			if x != 0 {
				fmt.Fprintf(d, " %s=%q", name, x)
			}
		case bool:
			if x {
				d.WriteString(" " + name)
			}
		case int, RewriteOption:
			if !f.IsZero() {
				fmt.Fprintf(d, " %s=%v", name, x)
			}
		case map[string]string, []string:
			if f.Len() > 0 {
				fmt.Fprintf(d, " %s=%q", name, x)
			}
		}
	}
}

// children writes the fields of v that are nodes.
func (d *dumper) children(v reflect.Value, depth int) {
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		switch {
		case !t.IsExported():
		case t.Type == reflect.TypeFor[Word]():
			d.node(t.Name, f.Addr(), depth)
		case t.Type.Kind() == reflect.Pointer:
			d.node(t.Name, f, depth)
		case t.Type.Kind() == reflect.Slice && t.Type.Elem().Kind() != reflect.String && t.Type != reflect.TypeFor[Diagnostics]():
			for k := range f.Len() {
				d.node(t.Name, f.Index(k).Addr(), depth)
			}
		}
	}
}

// extentText writes e without the name of file.
func extentText(e Extent, file string) string {
	via := ""
	for v := e.Via; v != nil; v = v.Via {
		via += " via " + extentText(Extent{Name: v.Name, From: v.From, To: v.To}, file)
	}
	s := fmt.Sprintf("%d:%d-", e.From.Line, e.From.Col)
	if e.Name != file {
		s = e.Name + ":" + s
	}
	if e.To.Line != e.From.Line {
		s += fmt.Sprintf("%d:", e.To.Line)
	}
	return s + fmt.Sprint(e.To.Col) + via
}

// dumpFindings writes findings, one a line.
func dumpFindings(ds Diagnostics, file string) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s %s %s: %s", extentText(d.Extent, file), d.Severity, d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, " (%s)", d.Hint)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
