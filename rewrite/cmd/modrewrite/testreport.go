package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// testReport is the output of "test -json".
type testReport struct {
	OK       bool             `json:"ok"`
	Files    []testedFile     `json:"files"`
	Coverage casefile.Figures `json:"coverage"`
}

type testedFile struct {
	File     string          `json:"file"`
	OK       bool            `json:"ok"`
	Updated  bool            `json:"updated,omitempty"`
	Failure  []string        `json:"failure,omitempty"` // of the file as a whole
	Requests []testedRequest `json:"requests"`
}

type testedRequest struct {
	Line    int      `json:"line"`
	Request string   `json:"request"`
	OK      bool     `json:"ok"`
	Failure []string `json:"failure,omitempty"`
	Trace   []string `json:"trace,omitempty"`
}

func newTestReport(results []*testResult, coverage casefile.Figures) testReport {
	out := testReport{OK: true, Files: []testedFile{}, Coverage: coverage}
	for _, r := range results {
		f := testedFile{File: r.name, OK: r.ok(), Updated: r.updated, Requests: []testedRequest{}}
		out.OK = out.OK && f.OK
		for _, x := range r.failures() {
			if x.request == "" {
				f.Failure = append(f.Failure, fmt.Sprintf("%s:%d: %s", x.file, x.line, strings.Join(x.text, "\n")))
			}
		}
		if r.report != nil {
			for _, q := range r.report.Requests {
				t := testedRequest{Line: q.Request.Line, Request: q.Request.Text, OK: q.OK() || r.updated}
				if !t.OK {
					t.Failure, t.Trace = q.Failure(), q.Trace
				}
				f.Requests = append(f.Requests, t)
			}
		}
		out.Files = append(out.Files, f)
	}
	return out
}

// The elements of JUnit XML.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes the results to a file: a suite for each case file, a test
// for each request and one for the file as a whole.
func writeJUnit(name string, results []*testResult) error {
	var all junitSuites
	for _, r := range results {
		s := newJUnitSuite(r)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Suites = append(all.Suites, s)
	}
	return writeXML(name, all)
}

func newJUnitSuite(r *testResult) junitSuite {
	s := junitSuite{Name: r.name, Time: fmt.Sprintf("%.3f", r.time.Seconds())}
	whole := junitCase{Name: "rulesets", Class: r.name, File: r.name, Line: 1}
	failed := map[int]*junitFailure{}
	for _, f := range r.failures() {
		text := &junitFailure{Message: f.text[0], Text: strings.Join(f.text, "\n")}
		if f.request == "" {
			whole.Failure = text
		} else {
			failed[f.line] = text
		}
	}
	s.Cases = append(s.Cases, whole)
	if r.report != nil {
		for _, q := range r.report.Requests {
			s.Cases = append(s.Cases, junitCase{
				Name: q.Request.Text, Class: r.name, File: r.name, Line: q.Request.Line, Failure: failed[q.Request.Line],
			})
		}
	}
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		if c.Failure != nil {
			s.Failures++
		}
	}
	return s
}

// writeAnnotations writes each failure as a workflow command of GitHub, which
// shows it at its line.
func writeAnnotations(w io.Writer, results []*testResult) {
	for _, r := range results {
		for _, f := range r.failures() {
			title := "modrewrite test"
			if f.request != "" {
				title = f.request
			}
			fmt.Fprintf(w, "::error file=%s,line=%d,title=%s::%s\n", annotationProperty(f.file), f.line,
				annotationProperty(title), annotationData(strings.Join(f.text, "\n")))
		}
	}
}

// annotationData escapes the text of a workflow command.
func annotationData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// annotationProperty escapes the value of a property of a workflow command.
func annotationProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotationData(s))
}
