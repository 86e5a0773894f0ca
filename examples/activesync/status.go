package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

//go:embed status.html
var statusPage string

// statusHandler shows the device table at /status, as a page or, where the client
// accepts application/json, as that. It answers clients on this machine and in the
// networks allowed, and only to the address they reach it at or to name: a page on
// another site, whose name an attacker resolves to this listener, gets nothing.
func statusHandler(devices *table, name string, allow []netip.Prefix) http.Handler {
	page := template.Must(template.New("status").Parse(statusPage))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		switch {
		case !clientAllowed(r.RemoteAddr, allow):
			http.Error(w, "not for you", http.StatusForbidden)
		case !hostAllowed(r, name):
			http.Error(w, "not by this name", http.StatusMisdirectedRequest)
		case r.URL.Path != "/status":
			http.Error(w, "see /status", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "this page changes nothing", http.StatusMethodNotAllowed)
		default:
			var body bytes.Buffer
			h.Set("Vary", "Accept")
			h.Set("Content-Type", "text/html; charset=utf-8")
			err := error(nil)
			if strings.Contains(r.Header.Get("Accept"), "application/json") {
				h.Set("Content-Type", "application/json")
				err = json.NewEncoder(&body).Encode(devices.all())
			} else {
				err = page.Execute(&body, devices.all())
			}
			if err != nil {
				http.Error(w, "the page cannot be made", http.StatusInternalServerError)
				return
			}
			_, _ = w.Write(body.Bytes()) // A reader that hung up is not waited for.
		}
	})
}

// clientAllowed reports whether the peer is this machine or in one of the networks.
func clientAllowed(remote string, allow []netip.Prefix) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	a := peer.Addr().Unmap().WithZone("")
	for _, n := range allow {
		if n.Contains(a) {
			return true
		}
	}
	return a.IsLoopback()
}

// hostAllowed reports whether the Host is the address that the request came to, the
// listener's name or, on this machine, localhost.
func hostAllowed(r *http.Request, name string) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = strings.Trim(r.Host, "[]"), map[bool]string{false: "80", true: "443"}[r.TLS != nil]
	}
	ours := local.AddrPort()
	addr, err := netip.ParseAddr(host)
	known := err == nil && addr.Unmap() == ours.Addr().Unmap().WithZone("") ||
		name != "" && strings.EqualFold(host, name) || ours.Addr().Unmap().IsLoopback() && strings.EqualFold(host, "localhost")
	p, err := net.LookupPort("tcp", port)
	return known && err == nil && p == int(ours.Port())
}
