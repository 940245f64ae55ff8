package attls

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// AddrRange is one entry of an address condition: both ends belong to it, and a single address is both ends.
type AddrRange struct {
	From, To netip.Addr
	Written  string // "10.1.0.0/16"
	At       report.Location
}

// AddrSet is the addresses that a condition of a rule takes.
type AddrSet = Set[netip.Addr, AddrRange]

// String is the entry as written.
func (r AddrRange) String() string { return r.Written }

// span is the range; All has no ends.
func (r AddrRange) span() (span, bool) {
	if !r.From.IsValid() {
		return span{}, true
	}
	return span{addrPoint(r.From), addrPoint(r.To)}, false
}

// meaningless is the address 0.0.0.0. In a group it is every address, as pasearch's summary has it ("AT-TLS policy
// statements" of the IP Configuration Reference); what it takes elsewhere could not be found.
func (r AddrRange) meaningless() bool {
	zero := netip.IPv4Unspecified()
	return r.From == zero && r.To == zero
}

func (r AddrRange) point(a netip.Addr) point { return addrPoint(a) }

// ParseAddrs reads the value of an address parameter: All, an address, address/prefix, or address-address. All has no
// ends. A number that is no address is one all the same: Policy Agent installs "6793" as 0.0.26.137, which pasearch
// shows, and the rule then matches nothing.
func ParseAddrs(text string) (AddrRange, error) {
	r := AddrRange{Written: text}
	if strings.EqualFold(text, "All") {
		return r, nil
	}
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		a := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		r.From, r.To = a, a
		return r, nil
	}
	if from, to, isRange := strings.Cut(text, "-"); isRange {
		return r.between(from, to)
	}
	if strings.Contains(text, "/") {
		return r.prefix(text)
	}
	a, err := policyAddr(text)
	r.From, r.To = a, a
	return r, err
}

func (r AddrRange) between(from, to string) (AddrRange, error) {
	a, errA := policyAddr(from)
	b, errB := policyAddr(to)
	if err := errors.Join(errA, errB); err != nil {
		return r, err
	}
	if a.Is4() != b.Is4() || a.Compare(b) > 0 {
		return r, fmt.Errorf("the range %s has no addresses: want the lower address first, and one family", text(r.Written))
	}
	r.From, r.To = a, b
	return r, nil
}

func (r AddrRange) prefix(s string) (AddrRange, error) {
	address, _, _ := strings.Cut(s, "/")
	if _, err := policyAddr(address); err != nil {
		return r, err
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return r, fmt.Errorf("%s is no address with a prefix length: want such as 10.1.0.0/16 or fd00::/8", text(s))
	}
	p = p.Masked()
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	r.From = p.Addr()
	r.To, _ = netip.AddrFromSlice(b)
	return r, nil
}

// policyAddr reads one address that AT-TLS takes: "general syntax rules for Policy Agent" excludes IPv4-mapped and
// IPv4-compatible ones.
func policyAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%s is no IP address: want an address, address/prefix, address-address or All", text(s))
	}
	b := a.As16()
	if a.Is6() && [12]byte(b[:12]) == [12]byte{} || a.Is4In6() {
		return netip.Addr{}, fmt.Errorf("%s is an IPv4-mapped or IPv4-compatible address, which AT-TLS does not take: write the IPv4 address", text(s))
	}
	return a, nil
}

// text quotes foreign text for a message, and cuts what is long.
func text(s string) string {
	const most = 60
	if len(s) > most {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(s[:most], ""))
	}
	return fmt.Sprintf("%q", s)
}

func addrsOf(a *syntax.Attribute) (AddrRange, error) {
	r, err := ParseAddrs(a.Word(0))
	r.At = a.At
	return r, err
}
