package casefile

import (
	"fmt"
	"slices"
	"strings"
)

// The words of the language, for suggestions.
func settingWords() []string {
	return []string{"engine", "dialect", "ruleset", "files", "document-root", "now", "define", "os-env", "host", "ptr", "handled"}
}

func requestWords() []string {
	return []string{
		"remote", "tls", "ssl", "user", "proto", "setenv", "diverges",
		"pass", "rewrite", "redirect", "status", "location", "proxy", "by", "file", "path-info", "env", "cookie", "vary",
		"type", "handler", "error", "reason", "header", "page",
	}
}

func entryWords() []string { return []string{"settings", "requests", "files", "findings"} }

// suggest returns ", did you mean …" where one of words is one slip away from word,
// "" where none is.
func suggest(word string, words []string) string {
	word = strings.ToLower(word)
	i := slices.IndexFunc(words, func(w string) bool { return oneSlip(word, w) })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", words[i])
}

// oneSlip reports whether a is b with a byte too many, too few, another one or two that
// changed places.
func oneSlip(a, b string) bool {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	a, b = a[head:], b[head:]
	tail := 0
	for tail < min(len(a), len(b)) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	switch {
	case len(a) <= 1 && len(b) <= 1:
		return head+tail > 0
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	}
	return false
}
