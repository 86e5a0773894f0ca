package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// targets are the paths that requests are made of. Each is tried as it is, and
// bent in every way that variants knows.
var targets = []string{
	"/open.txt", "/", "/dir/", "/dir/page.txt", "/dir/sub/page.txt", "/private/secret.txt", "/private/", "/private", "/private/sub/deep.txt",
	"/admin/panel.txt", "/admin", "/admin/", "/dir/report.bak", "/dir/secret.txt", "/.htaccess", "/dir/.htaccess", "/alias/secret.txt", "/sub/secret.txt",
}

// requests returns all requests. Each ends its connection, so that what follows
// it can only be a request that was smuggled.
func requests(random *rand.Rand) []string {
	var all []string
	add := func(list ...string) { all = append(all, list...) }
	for _, target := range targets {
		for _, v := range variants(target) {
			add(plain("GET", v))
		}
		for range 120 {
			add(plain("GET", bend(random, target, 2+random.IntN(3))))
		}
		for _, form := range forms(target) {
			add(plain("GET", form))
		}
		add(methods(target)...)
		add(versions(target)...)
	}
	for _, target := range []string{"/open.txt", "/private/secret.txt", "/admin/panel.txt", "/dir/page.txt"} {
		add(hosts(target)...)
		add(headers(target)...)
		add(bodies(target)...)
		add(ranges(target)...)
		add(sizes(target)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// plain returns a request that is well formed but for its target or method.
func plain(method, target string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n"
}

// inserts are put in the places of a path where a rule and a file system may
// read them in different ways.
var inserts = []string{
	"/", "//", "./", "/./", "../", "/../", "x/../", "x/..//", "/x/../", "%2e/", ".%2e/", "%2e%2e/", "%2E%2E/", "%252e%252e/", "..%2f", "..%5c", `..\`, `\`, "%5c",
	"%2f", "%2F", "%252f", "%00", "%00/", "%0a", "%0d%0a", "%09", "%20", "+", ";", ";x", "..;/", ";/../", "%3b", "%3f", "?", "??", "#", "%23", "%25", "%", "%2", "%zz",
	"%u002f", "%c0%af", "%c0%ae%c0%ae/", "%e0%80%af", "%ef%bc%8f", "%e2%80%8b", "%ff", "\xff", "\x00", "\x01", "\x7f", "\t", " ", "~", "*", "|", "^", "`", "<", "\"", "'", "{}", "[", ":", "::$DATA", "%3a%3a$DATA",
	"@", "!", "$", "&", ",", "=", ".", "..", "...", "%2e", "_", "-", "%7f", "%80", "%0b", "%e9",
}

// variants returns target bent in one way each.
func variants(target string) []string {
	all := []string{target, strings.ToUpper(target), strings.ToLower(target) + "/", target + "/x", target + "?x=/../private", target + "/."}
	for i := 1; i < len(target); i++ {
		if target[i-1] == '/' || target[i] == '/' || target[i] == '.' {
			for _, in := range inserts {
				all = append(all, target[:i]+in+target[i:])
			}
		}
		c := target[i]
		all = append(all,
			target[:i]+fmt.Sprintf("%%%02x", c)+target[i+1:],
			target[:i]+fmt.Sprintf("%%%02X", c)+target[i+1:],
			target[:i]+fmt.Sprintf("%%25%02x", c)+target[i+1:],
			target[:i]+strings.ToUpper(target[i:i+1])+target[i+1:],
		)
	}
	for _, in := range inserts {
		all = append(all, in+target, "/"+in+target, target+in)
	}
	return all
}

// bend bends target n times, anywhere.
func bend(random *rand.Rand, target string, n int) string {
	for range n {
		i := 1 + random.IntN(len(target))
		switch random.IntN(4) {
		case 0:
			if i < len(target) {
				target = target[:i] + fmt.Sprintf("%%%02x", target[i]) + target[i+1:]
			}
		default:
			in := inserts[random.IntN(len(inserts))]
			target = target[:min(i, len(target))] + in + target[min(i, len(target)):]
		}
	}
	return target
}

// forms returns target as other kinds of request target.
func forms(target string) []string {
	var all []string
	for _, front := range []string{
		"http://site.example", "HTTP://SITE.EXAMPLE", "http://site.example:80", "http://site.example:1", "http://site.example:99999", "http://site.example:", "http://other.example",
		"http://intern.example", "http://default.example", "http://intern.site.example", "http://u:p@site.example", "http://site.example@intern.example", "http://", "http:", "http:/", "http:///", "https://site.example",
		"ftp://site.example", "file://", "unix:/", "proxy:http://site.example", "http://[::1]", "http://[::1", "http://127.0.0.1", "http://site.example%2f", "http://site.example/..", "http://site.example?", "http://site.example#",
		"//site.example", "///", `\\site.example`, `http:\\site.example`, "*", "?", ".", "..", "site.example:80", "site.example", "javascript:", "http://site.example.", "http://site_example", "http://a b",
	} {
		all = append(all, front+target)
	}
	return append(all, target[1:], "?"+target, "#"+target, "")
}

// methods returns target asked for in unusual ways.
func methods(target string) []string {
	var all []string
	for _, m := range []string{
		"HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "MKCOL", "PRI", "FOO", "get", "Get", "GET\t", "G ET", " GET", "\tGET", "GE\x00T", "G\xc9T", "GET/", "\"GET\"", "",
		"GET,POST", "M-SEARCH", "PURGE", "TRACK", "DEBUG", strings.Repeat("A", 300), strings.Repeat("A", 9000),
	} {
		all = append(all, plain(m, target))
	}
	for _, to := range []string{"*", "site.example:80", "site.example", "[::1]:80", ":80", "http://site.example" + target, "site.example:80" + target} {
		for _, m := range []string{"CONNECT", "OPTIONS", "TRACE", "GET"} {
			all = append(all, plain(m, to))
		}
	}
	return append(all,
		"TRACE "+target+" HTTP/1.1\r\nHost: site.example\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n",
		"GET "+target+" HTTP/1.1\r\nHost: site.example\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n",
		"TRACE "+target+" HTTP/1.1\r\nHost: site.example\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
	)
}

// versions returns target in request lines that are not quite those of HTTP/1.1.
func versions(target string) []string {
	const rest = "Host: site.example\r\nConnection: close\r\n\r\n"
	var all []string
	for _, v := range []string{
		" HTTP/1.0", " HTTP/0.9", " HTTP/1.2", " HTTP/2.0", " HTTP/3.0", " HTTP/11", " HTTP/1.", " HTTP/1.10", " HTTP/01.1", " http/1.1", " HTTP/1.1 ", " HTTP/1.1 x", "  HTTP/1.1", "\tHTTP/1.1",
		" HTTPS/1.1", " ICY/1.1", " HTTP", "", " ", " HTTP/1.1\x00", "\x0bHTTP/1.1", " HTTP/-1.1", " HTTP/1,1", " x HTTP/1.1",
	} {
		all = append(all, "GET "+target+v+"\r\n"+rest)
	}
	return append(all,
		"GET "+target+"\r\n", "GET  "+target+" HTTP/1.1\r\n"+rest, "GET\t"+target+" HTTP/1.1\r\n"+rest, "\r\nGET "+target+" HTTP/1.1\r\n"+rest,
		"\r\n\r\nGET "+target+" HTTP/1.1\r\n"+rest, "\nGET "+target+" HTTP/1.1\r\n"+rest, "GET "+target+" HTTP/1.1\n"+strings.ReplaceAll(rest, "\r", ""),
		"GET "+target+" HTTP/1.1\r"+rest, "GET "+target+" HTTP/1.1\r\r\n"+rest, "GET "+target+" HTTP/1.0\r\n\r\n", "GET "+target+" HTTP/1.1\r\n\r\n",
	)
}
