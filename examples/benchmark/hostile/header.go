package main

import (
	"fmt"
	"strings"
)

// with returns a request with lines in its header, and what follows it.
func with(method, target, lines, rest string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n" + lines + "\r\n" + rest
}

// hosts returns requests with doubtful names of hosts.
func hosts(target string) []string {
	var all []string
	for _, host := range []string{
		"", " ", "site.example", "SITE.EXAMPLE", "site.example.", "site.example..", "site.example:80", "site.example:", "site.example:0", "site.example:99999", "site.example:80:80", "site.example:a",
		"other.example", "intern.example", "INTERN.EXAMPLE", "intern.example.", "intern.site.example", "intern%2eexample", "default.example", "a.site.example", ".site.example", "site.example/..", "site.example@intern.example", "u:p@site.example",
		"site example", "site.example\t", "site.example\x00", "site.example,intern.example", "site.example;x", "[::1]", "[::1", "::1", "[::1]:80", "[::1]x", "[fe80::1%25eth0]", "127.0.0.1", "127.1", "0x7f000001", "127.0.0.1.", "localhost", "-", "_", "*", "a..b",
		"s\xc3\xaete.example", "site.example\\", "site.example#", "site.example?", "http://site.example", "<site>", "'", "$HOST", "%{HTTP_HOST}", strings.Repeat("a", 300) + ".example", "1", "a.1", "site.example.1",
	} {
		all = append(all,
			"GET "+target+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n",
			"GET "+target+" HTTP/1.0\r\nHost: "+host+"\r\n\r\n",
			"GET http://site.example"+target+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n",
			"GET "+target+" HTTP/1.1\r\nHost: "+host+"\r\nHost: site.example\r\nConnection: close\r\n\r\n",
			"GET "+target+" HTTP/1.1\r\nHost: site.example\r\nX-Forwarded-Host: "+host+"\r\nConnection: close\r\n\r\n",
		)
	}
	return append(all,
		"GET "+target+" HTTP/1.1\r\nHost: site.example\r\nHost: intern.example\r\nConnection: close\r\n\r\n",
		"GET "+target+" HTTP/1.1\r\nHost : site.example\r\nConnection: close\r\n\r\n",
		"GET "+target+" HTTP/1.1\r\n Host: site.example\r\nConnection: close\r\n\r\n",
		"GET "+target+" HTTP/1.1\r\nHost:\r\n site.example\r\nConnection: close\r\n\r\n",
	)
}

// headers returns requests with odd header fields, and with those that a
// careless server lets decide what is asked for.
func headers(target string) []string {
	var all []string
	for _, lines := range []string{
		"X-Original-URL: /private/secret.txt", "X-Rewrite-URL: /private/secret.txt", "X-HTTP-Method-Override: PUT", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.1, 127.0.0.1", "X-Real-IP: 192.0.2.1", "Forwarded: for=192.0.2.1;host=intern.example",
		"X-Forwarded-Proto: https", "X-Forwarded-Prefix: /private", "X-Accel-Redirect: /private/secret.txt", "X-Sendfile: /private/secret.txt", "Referer: http://intern.example/", "Authorization: Basic YTpi", "Proxy: http://127.0.0.1:1/", "Proxy-Connection: keep-alive",
		"Connection: Host", "Connection: close, X-Forwarded-For", "Connection: upgrade\r\nUpgrade: websocket", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA", "Connection: \x00", "Keep-Alive: 999", "TE: trailers", "Trailer: Host",
		"X: a\x00b", "X: a\rb", "X: a\nb", "X: \x01", "X: \x7f", "X: \xff", "X\x00: a", "X Y: a", "X\t: a", "X : a", ": a", "X", "X:", ":", "X(: a", "X\": a", "X\xff: a", "\xc3\xa9: a", " X: a", "\tX: a", "X: a\r\n b", "X: a\r\n\tb", "X: a\r\n", "X: a\n", "X: a\r\r\n",
		"If-Match: x", "If-None-Match: *", "If-Modified-Since: x", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "Expect: 100-continue", "Expect: x", "Accept: */*;q=x", "Accept-Encoding: gzip, identity;q=0", "Cookie: a=\"b; c\"", "Content-Type: x", "Content-Encoding: gzip",
		"Host: intern.example", "host: site.example", "Destination: /private/x", "Overwrite: T", "Depth: infinity", "Max-Forwards: -1", "Max-Forwards: x", "Via: 1.1 x", "Sec-WebSocket-Key: x",
	} {
		all = append(all, with("GET", target, lines+"\r\n", ""), with("HEAD", target, lines+"\r\n", ""))
	}
	return all
}

