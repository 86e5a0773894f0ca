package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

//go:embed status.html
var statusPage string

// statusHandler shows the device table at /status, as a page or, where the client
// accepts application/json, as that. It answers clients on this machine and in the
// networks allowed, and only to the address they reach it at or to the host of listen:
// a page on another site, whose name an attacker resolves to this listener, gets
// nothing.
func statusHandler(devices *table, listen string, allow []netip.Prefix) http.Handler {
	page := template.Must(template.New("status").Parse(statusPage))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Vary", "Accept")
		var body bytes.Buffer
		var err error
		status, problem := http.StatusOK, ""
		switch {
		case !clientAllowed(r.RemoteAddr, allow):
			status, problem = http.StatusForbidden, "not for you"
		case !hostAllowed(r, listen):
			status, problem = http.StatusMisdirectedRequest, "not by this name"
		case r.URL.Path != "/status":
			status, problem = http.StatusNotFound, "see /status"
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			status, problem = http.StatusMethodNotAllowed, "this page changes nothing"
		case strings.Contains(r.Header.Get("Accept"), "application/json"):
			h.Set("Content-Type", "application/json")
			err = json.NewEncoder(&body).Encode(devices.all())
		default:
			h.Set("Content-Type", "text/html; charset=utf-8")
			err = page.Execute(&body, devices.all())
		}
		if err != nil {
			status, problem = http.StatusInternalServerError, "the page cannot be made"
		}
		if problem != "" {
			http.Error(w, problem, status)
			return
		}
		_, _ = w.Write(body.Bytes()) // A reader that hung up is not waited for.
	})
}

// clientAllowed reports whether the peer is this machine or in one of the networks.
func clientAllowed(remote string, allow []netip.Prefix) bool {
	peer, err := netip.ParseAddrPort(remote)
	a := peer.Addr().Unmap().WithZone("")
	return err == nil && (a.IsLoopback() || slices.ContainsFunc(allow, func(n netip.Prefix) bool { return n.Contains(a) }))
}

// hostAllowed reports whether the Host is the address that the request came to, the
// name in listen or, on this machine, localhost.
func hostAllowed(r *http.Request, listen string) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return false
	}
	name, _, _ := net.SplitHostPort(listen)
	ours := local.AddrPort().Addr().Unmap().WithZone("")
	hosts := []string{ours.String(), name}
	if ours.IsLoopback() {
		hosts = append(hosts, "localhost")
	}
	usual := map[bool]string{false: ":80", true: ":443"}[r.TLS != nil] // which a browser leaves out
	return slices.ContainsFunc(hosts, func(host string) bool {
		host = net.JoinHostPort(host, strconv.Itoa(local.Port))
		return strings.EqualFold(r.Host, host) || strings.EqualFold(r.Host, strings.TrimSuffix(host, usual))
	})
}
