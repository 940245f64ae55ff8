package access

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hostOf is the name or address in a Host header, without port; empty when it is neither.
func hostOf(header string) string {
	host := header
	if h, port, err := net.SplitHostPort(header); err == nil {
		if !digits(port) {
			return ""
		}
		host = h
	} else if inner, ok := strings.CutPrefix(header, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		if !ok {
			return ""
		}
		host = inner
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// ours says whether a Host header may be the service's. Behind a name that is not ours may be a page of somebody else, whose name server now
// says that it is here (DNS rebinding): its scripts could read all that the browser's user may. An address cannot be made to point elsewhere.
func (m *Manager) ours(header string) bool {
	host := hostOf(header)
	if host == "" {
		return false
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host == "localhost" || m.cfg.Serves != nil && m.cfg.Serves(host)
}

// fromHere says whether a request was made on this machine, to this machine, and by way of nobody: a proxy here lets in whom it likes.
func fromHere(r *http.Request) bool {
	from, err := netip.ParseAddr(From(r))
	if err != nil || !from.IsLoopback() {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return false
		}
	}
	host := hostOf(r.Host)
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.Unmap().IsLoopback()
}

// From is the address that a request came from, for limits and the audit log.
func From(r *http.Request) string {
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return at.Addr().Unmap().String()
	}
	return r.RemoteAddr
}
