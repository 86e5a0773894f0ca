package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"
)

// patience is how long a server may take with a request that it waits for more
// of: both are given as long, and then hung up on.
const patience = 1500 * time.Millisecond

// response is what is looked at in a response.
type response struct {
	status  int
	content string // which file, or what the other server was asked for; "" for neither
}

// responses are what a server sent until it closed the connection.
type responses []response

func (r responses) String() string {
	var all []string
	for _, one := range r {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%d %s", one.status, one.content)))
	}
	return strings.Join(all, ", ")
}

// passes reports whether response i is one with content.
func (r responses) passes(i int) bool {
	return i < len(r) && r[i].status >= 200 && r[i].status < 300
}

// refuses reports whether response i is an error, or there is none. That a part
// which was asked for is not there is no refusal.
func (r responses) refuses(i int) bool {
	return i >= len(r) || r[i].status >= 400 && r[i].status != http.StatusRequestedRangeNotSatisfiable
}

// waiting stands for a response to a request that the server waits for more of.
const waiting = 0

// send sends raw as it is.
func send(addr, raw string) responses {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() {
		// The server may answer and close before it has read all of it.
		_, _ = io.WriteString(conn, raw)
	}()
	all, err := io.ReadAll(conn) // what came before a reset counts, too
	rs := parse(all, raw)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		rs = append(rs, response{status: waiting})
	}
	return rs
}

var contentMark = regexp.MustCompile(`CONTENT\[([^\]]*)\]`)

func parse(all []byte, raw string) (rs responses) {
	method, _, _ := strings.Cut(raw, " ")
	r := bufio.NewReader(bytes.NewReader(all))
	for {
		start, _ := r.Peek(5)
		if len(start) == 0 {
			return rs
		}
		if string(start) != "HTTP/" { // as to HTTP/0.9, or the page of an error that HEAD got
			rest, _ := io.ReadAll(r)
			if content := mark(rest); content != "" || len(rs) == 0 {
				rs = append(rs, response{200, content})
			}
			return rs
		}
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return append(rs, response{status: 500})
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode >= 200 {
			rs = append(rs, response{resp.StatusCode, mark(body)})
		}
		method = "GET" // as far as requests are put in a row here
	}
}

func mark(body []byte) string {
	if m := contentMark.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}
