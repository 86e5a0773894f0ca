package rewrite_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

var (
	updateAuth = flag.Bool("update-auth", false, "write testdata/auth/answers.txt from a live httpd, with cases made up anew")
	authSeed   = flag.Uint64("auth-seed", 0, "make cases up from this seed, in the place of the recorded ones")
)

// authFile holds cases of logging in and what httpd answers to their requests, "< " before
// each answer.
const authFile = "testdata/auth/answers.txt"

// madeUp returns n cases that follow from the seed.
func madeUp(seed uint64, n int) []authCase {
	m := authMaker{rand.New(rand.NewPCG(seed, 0))}
	var cases []authCase
	for range n {
		cases = append(cases, m.make())
	}
	return cases
}

// readAuth reads the recorded cases, and the answers to the requests of each.
func readAuth(tb testing.TB) (cases []authCase, answers [][]string) {
	tb.Helper()
	text, err := os.ReadFile(authFile)
	require.NoError(tb, err)
	name := ""
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n") {
		last := len(cases) - 1
		switch {
		case line == "===":
			cases = append(cases, authCase{files: map[string]string{}})
			answers = append(answers, nil)
			name = ""
		case strings.HasPrefix(line, "--- "):
			name = line[len("--- "):]
			if name != "requests" {
				cases[last].names = append(cases[last].names, name)
			}
		case name != "requests":
			cases[last].files[name] += line + "\n"
		case strings.HasPrefix(line, "< "):
			answers[last] = append(answers[last], line[len("< "):])
		default:
			cases[last].requests = append(cases[last].requests, line)
		}
	}
	return cases, answers
}

func writeAuth(tb testing.TB, cases []authCase, answers [][]string) {
	tb.Helper()
	var b strings.Builder
	for i := range cases {
		b.WriteString("===\n")
		for _, name := range cases[i].names {
			fmt.Fprintf(&b, "--- %s\n%s", name, cases[i].files[name])
		}
		b.WriteString("--- requests\n")
		for j, r := range cases[i].requests {
			fmt.Fprintf(&b, "%s\n< %s\n", r, answers[i][j])
		}
	}
	require.NoError(tb, os.WriteFile(authFile, []byte(b.String()), 0o644))
}

// layOutAuth writes the cases below a new root, and returns it.
func layOutAuth(tb testing.TB, cases []authCase) string {
	tb.Helper()
	dir := httpdtest.Folder(tb)
	layOut(tb, filepath.Join(dir, "auth"), authFiles)
	root := filepath.Join(dir, "www")
	layOut(tb, root, map[string]string{"401.html": "the document for 401\n"})
	for i := range cases {
		n := strconv.Itoa(i)
		site := map[string]string{
			"x": "x\n", "secret": "secret\n", "index.html": "index\n", "401.html": "own document\n", "open/x": "open\n",
			"sub/x": "x below\n", "sub/index.html": "index below\n",
		}
		for name, text := range cases[i].files {
			site[name] = strings.NewReplacer("@N@", n, "@AUTH@", filepath.Join(dir, "auth")).Replace(text)
		}
		layOut(tb, filepath.Join(root, n), site)
	}
	return root
}

func authConfig(root string) string {
	return "DocumentRoot " + root + "\nDirectoryIndex index.html\n<Directory " + root + ">\nOptions FollowSymLinks\nAllowOverride All\nRequire all granted\n</Directory>\n"
}

