package certchain

import (
	"fmt"
	"net/netip"
	"strings"
)

// NameMatch says whether a certificate covers a host.
type NameMatch struct {
	Covered Answer
	By      string // "dns", "ip" or "cn": the kind of name that matched; "" when none did
	Name    string // the name that matched, as written
	Detail  string
}

// CoversName matches a host name (an A-label form, a trailing dot is ignored) or an IP address against a certificate, as
// RFC 9525 section 6 does: a wildcard is the whole leftmost label and stands for exactly one; an address is matched by
// iPAddress only. The common name counts only when there is no subjectAltName at all, as RFC 6125 allowed; By is then
// "cn", which modern clients refuse.
func CoversName(c *Certificate, host string) NameMatch {
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if host == "" {
		return NameMatch{Covered: Unknown, Detail: "there is no name to match"}
	}
	if c.ParsedBy == ParsedByNone {
		return NameMatch{Covered: Unknown, Detail: "the certificate cannot be read: " + c.ParseNote}
	}
	addr, addrErr := netip.ParseAddr(host)
	if !c.HasSAN {
		return coversCommonName(c, host, addrErr == nil)
	}
	if addrErr == nil {
		want := addr.Unmap().WithZone("").String()
		for _, ip := range c.IPAddresses {
			if ip == want {
				return NameMatch{Yes, "ip", ip, "iPAddress " + ip}
			}
		}
		return NameMatch{Covered: No, Detail: fmt.Sprintf("the certificate has no iPAddress %s; it has %s", want, listed(c.Names()))}
	}
	for _, pattern := range c.DNSNames {
		if matchDNS(pattern, host) {
			return NameMatch{Yes, "dns", pattern, "dNSName " + pattern}
		}
	}
	if len(c.Names())+len(c.OtherNames) == 0 {
		return NameMatch{Covered: Unknown, Detail: "the subjectAltName extension cannot be read"}
	}
	return NameMatch{Covered: No, Detail: fmt.Sprintf("no dNSName matches %s; the certificate has %s", host, listed(c.Names()))}
}

func coversCommonName(c *Certificate, host string, isAddr bool) NameMatch {
	const none = "the certificate has no subjectAltName"
	if c.CommonName == "" {
		return NameMatch{Covered: No, Detail: none + " and no common name"}
	}
	if strings.EqualFold(c.CommonName, host) || !isAddr && matchDNS(c.CommonName, host) {
		return NameMatch{Yes, "cn", c.CommonName, none + "; only its common name matches, which modern clients ignore"}
	}
	return NameMatch{Covered: No, Detail: fmt.Sprintf("%s, and its common name is %s", none, quote(c.CommonName))}
}

func listed(names []string) string {
	const most = 5
	switch {
	case len(names) == 0:
		return "no name"
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// matchDNS compares label by label, without regard to case.
func matchDNS(pattern, host string) bool {
	pattern = strings.TrimSuffix(strings.ToLower(pattern), ".")
	if pattern == "" || strings.Contains(host, "*") {
		return false
	}
	if pattern == host {
		return true
	}
	suffix, wild := strings.CutPrefix(pattern, "*.")
	if !wild || strings.Contains(suffix, "*") || suffix == "" {
		return false
	}
	first, rest, found := strings.Cut(host, ".")
	return found && first != "" && rest == suffix
}
