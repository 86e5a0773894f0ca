package main

import (
	"encoding/base64"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/examples/activesync/eas"
)

// TestDeviceCases sends the devices of testdata/devices.txt over HTTPS.
func TestDeviceCases(t *testing.T) {
	t.Parallel()
	policy, err := os.ReadFile("testdata/cases.access")
	require.NoError(t, err)
	files := map[string]string{"access": string(policy)}
	start := func(mode string) *world {
		return newWorld(t, files, "-access", "DIR/access", "-client-ca", "DIR/ca.pem", "-client-crl", "DIR/crl.pem", "-client-cert", mode)
	}
	optional, required := start("optional"), start("required")
	src, err := os.ReadFile("testdata/devices.txt")
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(src)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), " | ")
		require.Len(t, f, 6, line)
		n++
		w := optional
		if certificate, ok := strings.CutPrefix(f[1], "!"); ok {
			f[1], w = certificate, required
		}
		t.Run(f[0], func(t *testing.T) { deviceCase(t, w, f[1:]) })
	}
	require.GreaterOrEqual(t, n, 40)
}

func deviceCase(t *testing.T, w *world, f []string) {
	t.Helper()
	certificate, protocol, agent, want := f[0], f[2], f[3], f[4]
	raw, id := makeQuery(t, f[1], protocol)
	req := request(t, http.MethodPost, w.front+endpointPath+"?"+raw, []byte("body"), "User-Agent", agent, "MS-ASProtocolVersion", protocol)
	w.upstream.take()
	if want == "handshake" {
		_, err := w.client(t, certificate).Do(req) //nolint:bodyclose // There is no response.
		require.ErrorContains(t, err, "tls: ")
		return
	}
	resp, body := send(t, w.client(t, certificate), req)
	got := w.upstream.take()
	if want == "in" {
		require.Equal(t, "in", string(body))
		require.Len(t, got, 1)
		require.Equal(t, endpointPath+"?"+raw, got[0].uri, "what is forwarded")
		require.Equal(t, "body", got[0].body)
		return
	}
	require.Empty(t, got, "what reached the server")
	status, state, _ := strings.Cut(want, " ")
	require.Equal(t, status, strconv.Itoa(resp.StatusCode))
	require.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
	require.Empty(t, resp.Header.Get("Location"))
	if resp.StatusCode == http.StatusOK {
		require.Equal(t, "application/vnd.ms-sync.wbxml", resp.Header.Get("Content-Type"))
		require.Contains(t, string(body), "\x03129\x00\x01\x01")
	}
	if state == "blocked" || state == "quarantined" {
		require.Equal(t, state, string(w.device(t, id).State))
	}
	w.log.wait(t, `"state":"`+state+`"`)
}

// makeQuery writes a query as a line of the cases says.
func makeQuery(t *testing.T, s, protocol string) (raw, id string) {
	t.Helper()
	f := strings.Fields(s)
	if f[0] == "raw" {
		q, _ := eas.ParseQuery(strings.Join(f[1:], " "))
		return strings.Join(f[1:], " "), q.DeviceID
	}
	require.Len(t, f, 4)
	if f[0] == "plain" {
		return "User=alice&DeviceId=" + f[3] + "&DeviceType=" + f[2] + "&Cmd=" + f[1], f[3]
	}
	version, err := strconv.Atoi(strings.Replace(protocol, ".", "", 1))
	require.NoError(t, err)
	return encode(f[1], f[2], f[3], byte(version)), f[3]
}

// encode writes a base64 query with a policy key and a user.
func encode(command, kind, id string, version byte) string {
	code := slices.Index([]string{
		"Sync", "SendMail", "SmartForward", "SmartReply", "GetAttachment", "", "", "", "", "FolderSync", "FolderCreate", "FolderDelete",
		"FolderUpdate", "MoveItems", "GetItemEstimate", "MeetingResponse", "Search", "Settings", "Ping", "ItemOperations", "Provision",
		"ResolveRecipients", "ValidateCert",
	}, command)
	b := []byte{version, byte(code), 0x09, 0x04, byte(len(id))}
	b = append(append(b, id...), 4, 1, 2, 3, 4, byte(len(kind)))
	b = append(append(b, kind...), 8, 5)
	return base64.StdEncoding.EncodeToString(append(b, "alice"...))
}
