package iis

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// responseField is a field of the response that a rule sets.
type responseField struct {
	name, value string
	replace     bool
}

// Change sets the field; "" removes it.
func (f responseField) Change(c *httpd.Completion) {
	isType := f.name == "Content-Type"
	if !f.replace && (len(c.Out[f.name]) > 0 || len(c.Err[f.name]) > 0 || isType && c.ContentType != "") {
		return
	}
	delete(c.Err, f.name)
	if isType {
		c.ContentType, c.Untyped = f.value, f.value == ""
		return
	}
	var values []string
	if f.value != "" {
		values = []string{f.value}
	}
	httpd.SetField(c.Out, f.name, values)
}
