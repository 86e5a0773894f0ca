package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile are what a client can say of itself.
var hostile = []string{
	`<script>document.title='owned'</script>`,
	`"><img src=x onerror="document.title='owned'">`,
	`</td></tr></table><svg onload=document.title='owned'>`,
	`{{.}} ${x} <!-- --> & &lt;`,
}

// TestStatusInBrowser has a browser show hostile devices, and wants them as text.
func TestStatusInBrowser(t *testing.T) {
	t.Parallel()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
		}
	}
	if browser == "" {
		if os.Getenv("REQUIRE_BROWSER") != "" {
			t.Fatal("there is no Chromium")
		}
		t.Skip("SKIPPED: there is no Chromium to show the status page; install it, apt-get install chromium")
	}
	w := newWorld(t, map[string]string{"access": "default block\n"}, "-access", "DIR/access", "-client-ca", "DIR/ca.pem", "-client-cert", "optional")
	for i, s := range hostile {
		req := request(t, http.MethodPost, fmt.Sprintf("%s%s?Cmd=Sync&DeviceId=%d&DeviceType=iPhone", w.front, endpointPath, i), nil, "User-Agent", s)
		q := req.URL.Query()
		q.Set("DeviceType", s)
		req.URL.RawQuery = q.Encode()
		req.SetBasicAuth(s, "x")
		send(t, w.client(t, "good"), req)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dom, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
		"--virtual-time-budget=2000", "--dump-dom", w.status+"/status").Output()
	require.NoError(t, err)
	page := string(dom)
	require.Contains(t, page, "<title>Devices</title>")
	require.Equal(t, len(hostile), strings.Count(page, "<td>blocked</td>"))
	for _, element := range []string{"<script", "<img", "<svg", "<i>", "<title>owned"} {
		require.NotContains(t, page, element)
	}
	require.Contains(t, page, "&lt;script&gt;document.title='owned'&lt;/script&gt;")
	require.Contains(t, page, `\&lt;i\&gt;Example`, "the certificate's subject")
}

// TestStatusAccess wants the page for clients and names that are permitted, and
// nothing else of it.
func TestStatusAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default block\n"}, "-access", "DIR/access")
	port := w.status[strings.LastIndexByte(w.status, ':'):]
	tests := []struct {
		method, path, host string
		status             int
	}{
		{"GET", "/status", "127.0.0.1" + port, 200},
		{"HEAD", "/status", "localhost" + port, 200},
		{"GET", "/status", "evil.example.com" + port, 421},
		{"GET", "/status", "127.0.0.1", 421},
		{"GET", "/status", "127.0.0.1:1", 421},
		{"GET", "/status", "127.0.0.2" + port, 421},
		{"POST", "/status", "127.0.0.1" + port, 405},
		{"DELETE", "/status", "127.0.0.1" + port, 405},
		{"GET", "/", "127.0.0.1" + port, 404},
	}
	for _, test := range tests {
		req, err := http.NewRequestWithContext(t.Context(), test.method, w.status+test.path, http.NoBody)
		require.NoError(t, err)
		req.Host = test.host
		resp, _ := send(t, http.DefaultClient, req)
		if resp.StatusCode != test.status {
			t.Errorf("%s %s of %s: %d, want %d", test.method, test.path, test.host, resp.StatusCode, test.status)
		}
		require.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
		require.Equal(t, "default-src 'none'", resp.Header.Get("Content-Security-Policy"))
	}
}

// TestState keeps the table over a restart, and bounds it.
func TestState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"-access", "DIR/access", "-state", dir + "/state.json", "-devices", "3"}
	w := newWorld(t, map[string]string{"access": "default allow\n"}, flags...)
	for i := range 5 {
		send(t, w.client(t, "none"), request(t, http.MethodPost, fmt.Sprintf("%s%s?Cmd=Sync&DeviceId=S%d&DeviceType=iPhone", w.front, endpointPath, i), nil))
	}
	first := w.device(t, "S3").First
	require.Zero(t, w.stop())
	info, err := os.Stat(dir + "/state.json")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.Rename(dir+"/state.json", dir+"/elsewhere"))
	if err := os.Symlink(dir+"/elsewhere", dir+"/state.json"); err != nil {
		t.Skip("SKIPPED: no symbolic links here: ", err)
	}
	w = newWorld(t, map[string]string{"access": "default allow\n"}, flags...)
	require.Len(t, w.devices(t), 3)
	require.Equal(t, "S4", w.devices(t)[0].DeviceID)
	send(t, w.client(t, "none"), request(t, http.MethodPost, w.front+endpointPath+"?Cmd=Sync&DeviceId=S3&DeviceType=iPhone", nil))
	require.Equal(t, first, w.device(t, "S3").First)
	require.Empty(t, w.device(t, "S0"))
	require.Zero(t, w.stop())
	info, err = os.Lstat(dir + "/state.json")
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type(), "a link stays one")
}

