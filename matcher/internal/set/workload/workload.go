// Package workload makes up lists of rules and subjects as servers have them, to
// measure sets of patterns with. Everything it returns is the same each time.
package workload

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// Rule is a pattern, and a subject that it matches.
type Rule struct {
	Pattern string
	NoCase  bool
	Hit     string
}

// Flags returns the flags that Apache compiles the pattern with.
func (r *Rule) Flags() pcre.Flags {
	flags := pcre.DotAll | pcre.DollarEndOnly
	if r.NoCase {
		flags |= pcre.Caseless
	}
	return flags
}

// Parse returns the parsed patterns of the rules.
func Parse(rules []Rule) ([]*pcre.Regexp, error) {
	patterns := make([]*pcre.Regexp, len(rules))
	for i := range rules {
		re, err := pcre.Parse(rules[i].Pattern, rules[i].Flags())
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", rules[i].Pattern, err)
		}
		patterns[i] = re
	}
	return patterns, nil
}

// Redirects returns n rules that each match one old path, with or without a
// slash at its end.
func Redirects(n int) []Rule {
	rules := make([]Rule, n)
	for i := range rules {
		rules[i] = Rule{Pattern: fmt.Sprintf("^old/page-%d/?$", i), Hit: fmt.Sprintf("old/page-%d/", i)}
	}
	return rules
}

// Mixed returns n rules of the kinds that rulesets have, most of them literal.
func Mixed(n int) []Rule {
	rnd := rand.New(rand.NewPCG(1, 2))
	topics := topics()
	rules := make([]Rule, n)
	for i := range rules {
		rules[i] = mixed(i, rnd.IntN(100), topics[rnd.IntN(len(topics))], topics[rnd.IntN(len(topics))])
	}
	return rules
}

// topics are words that paths are made of.
func topics() []string {
	return strings.Fields(`shoes bags hats shirts news about team careers press events blog shop sale outlet
		archive docs help support guide manual video photo gallery media forum pages products categories
		members profile service static assets styles english german french`)
}

// mixed returns rule i; kind, from 0 to 99, says what kind it is of.
func mixed(i, kind int, a, b string) Rule {
	rule := func(pattern, hit string) Rule {
		return Rule{Pattern: fmt.Sprintf(pattern, a, b, i), Hit: fmt.Sprintf(hit, a, b, i)}
	}
	switch {
	case kind < 40:
		return rule(`^%s/%s-%d/?$`, "%s/%s-%d/")
	case kind < 58:
		return rule(`^%s-%[3]d/([0-9]+)/?$`, "%s-%[3]d/4711")
	case kind < 68:
		return rule(`^legacy/%s%[3]d/(.*)$`, "legacy/%s%[3]d/some/page.html")
	case kind < 78:
		r := rule(`^%s%[3]d/([a-z-]+)\.html$`, "%s%[3]d/Some-Page.HTML")
		r.NoCase = true
		return r
	case kind < 82:
		return rule(`\.(ext%[3]d|old%[3]d)$`, "some/file.ext%[3]d")
	case kind < 87:
		return rule(`/%s-tag-%[3]d/`, "x/%s-tag-%[3]d/y")
	case kind < 91:
		r := rule(`(^|/)item([0-9]+)-v%[3]d($|/)`, "shop/Item77-v%[3]d/x")
		r.NoCase = true
		return r
	case kind < 95:
		return rule(`^([a-z]{2})/%s-region%[3]d/(.+)$`, "de/%s-region%[3]d/page")
	case kind < 98:
		return rule(`^(.*)/%s-sec%[3]d/index\.(php|html?)$`, "a/b/%s-sec%[3]d/index.htm")
	}
	return rule(`^%s%[3]d/(?:([0-9]{4})/([0-9]{2})/)?([^/]+?)(?:\.php)?$`, "%s%[3]d/2020/11/hello.php")
}

// Paths returns paths that no rule of Redirects or Mixed matches; some come
// close.
func Paths() []string {
	return []string{
		"index.html", "", "favicon.ico", "robots.txt", "shop/shoes/red-sneaker-42.html",
		"news/2024/05/a-long-story-about-nothing", "old/page-", "old/page-x", "old/page-123456/", "old/pages/12",
		"assets/css/main.min.css", "assets/js/vendor.bundle.js", "static/img/logo@2x.png", "wp-login.php",
		"wp-content/uploads/2021/03/photo-1024x768.jpg", "api/v1/users/4711/orders", "api/v2/search",
		"shoes/bags-999999", "legacy/shoes", "legacy/unknown/path/index.php", "docs/guide/install",
		"de/shop/kontakt", "en/about/team", "blog/tag/golang/page/2", "product/12345", "category/hats/sale",
		"media/video/intro.mp4", ".well-known/security.txt", "forum/viewtopic.php", "help/item12-v/",
	}
}

// UserAgents returns n rules that each know a robot by its User-Agent.
func UserAgents(n int) []Rule {
	rnd := rand.New(rand.NewPCG(3, 4))
	rules := make([]Rule, n)
	seen := map[string]bool{}
	for i := range rules {
		name := robot(rnd)
		for seen[name] {
			name = robot(rnd)
		}
		seen[name] = true
		rules[i] = userAgent(name, rnd.IntN(100))
		rules[i].NoCase = true
	}
	return rules
}

// userAgent returns a rule for a robot's name; kind, from 0 to 99, says of what
// kind.
func userAgent(name string, kind int) Rule {
	switch {
	case kind < 55:
		return Rule{Pattern: "^" + name, Hit: name + "/1.0 (+http://example.com/bot)"}
	case kind < 95:
		return Rule{Pattern: name, Hit: "Mozilla/5.0 (compatible; " + name + "/2.1)"}
	}
	return Rule{Pattern: "^Mozilla.*" + name, Hit: "Mozilla/4.0 (compatible; " + name + ")"}
}

// robot makes up a name.
func robot(rnd *rand.Rand) string {
	const consonants, vowels = "bcdfghjklmnprstvwxz", "aeiou"
	var b strings.Builder
	for range 2 + rnd.IntN(3) {
		b.WriteByte(consonants[rnd.IntN(len(consonants))])
		b.WriteByte(vowels[rnd.IntN(len(vowels))])
	}
	b.WriteByte("bgkmnprtxz"[rnd.IntN(10)])
	return strings.ToUpper(b.String()[:1]) + b.String()[1:] + []string{"", "bot", "Bot", "spider", "-crawl"}[rnd.IntN(5)]
}

// Browsers returns User-Agents that no rule of UserAgents matches: those of
// browsers, 115 bytes long on the average.
func Browsers() []string {
	const (
		apple   = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
		windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
		android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
	)
	return []string{
		windows + "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
		windows + "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.92",
		windows + "Gecko/20100101 Firefox/127.0",
		apple + "605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
		apple + "537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
		android + "Chrome/126.0.6478.72 Mobile Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
		android + "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
	}
}
