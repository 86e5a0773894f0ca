package casefile

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Outcome is what happened to a request, decided by the engine or by a real
// httpd. Paths in the document root begin with @DOCROOT@.
type Outcome struct {
	Action   matcher.Action
	Status   int
	Location string
	Path     string // decoded
	Query    string
	HasQuery bool
	ProxyURL string

	File     string // "" if the request maps to none
	PathInfo string
	Handler  string
	Type     string
	Vary     string
	Cookies  []string
	Env      map[string]string
	Header   http.Header // of the response
	Page     string      // the text of an error page, "" if httpd's own

	By  string // FILE:LINE of the deciding rule, "" if there is none
	Why string // the reason why the engine itself refused it, "" if there is none
	Err error  // why the request could not be evaluated
}

// outcome translates the engine's result.
func (f *File) outcome(res *matcher.Result, err error, name func(string) string) Outcome {
	o := Outcome{
		Action:   res.Action,
		Status:   res.Status,
		Path:     f.showRoot(res.Path),
		Query:    f.showRoot(res.Query),
		HasQuery: res.HasQuery,
		ProxyURL: f.showRoot(res.ProxyURL),
		File:     f.showFile(res.Filename),
		PathInfo: f.showRoot(res.PathInfo),
		Handler:  res.Handler,
		Type:     res.ContentType,
		Page:     f.showRoot(res.Text),
		Err:      err,
	}
	f.setHeader(&o, CompleteHeader(res))
	if env := res.Environment(); len(env) > 0 {
		o.Env = make(map[string]string, len(env))
		for k, v := range env {
			o.Env[k] = f.showRoot(v)
		}
	}
	if res.Rule.IsValid() {
		o.By = fmt.Sprintf("%s:%d", name(res.Rule.Name), res.Rule.From.Line)
	}
	if d := res.Reason; d != nil {
		o.Why = f.showRoot(place(d.Extent, name) + d.Message)
		if d.Hint != "" {
			o.Why += " (" + d.Hint + ")"
		}
	}
	return o
}

// CompleteHeader returns the header of the response where the handler behind
// the rules, or the server's page, gives nothing but its type.
func CompleteHeader(res *matcher.Result) http.Header {
	header := http.Header{}
	contentType := res.ContentType
	if res.Action == matcher.Redirect || res.Action == matcher.Respond {
		contentType = "text/html; charset=iso-8859-1"
	} else {
		maps.Copy(header, res.Before)
	}
	if contentType != "" && contentType != "httpd/unix-directory" {
		header.Set("Content-Type", contentType)
	}
	if !res.CompleteHeader(header, res.Status) {
		return http.Header{}
	}
	return header
}

// setHeader takes over a response's header.
func (f *File) setHeader(o *Outcome, header http.Header) {
	o.Header = header
	o.Location, o.Vary = f.showRoot(header.Get("Location")), header.Get("Vary")
	for _, c := range header.Values("Set-Cookie") {
		o.Cookies = append(o.Cookies, f.showRoot(c))
	}
}

// lines prints one aspect of the outcome as the expectations that hold.
func (o *Outcome) lines(aspect string) []string {
	switch aspect {
	case aspectAction:
		return o.actionLines()
	case aspectBy:
		return valueLine("by", o.By, "nothing")
	case aspectFile:
		return valueLine("file", relativeFile(o.File), none)
	case aspectPathInfo:
		return valueLine("path-info", o.PathInfo, none)
	case aspectType:
		return valueLine("type", o.Type, none)
	case aspectHandler:
		return valueLine("handler", o.Handler, none)
	case aspectVary:
		return valueLine("vary", o.Vary, none)
	case aspectPage:
		return valueLine("page", o.Page, none)
	case aspectError:
		text := ""
		if o.Err != nil {
			text = o.Err.Error()
		}
		return valueLine("error", text, none)
	case aspectReason:
		return valueLine("reason", o.Why, none)
	case aspectCookie:
		return o.cookieLines()
	}
	if name, ok := strings.CutPrefix(aspect, aspectHeader); ok {
		return o.headerLines(name)
	}
	return []string{o.envLine(strings.TrimPrefix(aspect, aspectEnv))}
}

func valueLine(word, value, absent string) []string {
	if value == "" {
		return []string{word + " " + absent}
	}
	return []string{word + " " + quote(value)}
}

// actionLines says what happens to the request. A status that a rule left
// behind on a request that is served has a line of its own.
func (o *Outcome) actionLines() []string {
	status := "status " + strconv.Itoa(o.Status)
	var lines []string
	switch o.Action {
	case matcher.Pass:
		lines = []string{"pass"}
	case matcher.Rewrite:
		lines = []string{"rewrite " + joinTarget(o.Path, o.Query, o.HasQuery)}
	case matcher.Redirect:
		return []string{fmt.Sprintf("redirect %d %s", o.Status, quote(o.Location))}
	case matcher.Respond:
		if o.Location != "" {
			return []string{status, "location " + quote(o.Location)}
		}
		return []string{status}
	case matcher.Proxy:
		lines = []string{"proxy " + quote(o.ProxyURL)}
	}
	if o.Status != 200 {
		lines = append(lines, status)
	}
	return lines
}

// relativeFile names a file as seen from the document root.
func relativeFile(name string) string {
	rel, ok := strings.CutPrefix(name, rootPlaceholder)
	switch {
	case !ok:
		return name
	case rel == "" || rel == "/":
		return "."
	case rel[0] == '/':
		return rel[1:]
	}
	return name
}

func (o *Outcome) cookieLines() []string {
	if len(o.Cookies) == 0 {
		return []string{"cookie " + none}
	}
	lines := make([]string, len(o.Cookies))
	for i, c := range o.Cookies {
		lines[i] = "cookie " + quote(c)
	}
	return lines
}

func (o *Outcome) headerLines(name string) []string {
	if len(o.Header[name]) == 0 {
		return []string{aspectHeader + name + " " + none}
	}
	var lines []string
	for _, value := range o.Header[name] {
		lines = append(lines, aspectHeader+headerText(name, value))
	}
	return lines
}

// envLine prints the variable whose name in upper case is given.
func (o *Outcome) envLine(upper string) string {
	// Names that differ in case only can't come from httpd; the order makes
	// the answer the same each time all the same.
	var names []string
	for name := range o.Env {
		if strings.ToUpper(name) == upper {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "env !" + upper
	}
	name := slices.Min(names)
	return "env " + name + "=" + quote(o.Env[name])
}

// Check is the comparison of one aspect with what was expected.
type Check struct {
	Aspect string
	Want   []Expectation
	Got    []string
	OK     bool
}

// compare checks everything a request's expectations speak of, in the order
// in which they first do.
func compare(expect []Expectation, o *Outcome) []Check {
	var checks []Check
	for _, e := range expect {
		i := slices.IndexFunc(checks, func(c Check) bool { return c.Aspect == e.Aspect })
		if i < 0 {
			i = len(checks)
			checks = append(checks, Check{Aspect: e.Aspect, Got: o.lines(e.Aspect)})
		}
		checks[i].Want = append(checks[i].Want, e)
	}
	for i := range checks {
		checks[i].OK = allMatch(checks[i].Want, checks[i].Got)
	}
	return checks
}

// allMatch reports whether each expectation finds a line of its own and no
// line is left.
func allMatch(want []Expectation, got []string) bool {
	if len(want) != len(got) {
		return false
	}
	left := slices.Clone(got)
	for _, e := range want {
		i := slices.IndexFunc(left, e.matches)
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