// bodies returns requests whose end is in doubt, with another one behind it.
func bodies(target string) []string {
	const chunks, hidden = "3\r\nabc\r\n0\r\n\r\n", "GET /private/secret.txt HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n"
	var all []string
	for _, lines := range []string{
		"Content-Length: 3", "Content-Length: 0", "Content-Length: +3", "Content-Length: -3", "Content-Length: 0x3", "Content-Length: 3, 3", "Content-Length: 3,4", "Content-Length: 03", "Content-Length: 3 ", "Content-Length: 3 3", "Content-Length: ", "Content-Length: a", "Content-Length: 3\r\nContent-Length: 3",
		"Content-Length: 3\r\nContent-Length: 5", "Content-Length: 99999999999999999999", "Content-Length: 9223372036854775807", "Content-Length: 1073741825", "Content-Length: 11", "Content-Length : 3", "Content_Length: 3", "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
		"Transfer-Encoding: chunked", "Transfer-Encoding: Chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: identity", "Transfer-Encoding: identity, chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked", "Transfer-Encoding: \"chunked\"",
		"Transfer-Encoding: chunked;x", "Transfer-Encoding:\tchunked", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", " Transfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: chunked\x00", "Transfer_Encoding: chunked", "X: a\nTransfer-Encoding: chunked", "X: a\rTransfer-Encoding: chunked",
		"Transfer-Encoding: ", "Content-Length: 3\r\nTransfer-Encoding: identity", "Content-Length: 3\r\nTransfer-Encoding: xchunked", "Expect: 100-continue\r\nContent-Length: 3", "Expect: 100-continue\r\nTransfer-Encoding: chunked",
	} {
		for _, body := range []string{"abc", chunks} {
			for _, method := range []string{"GET", "POST"} {
				all = append(all, strings.Replace(with(method, target, lines+"\r\n", body+hidden), "Connection: close\r\n", "", 1))
			}
		}
	}
	for _, chunked := range []string{
		"3\r\nabc\r\n0\r\n\r\n", "3;x=y\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "-1\r\nabc\r\n0\r\n\r\n", "03\r\nabc\r\n0\r\n\r\n", "00000000000000003\r\nabc\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\nabc", "FFFFFFFFFFFFFFFFF\r\nabc", "3\nabc\n0\n\n", "3\r\nabcd\r\n0\r\n\r\n",
		"3\r\nab", "\r\n0\r\n\r\n", "0\r\nHost: intern.example\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n", "0\r\nX\x00: a\r\n\r\n", "0\r\n", "3;\n0\r\nabc\r\n0\r\n\r\n", "3\rX\nabc\r\n0\r\n\r\n", "g\r\n", strings.Repeat("0", 9000) + "\r\n\r\n", "3;" + strings.Repeat("x", 20000) + "\r\nabc\r\n0\r\n\r\n", strings.Repeat("1\r\na\r\n", 500) + "0\r\n\r\n", "b\r\n12345678901\r\n0\r\n\r\n",
	} {
		all = append(all, strings.Replace(with("POST", target, "Transfer-Encoding: chunked\r\n", chunked+hidden), "Connection: close\r\n", "", 1), with("GET", target, "Transfer-Encoding: chunked\r\n", chunked))
	}
	return append(all, with("POST", target, "Content-Length: 5\r\n", "ab"), with("POST", target, "Content-Length: 50000\r\n", strings.Repeat("a", 50000)))
}

// ranges returns requests for parts, sensible and not.
func ranges(target string) []string {
	var all []string
	for _, r := range []string{
		"0-0", "0-", "-1", "5-2", "999999-", "-", "", "0-0,2-3", "-1,-1,-1", "a-b", "0-18446744073709551616", "-18446744073709551616", "0-0,", ",0-0", "0 - 0",
		strings.Repeat("0-0,", 199) + "0-0", strings.Repeat("0-0,", 200) + "0-0", strings.Repeat("0-,", 1300) + "5-0", strings.Repeat("0-,", 5000) + "5-0",
	} {
		all = append(all, with("GET", target, "Range: bytes="+r+"\r\n", ""), with("GET", target, "Request-Range: bytes="+r+"\r\n", ""))
	}
	return append(all, with("GET", target, "Range: lines=0-1\r\n", ""), with("GET", target, "Range: bytes=0-1\r\nIf-Range: x\r\n", ""), with("GET", target, "Range: bytes=0-1\r\nRange: bytes=2-3\r\n", ""))
}

// sizes returns requests that are too large in one way or the other.
func sizes(target string) []string {
	var all []string
	for _, n := range []int{60, 100, 110, 121, 122, 300, 8000, 8180, 8190, 8191, 8192, 8200, 70000, 1 << 20} {
		long := strings.Repeat("a", n)
		all = append(all,
			plain("GET", target+"?"+long), plain("GET", target+"/"+long), plain("GET", "/"+long+"/.."+target), plain("GET", strings.Repeat("/", n)+target),
			with("GET", target, "X: "+long+"\r\n", ""), with("GET", target, long+": x\r\n", ""), with("GET", target, "X: a\r\n "+long+"\r\n", ""), plain(long, target),
			plain("GET", target+strings.Repeat("/.", n/2)), plain("GET", strings.Repeat("/x/..", n/5)+target), plain("GET", strings.Repeat("%2e/", n/4)+target),
		)
	}
	for _, n := range []int{5, 9, 10, 11, 50, 97, 98, 99, 100, 1000, 20000} {
		var same, distinct strings.Builder
		for i := range n {
			same.WriteString("X: a\r\n")
			fmt.Fprintf(&distinct, "X-%d: a\r\n", i)
		}
		all = append(all, with("GET", target, same.String(), ""), with("GET", target, distinct.String(), ""))
	}
	return all
}
