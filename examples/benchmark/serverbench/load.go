package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// header is what a browser sends with the request that none of the rules concerns.
var header = []string{
	"Host: main.example",
	"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
	"Cookie: session=0123456789abcdef; group=none",
	"Referer: https://www.example.org/some/page",
}

// pageOf returns the URL of the page that is asked for.
func pageOf(addr string) string { return "http://" + addr + "/page.html?id=none" }

var (
	requestsIn = regexp.MustCompile(`(\d+) requests in`)
	perSecond  = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)
	failed     = regexp.MustCompile(`Non-2xx|Socket errors`)
)

// load runs one round against url and returns how many requests were answered, and how
// many in a second. Answers other than 2xx fail it: then the servers would not do the same
// work.
func load(ctx context.Context, url string) (n int, rate float64, err error) {
	args := []string{"-t1", "-c" + strconv.Itoa(*conns), "-d" + strconv.Itoa(max(1, int(duration.Seconds())))}
	for _, h := range header {
		args = append(args, "-H", h)
	}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if failed.Match(out) {
		return 0, 0, fmt.Errorf("%s answers errors:\n%s", url, out)
	}
	count, persec := requestsIn.FindSubmatch(out), perSecond.FindSubmatch(out)
	if count == nil || persec == nil {
		return 0, 0, fmt.Errorf("wrk says:\n%s", out)
	}
	if n, err = strconv.Atoi(string(count[1])); err == nil {
		rate, err = strconv.ParseFloat(string(persec[1]), 64)
	}
	return max(n, 1), rate, err
}
