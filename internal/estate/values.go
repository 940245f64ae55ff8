package estate

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/portseal/portseal/cipher"
	"golang.org/x/net/idna"
)

// Releases returns the z/OS releases that an estate file may name, oldest first.
func Releases() []string { return []string{"2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"} }

// maxPorts bounds one range of ports: a longer one is a mistake, or a scan that nobody should make by accident.
const maxPorts = 1000

// hosts maps names to what DNS is asked, without the rule that forbids underscores, which internal names do have.
var hostProfile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

// host reads a name or an address. A name is returned as IDNA A-label in lower case, an address in its usual form.
func (d *decoder) host(key string, n *node) (string, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return "", false
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String(), true
	}
	ascii, err := hostProfile.ToASCII(s)
	if err != nil || !isHostName(ascii) {
		d.fail(n, key, "%q is no host name and no address; want sysa.example.com, 10.1.2.3 or 2001:db8::1, without port", s)
		return "", false
	}
	return ascii, true
}

func isHostName(s string) bool {
	if s = strings.TrimSuffix(s, "."); len(s) > 253 {
		return false
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return !isDigits(labels[len(labels)-1]) // 10.1.2 or 300.1.2.3 is a mistyped address (RFC 3696 section 2)
}

// certificateName reads a name that a certificate must cover.
func (d *decoder) certificateName(key string, n *node) (string, bool) {
	if n.kind == scalar && strings.HasPrefix(n.text, "*.") {
		d.fail(n, key, "%q: a certificate covers names, it is not asked for a pattern; want a name such as www.example.com", n.text)
		return "", false
	}
	s, ok := d.host(key, n)
	return strings.TrimSuffix(s, "."), ok
}

// serverName reads a server name to send; "none" sends none.
func (d *decoder) serverName(n *node) (string, bool) {
	if n.kind == scalar && n.text == "none" {
		return "none", true
	}
	s, ok := d.host("sni", n)
	if _, err := netip.ParseAddr(s); ok && err == nil {
		d.fail(n, "sni", "%s is an address; want a name, or none (RFC 6066 section 3 has names only)", s)
		return "", false
	}
	return strings.TrimSuffix(s, "."), ok
}

func (d *decoder) address(key string, n *node) (netip.Addr, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.IsUnspecified() {
		d.fail(n, key, "%q is no address; want one such as 10.1.2.3 or 2001:db8::1", s)
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// port reads one port.
func (d *decoder) port(key string, n *node) (uint16, bool) {
	v, ok := d.integer(key, n, 1, 65535)
	return uint16(v), ok // within 1 to 65535
}

// ports reads ports and ranges, one or a list of them.
func (d *decoder) ports(n *node) []uint16 {
	items := []*node{n}
	if n.kind != scalar {
		items = d.items("ports", n)
	}
	var out []uint16
	seen := map[uint16]bool{}
	for _, i := range items {
		low, high, ok := d.portRange(i)
		for p := low; ok && p <= high; p++ {
			if seen[uint16(p)] {
				d.fail(i, "ports", "%d is listed twice; want each port once", p)
				break
			}
			seen[uint16(p)] = true
			out = append(out, uint16(p))
		}
	}
	return out
}

func (d *decoder) portRange(n *node) (low, high int, ok bool) {
	from, to, isRange := strings.Cut(n.text, "-")
	if n.kind != scalar || !isRange || !isDigits(from) || !isDigits(to) {
		low, ok = d.integer("ports", n, 1, 65535)
		return low, low, ok
	}
	low, errLow := strconv.Atoi(from)
	high, errHigh := strconv.Atoi(to)
	switch {
	case errLow != nil, errHigh != nil, low < 1, high > 65535:
		d.fail(n, "ports", "%s is out of range; want ports from 1 to 65535", n.text)
	case low > high:
		d.fail(n, "ports", "%s is reversed; want %d-%d", n.text, high, low)
	case high-low >= maxPorts:
		d.fail(n, "ports", "%s has %d ports; want at most %d in a range", n.text, high-low+1, maxPorts)
	default:
		return low, high, true
	}
	return 0, 0, false
}

// suite reads a cipher suite: exactly four hex digits, six for SSLv2, gsk2:35, or a name. Other forms that package cipher
// takes are refused, since a file should have one.
func (d *decoder) suite(key string, n *node) (cipher.ID, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	id, err := cipher.Parse(s)
	switch {
	case err != nil:
		d.fail(n, key, "%v", err)
	case strings.HasPrefix(strings.ToLower(s), "0x"):
		d.fail(n, key, "%q; want the digits alone: %s", s, id)
	case cipher.Describe(id).Signalling:
		d.fail(n, key, "%q is a signalling value and no cipher suite; leave it out", s)
	default:
		return id, true
	}
	return 0, false
}

func (d *decoder) version(key string, n *node) (cipher.Version, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	v, err := cipher.ParseVersion(s)
	if err != nil {
		d.fail(n, key, "%v", err)
	}
	return v, err == nil
}

// group reads a group. Four digits alone are refused: in an AT-TLS policy 0023 is decimal, in a report it is hex.
func (d *decoder) group(key string, n *node) (cipher.Group, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return 0, false
	}
	if len(s) == 4 && isDigits(s) {
		d.fail(n, key, "%q may be decimal or hex; want attls:%s as in an AT-TLS policy, 0x%s, or a name such as secp256r1", s, s, s)
		return 0, false
	}
	g, err := cipher.ParseGroup(s)
	if err != nil {
		d.fail(n, key, "%v", err)
	}
	return g, err == nil
}

// ringRef is RING, RING@SYSTEM or RING@* as it stands in the file.
type ringRef struct {
	node         *node
	key          string
	ring, system string
}

func (d *decoder) ringRef(key string, n *node) (ringRef, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return ringRef{}, false
	}
	ring, system, at := strings.Cut(s, "@")
	if ring == "" || at && (system == "" || strings.Contains(system, "@")) {
		d.fail(n, key, "%q; want RING, RING@SYSTEM or \"RING@*\"", s)
		return ringRef{}, false
	}
	return ringRef{n, key, ring, system}, true
}
