package main

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

//go:embed status.html
var statusPage string

// statusHandler shows the device table at /status, as a page or, where the client
// accepts application/json, as that. It answers clients on this machine and in the
// networks allowed, and only to the address they reach it at or to the host of listen:
// a page on another site, whose name an attacker resolves to this listener, gets
// nothing.
func statusHandler(devices *table, listen string, allow front.Networks) http.Handler {
	page := template.Must(template.New("status").Parse(statusPage))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "application/json") {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(devices.all()) // A reader that hung up is not waited for.
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, devices.all()) // Nor is this one.
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Vary": "Accept",
		} {
			w.Header().Set(name, value)
		}
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		switch {
		case err != nil || !peer.Addr().Unmap().IsLoopback() && !allow.Contain(peer.Addr()):
			http.Error(w, "not for you", http.StatusForbidden)
		case !hostAllowed(r, listen):
			http.Error(w, "not by this name", http.StatusMisdirectedRequest)
		default:
			mux.ServeHTTP(w, r)
		}
	})
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
