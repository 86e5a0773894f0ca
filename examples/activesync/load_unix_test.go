//go:build unix

package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// TestReloadUnderLoad changes the access file again and again while devices
// synchronise, and wants every request answered by one of the versions.
func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default allow\n"}, "-access", "DIR/access", "-reload", "1ms")
	times := 100
	if testing.Short() {
		times = 5
	}
	var done atomic.Bool
	var sent, lost atomic.Int64
	var wg sync.WaitGroup
	c := w.client(t, "none")
	for i := range 8 {
		wg.Go(func() {
			for !done.Load() {
				url := fmt.Sprintf("%s%s?Cmd=Sync&DeviceId=L%d&DeviceType=iPhone", w.front, endpointPath, i)
				resp, err := c.Do(request(t, http.MethodPost, url, nil))
				sent.Add(1)
				if err != nil {
					lost.Add(1)
					continue
				}
				body, err := io.ReadAll(resp.Body)
				if err != nil || resp.StatusCode != http.StatusOK || string(body) != "in" && len(body) != 13 {
					lost.Add(1)
				}
				_ = resp.Body.Close() // A body that was read closes.
			}
		})
	}
	for i := range times {
		w.write(t, "access", []byte([]string{"default block\n", "default allow\n"}[i%2]))
		require.Eventually(t, func() bool { return strings.Count(w.log.String(), `"msg":"reloaded"`) > i }, 10*time.Second, time.Millisecond)
	}
	done.Store(true)
	wg.Wait()
	require.Zero(t, lost.Load(), "of %d requests", sent.Load())
	t.Logf("%d requests, %d reloads", sent.Load(), times)
}

// TestHangup wants a hangup signal to have files loaded at once.
func TestHangup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"access": "default block\n"}, "-access", "DIR/access", "-reload", "1h")
	w.write(t, "access", []byte("default allow\n"))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	w.log.wait(t, `"msg":"reloaded"`)
}

// TestOpenPings holds Pings open over TLS, with ACTIVESYNC_PINGS=8000 as many as the
// README promises, and measures the memory that the gateway takes, which is a process
// of its own.
func TestOpenPings(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("ACTIVESYNC_PINGS"))
	if n == 0 {
		n = 200
	}
	w := newWorld(t, map[string]string{"access": "default allow\n"}, "-access", "DIR/access") // for its keys
	open := make(chan bool, n)
	release := make(chan bool)
	endpoint := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		open <- true
		<-release
	}))
	t.Cleanup(endpoint.Close)
	t.Cleanup(func() { close(release) })
	bin := w.path("gateway")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	gateway := exec.CommandContext(t.Context(), bin, "-listen", "127.0.0.1:0", "-cert", w.path("front.pem"), "-key", w.path("front.key"),
		"-access", w.path("access"), "-upstream", endpoint.URL)
	pipe, err := gateway.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, gateway.Start())
	l, serving := &lines{}, make(chan map[string]any, 1)
	go l.read(pipe, serving)
	address := (<-serving)["listen"].(string)

	config := w.client(t, "none").Transport.(*http.Transport).TLSClientConfig
	var wg sync.WaitGroup
	slots := make(chan bool, 50)
	for i := range n {
		slots <- true
		wg.Go(func() {
			defer func() { <-slots }()
			c, err := tls.Dial("tcp", address, config)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			fmt.Fprintf(c, "POST %s?Cmd=Ping&User=alice&DeviceId=Ping%d&DeviceType=iPhone HTTP/1.1\r\nHost: mail.example.com\r\n"+
				"Authorization: Basic YWxpY2U6c2VjcmV0\r\nMS-ASProtocolVersion: 14.1\r\nUser-Agent: Apple-iPhone14C7/2101.329\r\nContent-Length: 0\r\n\r\n", endpointPath, i)
		})
	}
	wg.Wait()
	for range n {
		select {
		case <-open:
		case <-time.After(time.Minute):
			t.Fatal("not every Ping reached the server: ", l)
		}
	}
	time.Sleep(2 * time.Second)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", gateway.Process.Pid))
	if err != nil {
		t.Skip("SKIPPED: this system does not tell the memory of a process: ", err)
	}
	kib := map[string]int{}
	for line := range strings.Lines(string(status)) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			kib[name], _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		}
	}
	t.Logf("%d Pings: resident %d MB, at most %d MB", n, kib["VmRSS"]>>10, kib["VmHWM"]>>10)
	if most := 650<<10*n/8000 + 100<<10; kib["VmHWM"] > min(most, 650<<10) {
		t.Errorf("%d Pings took %d MB", n, kib["VmHWM"]>>10)
	}
	require.NoError(t, gateway.Process.Signal(syscall.SIGTERM))
}

