package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxies are the peers whose forwarded headers are believed. What anybody else forwards is ignored:
// the header would let a client choose its address in the log.
type proxies []netip.Prefix

func (p proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// clientAddr returns the address of the client: the peer's, or the last that a trusted proxy has seen
// and that is no trusted proxy itself.
func (p proxies) clientAddr(r *http.Request) netip.Addr {
	client := parseNode(r.RemoteAddr)
	for _, node := range slices.Backward(forwardedFor(r.Header)) {
		if !p.trust(client) {
			break
		}
		addr := parseNode(node)
		if !addr.IsValid() {
			break
		}
		client = addr
	}
	return client
}

// baseURL returns scheme and authority as the client has written them: clients compare the URLs they get
// with the endpoint they were given, character by character (rOCCI).
func (p proxies) baseURL(r *http.Request) string {
	scheme, authority := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if p.trust(parseNode(r.RemoteAddr)) {
		proto, host := forwardedURL(r.Header)
		if proto == "http" || proto == "https" {
			scheme = proto
		}
		if isAuthority(host) {
			authority = host
		}
	}
	if !isAuthority(authority) { // HTTP/1.0 without Host, or a Host that would not survive in a URL
		authority = localAuthority(r)
	}
	return scheme + "://" + authority
}

// forwardedURL returns what the proxy next to the client has seen: RFC 7239, else the older headers.
func forwardedURL(h http.Header) (proto, host string) {
	if elements := forwarded(h); len(elements) > 0 {
		return strings.ToLower(elements[0]["proto"]), elements[0]["host"]
	}
	first := func(name string) string {
		value, _, _ := strings.Cut(h.Get(name), ",")
		return strings.TrimSpace(value)
	}
	return strings.ToLower(first("X-Forwarded-Proto")), first("X-Forwarded-Host")
}

// forwardedFor returns the nodes in the order they were added, the client first.
func forwardedFor(h http.Header) []string {
	var nodes []string
	if elements := forwarded(h); len(elements) > 0 {
		for _, e := range elements {
			nodes = append(nodes, e["for"])
		}
		return nodes
	}
	for _, value := range h.Values("X-Forwarded-For") {
		nodes = append(nodes, strings.Split(value, ",")...)
	}
	return nodes
}

// forwarded reads the elements of Forwarded (RFC 7239 §4). None of the parameters that count may contain
// a comma or semicolon, so quoted ones need no care: their pieces are no addresses and no hosts.
func forwarded(h http.Header) []map[string]string {
	var elements []map[string]string
	for _, value := range h.Values("Forwarded") {
		for element := range strings.SplitSeq(value, ",") {
			parameters := make(map[string]string)
			for pair := range strings.SplitSeq(element, ";") {
				name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				parameters[strings.ToLower(name)] = strings.Trim(value, `"`)
			}
			elements = append(elements, parameters)
		}
	}
	return elements
}

// parseNode reads an address with or without port and brackets. Names such as "unknown" give the zero Addr.
func parseNode(node string) netip.Addr {
	node = strings.TrimSpace(node)
	if ap, err := netip.ParseAddrPort(node); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(strings.Trim(node, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

// isAuthority reports whether s is a host name or address with an optional port and nothing else:
// it becomes part of every URL in the answer.
func isAuthority(s string) bool {
	host := s
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		port := s[i+1:]
		host = s[:i]
		if len(port) == 0 || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && addr.Is6() && addr.Zone() == "" && strings.HasSuffix(inner, "]")
	}
	const nameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"
	return host != "" && len(host) <= 253 && strings.Trim(host, nameBytes) == ""
}

// localAuthority is the address the connection was accepted on.
func localAuthority(r *http.Request) string {
	if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && isAuthority(addr.String()) {
		return addr.String()
	}
	return "localhost"
}