// logIn sends a request of case n, "METHOD path [open|name=user] | credentials", and
// describes the answer.
func logIn(tb testing.TB, address, request string, n int) string {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	what, credentials, _ := strings.Cut(request, " | ")
	words := strings.SplitN(what, " ", 3)
	head := words[0] + " " + strings.ReplaceAll(words[1], "@N@", strconv.Itoa(n)) + " HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n"
	if len(words) > 2 {
		if name, ok := strings.CutPrefix(words[2], "name="); ok {
			head += "X-Name: " + name + "\r\n"
		} else {
			head += "X-Open: 1\r\n"
		}
	}
	switch kind, value, _ := strings.Cut(credentials, ":"); kind {
	case "user":
		head += "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(value)) + "\r\n"
	case "raw":
		head += "Authorization: " + value + "\r\n"
	}
	if words[0] == http.MethodPost {
		head += "Content-Length: 0\r\n"
	}
	_, err = io.WriteString(conn, head+"\r\n")
	require.NoError(tb, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: words[0]})
	require.NoError(tb, err, request)
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err, request)
	text := strconv.Itoa(resp.StatusCode)
	for _, name := range []string{"Www-Authenticate", "X-User", "X-Ahead", "X-Was"} {
		if v := resp.Header[name]; v != nil {
			text += fmt.Sprintf(" %s: %q", name, strings.Join(v, " AND "))
		}
	}
	if !bytes.HasPrefix(bytes.ToLower(body), []byte("<!doctype html")) {
		text += fmt.Sprintf(" %q", body)
	}
	return text
}

// authHandler serves root by the configuration that httpd has.
func authHandler(tb testing.TB, root string) http.Handler {
	tb.Helper()
	f, err := parser.Parse("site.conf", []byte(authConfig(root)), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true, Types: rewrite.Types()})
	require.NoError(tb, err)
	return rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()}))
}

// askAll sends the requests of all cases.
func askAll(tb testing.TB, address string, cases []authCase) (answers [][]string) {
	tb.Helper()
	for i := range cases {
		var list []string
		for _, r := range cases[i].requests {
			list = append(list, logIn(tb, address, r, i))
		}
		answers = append(answers, list)
	}
	return answers
}

// compareAuth reports where the answers to the cases differ.
func compareAuth(t *testing.T, cases []authCase, httpd, own [][]string) {
	t.Helper()
	asked, differ := 0, 0
	for i := range cases {
		for j, r := range cases[i].requests {
			if asked++; httpd[i][j] == own[i][j] {
				continue
			}
			if cases[i].stricter() && strings.HasPrefix(own[i][j], "40") {
				t.Logf("case %d: %s: refused as the groups are not known, where httpd lets in who is in none of them", i, r)
				continue
			}
			if differ++; differ > 20 {
				continue
			}
			var files strings.Builder
			for _, name := range cases[i].names {
				fmt.Fprintf(&files, "--- %s\n%s", name, cases[i].files[name])
			}
			t.Errorf("case %d: %s\nhttpd: %s\nwe:    %s\n%s", i, r, httpd[i][j], own[i][j], files.String())
		}
	}
	t.Logf("%d requests, %d answers differ", asked, differ)
	if differ > 0 {
		t.Errorf("%d answers differ", differ)
	}
}

// Clients log in as httpd had them when the answers were recorded.
func TestAuthLikeRecorded(t *testing.T) {
	t.Parallel()
	if *updateAuth {
		t.Skip("answers.txt is being written")
	}
	cases, httpd := readAuth(t)
	srv := httptest.NewServer(authHandler(t, layOutAuth(t, cases)))
	defer srv.Close()
	own := askAll(t, srv.Listener.Addr().String(), cases)
	require.Greater(t, len(own), 100)
	compareAuth(t, cases, httpd, own)
}

// The recorded answers are those of the real httpd, and so are ours to cases that were
// never recorded.
func TestAuthLikeHTTPD(t *testing.T) {
	t.Parallel()
	var cases []authCase
	var recorded [][]string
	switch {
	case *updateAuth:
		cases = madeUp(1, 120)
	case *authSeed != 0:
		cases = madeUp(*authSeed, 120)
	default:
		cases, recorded = readAuth(t)
	}
	root := layOutAuth(t, cases)
	httpd := askAll(t, httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+authConfig(root), "authz_groupfile"), cases)
	if *updateAuth {
		writeAuth(t, cases, httpd)
	}
	if recorded == nil {
		srv := httptest.NewServer(authHandler(t, root))
		defer srv.Close()
		recorded = askAll(t, srv.Listener.Addr().String(), cases)
	}
	compareAuth(t, cases, httpd, recorded)
}
