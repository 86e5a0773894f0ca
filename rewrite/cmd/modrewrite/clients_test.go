package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dialServe connects to a running server and sends text.
func dialServe(t *testing.T, srv running, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	return conn
}

// A body that does not come keeps nothing waiting but the file that is sent
// after it, and that not for long.
func TestServeSlowBodies(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		".htaccess":       "RewriteEngine On\nRewriteRule ^no - [F]\nRewriteRule ^old /page.txt [R]\n",
		"page.txt":        "page",
		"small/.htaccess": "LimitRequestBody 5",
		"small/page.txt":  "page",
	})
	srv := startServe(t, "-root", dir, "-timeout", "500ms")
	const none, chunked = "Content-Length: 9\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct{ line, rest, want string }{
		{"POST /no", none, "403"},
		{"POST /no", chunked, "403"},
		{"POST /old", none, "302"},
		{"GET /missing", none, "408"},
		{"GET /page.txt", none, "408"},
		{"GET /page.txt", chunked, "408"},
		{"GET /page.txt", "Content-Length: 9\r\n\r\n123456789", "200"},
		{"GET /page.txt", chunked + "9\r\n123456789\r\n0\r\n\r\n", "200"},
		{"GET /page.txt", chunked + "nonsense\r\n\r\n", "400"},
		{"GET /small/page.txt", "Content-Length: 6\r\n\r\n", "413"},
		{"GET /small/page.txt", chunked + "6\r\n123456\r\n0\r\n\r\n", "413"},
		{"GET /small/page.txt", chunked + "5\r\n12345\r\n0\r\n\r\n", "200"},
	} {
		began := time.Now()
		conn := dialServe(t, srv, test.line+" HTTP/1.1\r\nHost: a.example\r\n"+test.rest)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, test.line)
		if took := time.Since(began); !strings.HasPrefix(resp.Status, test.want) || took > 10*time.Second {
			t.Errorf("%s with %q: %s after %v, want %s", test.line, test.rest, resp.Status, took, test.want)
		}
		_ = conn.Close()
	}
}

// A response that is not taken is cut off.
func TestServeUnreadResponse(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"big.bin": ""})
	const size = 1 << 28
	require.NoError(t, os.Truncate(filepath.Join(dir, "big.bin"), size))
	srv := startServe(t, "-root", dir, "-timeout", "300ms")
	conn := dialServe(t, srv, "GET /big.bin HTTP/1.1\r\nHost: a.example\r\n\r\n")
	srv.out.await(t, `(GET /big.bin)`) // logged when it is over
	n, _ := io.Copy(io.Discard, conn)
	if n >= size {
		t.Errorf("all %d bytes were sent", n)
	}
}

func TestServeMaxConnections(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"page.txt": "page"})
	srv := startServe(t, "-root", dir, "-max-connections", "2")
	const request = "GET /page.txt HTTP/1.1\r\nHost: a.example\r\n\r\n"
	first, second, third := dialServe(t, srv, request), dialServe(t, srv, request), dialServe(t, srv, request)
	for _, conn := range []net.Conn{first, second} {
		_, err := conn.Read(make([]byte, 1))
		require.NoError(t, err)
	}
	require.NoError(t, third.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
	_, err := third.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "a third connection was served")
	require.NoError(t, first.Close())
	require.NoError(t, third.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = third.Read(make([]byte, 1))
	require.NoError(t, err)
	dialServe(t, srv, "") // Another one waits when the server stops.
	require.Equal(t, exitOK, srv.stop())
}