// TestTableBound wants rows that the server never accepted to go first, a login to
// count for a time, and until it is forgotten.
func TestTableBound(t *testing.T) {
	t.Parallel()
	table, err := newTable("", 3)
	require.NoError(t, err)
	accept := func(user string, at time.Time) {
		table.touch(keyOf(user, ""), func(r *record) {
			*r = record{User: user, Accepted: at.UTC().Format(time.RFC3339), login: user}
		})
	}
	invent := func() {
		for i := range 10 {
			table.saw(record{key: keyOf(fmt.Sprint("invented", i), ""), Last: "now"})
		}
	}
	get := func(user string) record { return table.get(keyOf(user, "")) }
	accept("a", time.Now())
	accept("b", time.Now().Add(-loginTime))
	invent()
	require.Len(t, table.all(), 3)
	require.NotEmpty(t, get("invented9"))
	require.True(t, get("a").verifies("a"))
	require.False(t, get("b").verifies("b"), "accepted too long ago")
	accept("c", time.Now())
	invent()
	require.Empty(t, get("invented9"), "each other row was accepted")
	accept("d", time.Now())
	require.Len(t, table.all(), 3)
	require.Empty(t, get("a"), "the oldest")
	table.forget("c", keyOf("d", ""), keyOf("c", ""), keyOf("e", ""))
	require.True(t, get("d").verifies("d"))
	require.False(t, get("c").verifies("c"))
	require.False(t, get("c").verifies(""))
	require.NotEmpty(t, get("b"))
	table, err = newTable("", 200)
	require.NoError(t, err)
	for i := range 201 {
		accept(fmt.Sprint(i), time.Now())
	}
	for range 100 {
		invent()
	}
	require.LessOrEqual(t, len(table.all()), 200)
	for i := 5; i <= 200; i++ {
		require.NotEmpty(t, get(fmt.Sprint(i)), i)
	}
}

// TestBatch wants lines written together: after a while, where there are many, and when
// the command ends.
func TestBatch(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	b := newBatch(w)
	read := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		_, err := io.ReadFull(r, got)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	for _, line := range []string{"a\n", "b\n"} {
		_, err := b.Write([]byte(line))
		require.NoError(t, err)
	}
	read("a\nb\n")
	long := strings.Repeat("x", batchSize)
	go func() { _, _ = b.Write([]byte(long)) }()
	read(long)
	_, err := b.Write([]byte("c\n"))
	require.NoError(t, err)
	go b.flush()
	read("c\n")
}

// TestKilledWhileSaving kills a process that does nothing but save the table, again
// and again, and wants the file to be whole each time.
func TestKilledWhileSaving(t *testing.T) {
	if file := os.Getenv("ACTIVESYNC_SAVE"); file != "" {
		saveForever(t, file)
	}
	t.Parallel()
	file := t.TempDir() + "/state.json"
	for range 20 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileSaving$")
		cmd.Env = append(os.Environ(), "ACTIVESYNC_SAVE="+file)
		require.NoError(t, cmd.Start())
		require.Eventually(t, func() bool {
			_, err := os.Stat(file)
			return err == nil
		}, time.Minute, time.Millisecond)
		time.Sleep(time.Duration(100+time.Now().UnixNano()%150) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // It says that it was killed.
		table, err := newTable(file, 5000)
		require.NoError(t, err)
		if n := len(table.all()); n != 5000 {
			t.Errorf("the table has %d devices", n)
		}
	}
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, json.Valid(src))
}

func saveForever(t *testing.T, file string) {
	t.Helper()
	table, err := newTable("", 5000)
	require.NoError(t, err)
	table.file = file
	for i := range 5000 {
		r := record{key: keyOf("", fmt.Sprint(i)), DeviceID: fmt.Sprint(i), UserAgent: strings.Repeat("x", 200)}
		table.saw(r)
	}
	for {
		require.NoError(t, table.save())
	}
}
