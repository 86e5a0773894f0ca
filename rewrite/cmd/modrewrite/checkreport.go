package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// The parts of SARIF 2.1.0 that findings need.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Language   string        `json:"language"`
		Newlines   []string      `json:"newlineSequences"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name     string      `json:"name"`
		URI      string      `json:"informationUri"`
		Language string      `json:"language"`
		Rules    []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID   string     `json:"id"`
		Full *sarifText `json:"fullDescription,omitempty"`
		Help *sarifText `json:"help,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   uint32 `json:"startLine"`
		StartColumn int    `json:"startColumn"`
		EndLine     uint32 `json:"endLine,omitempty"`
		EndColumn   int    `json:"endColumn,omitempty"`
	}
)

// newSARIF returns findings as a log of SARIF.
func newSARIF(all parser.Diagnostics) sarifLog {
	const language = "en-US"
	driver := sarifDriver{Name: "modrewrite", URI: "https://github.com/modrewrite-go/modrewrite", Language: language, Rules: []sarifRule{}}
	run := sarifRun{
		Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Language: language,
		Newlines: []string{"\r\n", "\n"}, Results: []sarifResult{},
	}
	texts, index, same := sources{}, map[parser.Code]int{}, map[string]int{}
	for _, d := range all {
		if _, ok := index[d.Code]; !ok {
			index[d.Code] = len(index)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(d.Code))
		}
		r := sarifResult{
			RuleID: string(d.Code), RuleIndex: index[d.Code], Level: d.Severity.String(),
			Message: sarifText{messageOf(d)}, Fingerprints: map[string]string{"modrewrite/v1": fingerprint(d, texts, same)},
		}
		if d.Name != "" {
			r.Locations = []sarifLocation{{sarifPhysical{Artifact: artifactOf(d.Name), Region: regionOf(d.Extent, texts)}}}
		}
		run.Results = append(run.Results, r)
	}
	return sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

func newSARIFRule(code parser.Code) sarifRule {
	r := sarifRule{ID: string(code)}
	if e, ok := lint.EntryOf(code); ok {
		r.Full = &sarifText{e.Text}
		r.Help = &sarifText{entryText(e)}
	}
	return r
}

// messageOf returns what a finding says and what to do about it.
func messageOf(d *parser.Diagnostic) string {
	m := d.Message + d.Used()
	if d.Hint != "" {
		m += "; " + d.Hint
	}
	return m
}

func artifactOf(name string) sarifArtifact {
	u := url.URL{Path: filepath.ToSlash(name)}
	if !filepath.IsAbs(name) {
		return sarifArtifact{URI: strings.TrimPrefix(u.EscapedPath(), "./"), Base: "%SRCROOT%"}
	}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path
	}
	return sarifArtifact{URI: "file://" + u.EscapedPath()}
}

// regionOf returns where a finding is, with columns counted in characters; nil
// for one about the whole file.
func regionOf(e parser.Extent, texts sources) *sarifRegion {
	if !e.IsValid() {
		return nil
	}
	r := &sarifRegion{StartLine: e.From.Line, StartColumn: column(texts, e.Name, e.From)}
	if e.To.Line >= e.From.Line && e.To.Offset > e.From.Offset {
		r.EndLine, r.EndColumn = e.To.Line, column(texts, e.Name, e.To)
	}
	return r
}

// column returns the column of p in characters, from 1.
func column(texts sources, name string, p parser.Pos) int {
	line, ok := texts.line(name, p.Line)
	if !ok || p.Col == 0 {
		return max(int(p.Col), 1)
	}
	return utf8.RuneCountInString(line[:min(int(p.Col)-1, len(line))]) + 1
}

// fingerprint returns what a finding is known by when lines are added or removed
// elsewhere. same counts those that are alike.
func fingerprint(d *parser.Diagnostic, texts sources, same map[string]int) string {
	line, _ := texts.line(d.Name, d.From.Line)
	key := strings.Join([]string{string(d.Code), filepath.ToSlash(d.Name), strings.TrimSpace(line)}, "\x00")
	same[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, same[key]))
	return hex.EncodeToString(sum[:16])
}

// writeCheckAnnotations writes findings as workflow commands of GitHub.
func writeCheckAnnotations(w io.Writer, all parser.Diagnostics) {
	texts := sources{}
	for _, d := range all {
		kind := d.Severity.String()
		if d.Severity == parser.Note {
			kind = "notice"
		}
		place := "file=" + annotationProperty(d.Name)
		if r := regionOf(d.Extent, texts); r != nil {
			place += fmt.Sprintf(",line=%d,col=%d", r.StartLine, r.StartColumn)
			if r.EndLine == r.StartLine {
				place += fmt.Sprintf(",endLine=%d,endColumn=%d", r.EndLine, r.EndColumn)
			}
		}
		fmt.Fprintf(w, "::%s %s,title=%s::%s\n", kind, place, annotationProperty(string(d.Code)), annotationData(messageOf(d)))
	}
}

// writeCheckJUnit writes findings to a file as JUnit XML: a suite for each of files, and for
// others that findings are about, as they include them or could not be read, with a failed
// test for each finding that fails the check.
func writeCheckJUnit(name string, files []string, all parser.Diagnostics, fails func(*parser.Diagnostic) bool) error {
	var out junitSuites
	for _, d := range all {
		if fails(d) && !slices.Contains(files, d.Name) {
			files = append(files, d.Name)
		}
	}
	for _, file := range files {
		s := junitSuite{Name: file, Time: "0.000"}
		for _, d := range all {
			if d.Name != file || !fails(d) {
				continue
			}
			s.Failures++
			s.Cases = append(s.Cases, junitCase{
				Name: string(d.Code), Class: file, File: file, Line: int(d.From.Line),
				Failure: &junitFailure{Message: d.Message, Text: d.String() + ": " + messageOf(d)},
			})
		}
		if s.Failures == 0 {
			s.Cases = []junitCase{{Name: "check", Class: file, File: file, Line: 1}}
		}
		s.Tests = len(s.Cases)
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Suites = append(out.Suites, s)
	}
	return writeXML(name, out)
}

// writeXML writes v to a file.
func writeXML(name string, v any) error {
	src, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(xml.Header+string(src)+"\n"), 0o666)
}

// runEntry writes what a code means.
func runEntry(s streams, code string) int {
	e, ok := lint.EntryOf(parser.Code(code))
	if !ok {
		fmt.Fprintf(s.err, "modrewrite check: there is no entry for %q; the codes that have one:\n", code)
		for _, e := range lint.Entries() {
			fmt.Fprintf(s.err, "  %s\n", e.Code)
		}
		return exitUsage
	}
	fmt.Fprintf(s.out, "%s\n\n%s", e.Code, entryText(e))
	return exitOK
}

// entryText returns the paragraph and the examples of an entry.
func entryText(e lint.Entry) string {
	var b strings.Builder
	b.WriteString(e.Text + "\n")
	for _, x := range []struct{ title, text string }{{"Wrong:", e.Bad.Text}, {"Right:", e.Good.Text}} {
		if x.text == "" {
			continue
		}
		b.WriteString("\n" + x.title + "\n\n")
		for line := range strings.Lines(x.text) {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}