// cpu returns the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // It cannot fail for this process.
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// answering is a server that costs next to nothing.
type answering struct{}

func (answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, ContentLength: 2, Body: io.NopCloser(strings.NewReader("in")), Request: r}, nil
}

// pool is memory that a bare reverse proxy copies responses through, as that of
// package rewrite.
type pool struct{ sync.Pool }

func (p *pool) Get() []byte  { return *p.Pool.Get().(*[]byte) }
func (p *pool) Put(b []byte) { p.Pool.Put(&b) }

func newBare(target *url.URL, transport http.RoundTripper) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.SetXForwarded()
			r.Out.Host = r.In.Host
		},
		Transport:  transport,
		BufferPool: &pool{sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}},
	}
}

func newLoaded(b *testing.B, target *url.URL) *gateway {
	b.Helper()
	file := b.TempDir() + "/access"
	require.NoError(b, os.WriteFile(file, ownAccess, 0o600))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(b, err)
	g, err := newGateway(&flags{access: file, upstream: target, devices: 1000, reload: time.Hour, wait: time.Hour}, null)
	require.NoError(b, err)
	return g
}

// compare reports the processor time of a request of the first kind and of the second,
// which take turns, and the median of the difference.
func compare(b *testing.B, round int, kinds [2]func()) {
	b.Helper()
	var took [2][]float64
	var over []float64
	for b.Loop() {
		for i, do := range kinds {
			began := cpu()
			for range round {
				do()
			}
			took[i] = append(took[i], float64((cpu()-began).Nanoseconds())/1000/float64(round))
		}
		last := len(took[0]) - 1
		over = append(over, took[1][last]-took[0][last])
	}
	for name, all := range map[string][]float64{"bare-µs/req": took[0], "gateway-µs/req": took[1], "over-µs/req": over} {
		slices.Sort(all)
		b.ReportMetric(all[len(all)/2], name)
	}
}

// BenchmarkCPU compares the processor time of a request in the gateway with that in a
// bare reverse proxy, without the network, which both need alike.
func BenchmarkCPU(b *testing.B) {
	target := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	g := newLoaded(b, target)
	g.forward = rewrite.NewProxy(target, &rewrite.Options{Transport: &upstream{answering{}}, PreserveHost: true})
	ask := func(h http.Handler) func() {
		return func() {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, request(b, http.MethodPost, "https://mail"+endpointPath+syncQuery, nil))
			require.Equal(b, "in", rec.Body.String())
		}
	}
	compare(b, 500, [2]func(){ask(newBare(target, answering{})), ask(rewrite.Timeouts{}.Handler(g))})
}

// BenchmarkTLS does the same over TLS, with the client and the server behind in the
// figures of both.
func BenchmarkTLS(b *testing.B) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "in") }))
	b.Cleanup(endpoint.Close)
	target, err := url.Parse(endpoint.URL)
	require.NoError(b, err)
	ask := func(h http.Handler) func() {
		front := httptest.NewTLSServer(h)
		b.Cleanup(front.Close)
		c := front.Client()
		return func() {
			resp, err := c.Do(request(b, http.MethodPost, front.URL+endpointPath+syncQuery, nil))
			require.NoError(b, err)
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(b, err)
			require.NoError(b, resp.Body.Close())
		}
	}
	transport := newUpstream(time.Hour).RoundTripper
	compare(b, 200, [2]func(){ask(newBare(target, transport)), ask(rewrite.Timeouts{}.Handler(newLoaded(b, target)))})
}
