// Package target reads the targets of an ad hoc scan: host, host:port, host:p1,p2,p3-p9, [v6]:port, CIDR:ports, and lists of
// these in a file; and what nmap found, from its greppable (-oG) and XML (-oX) output. It resolves nothing and dials nothing.
package target

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// DefaultPort is dialled when a target names none.
const DefaultPort = 443

// Limits on what one command may name: a slip of the keyboard must not scan a continent.
const (
	MaxAddresses = 1 << 16 // of one CIDR block
	MaxTargets   = 1 << 20 // of one command
)

// Spec is one host with its ports, as named by the user.
type Spec struct {
	Host  string // a name in ASCII (A-label), or an IP literal without brackets
	Ports []uint16

	// What nmap's output says of the ports besides; empty for all else.
	ServerName string // the host's name, where Host is its address
	StartTLS   string // a kind of start-up, or AtOnce, where nmap has spoken with the service
}

// AtOnce is the start-up of ports on which TLS begins at once.
const AtOnce = "none"

// IsAddress says whether the host is an IP literal.
func (s Spec) IsAddress() bool { return isAddress(s.Host) }

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// Parse reads one target. A CIDR block gives a Spec for each of its addresses, network and broadcast addresses of IPv4 left out.
func Parse(text string) ([]Spec, error) {
	text = strings.TrimSpace(text)
	if at := strings.LastIndexByte(text, '@'); at >= 0 { // what is before it may be a password
		return nil, fmt.Errorf("target %q: a target has no user; want host or host:port", "...@"+text[at+1:])
	}
	host, ports, err := split(text)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w", text, err)
	}
	list, err := ParsePorts(ports)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w", text, err)
	}
	if strings.Contains(host, "/") {
		specs, err := expand(host, list)
		if err != nil {
			return nil, fmt.Errorf("target %q: %w", text, err)
		}
		return specs, nil
	}
	name, err := hostName(host)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w", text, err)
	}
	return []Spec{{Host: name, Ports: list}}, nil
}

// split takes host and ports apart. Ports may be empty.
func split(text string) (host, ports string, err error) {
	switch {
	case text == "":
		return "", "", errors.New("empty; want host, host:port, [v6]:port or CIDR:ports")
	case strings.Contains(text, "://"):
		return "", "", errors.New("a URL is no target; want host or host:port")
	case strings.HasPrefix(text, "["):
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return "", "", errors.New("no closing bracket; want [v6]:port")
		}
		host, rest := text[1:end], text[end+1:]
		if a, aerr := netip.ParseAddr(host); aerr != nil || !a.Is6() {
			if p, perr := netip.ParsePrefix(host); perr != nil || !p.Addr().Is6() {
				return "", "", fmt.Errorf("%q is no IPv6 address", host)
			}
		}
		if rest == "" {
			return host, "", nil
		}
		if !strings.HasPrefix(rest, ":") {
			return "", "", fmt.Errorf("%q after the bracket; want [v6]:port", rest)
		}
		return host, rest[1:], needPorts(rest[1:])
	case strings.Count(text, ":") > 1:
		if _, perr := netip.ParsePrefix(text); perr == nil || isAddress(text) {
			return text, "", nil
		}
		return "", "", errors.New("more than one colon; write an IPv6 address or block with a port as [v6]:port")
	}
	host, ports, found := strings.Cut(text, ":")
	if host == "" {
		return "", "", errors.New("no host before the colon")
	}
	if found {
		return host, ports, needPorts(ports)
	}
	return host, "", nil
}

func needPorts(ports string) error {
	if ports == "" {
		return errors.New("no port after the colon; want a port from 1 to 65535, or leave the colon out for 443")
	}
	return nil
}

// ParsePorts reads "443", "443,8443", "5000-5010" and mixtures, each port once and in the order named. Empty gives DefaultPort.
func ParsePorts(text string) ([]uint16, error) {
	if text == "" {
		return []uint16{DefaultPort}, nil
	}
	var out []uint16
	seen := map[uint16]bool{}
	for part := range strings.SplitSeq(text, ",") {
		first, last, err := portRange(part)
		if err != nil {
			return nil, err
		}
		for p := int(first); p <= int(last); p++ {
			if !seen[uint16(p)] {
				seen[uint16(p)] = true
				out = append(out, uint16(p))
			}
		}
	}
	return out, nil
}

func portRange(part string) (first, last uint16, err error) {
	a, b, isRange := strings.Cut(strings.TrimSpace(part), "-")
	if first, err = port(a); err != nil {
		return 0, 0, err
	}
	if !isRange {
		return first, first, nil
	}
	if last, err = port(b); err != nil {
		return 0, 0, err
	}
	if last < first {
		return 0, 0, fmt.Errorf("port range %q runs backwards; want %d-%d", part, last, first)
	}
	return first, last, nil
}

func port(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("port %q: want a number from 1 to 65535", text)
	}
	return uint16(n), nil
}

func hostName(host string) (string, error) {
	if isAddress(host) {
		return host, nil
	}
	if strings.Trim(host, "0123456789.") == "" {
		return "", fmt.Errorf("%q is no IPv4 address", host)
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || name == "" {
		return "", fmt.Errorf("%q is no host name", host)
	}
	return name, nil
}

func expand(cidr string, ports []uint16) ([]Spec, error) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil, fmt.Errorf("%q is no CIDR block; want one such as 192.0.2.0/28", cidr)
	}
	hostBits := p.Addr().BitLen() - p.Bits()
	if hostBits > 16 {
		return nil, fmt.Errorf("%s has more than %d addresses; name a smaller block", cidr, MaxAddresses)
	}
	p = p.Masked()
	count := 1 << hostBits
	var out []Spec
	addr := p.Addr()
	for i := range count {
		if !(addr.Is4() && hostBits > 1 && (i == 0 || i == count-1)) {
			out = append(out, Spec{Host: addr.String(), Ports: ports})
		}
		addr = addr.Next()
	}
	return out, nil
}

// Read reads a list: one target a line, blank lines and #-comments left out; or nmap's output in either form, told by its content: XML, or
// lines that begin with "Host: ". All faults are returned, each with its line.
func Read(name string, r io.Reader) ([]Spec, error) {
	buffered := bufio.NewReader(r)
	if first, _ := buffered.Peek(peeked); opensXML(first) {
		return readXML(name, buffered)
	}
	var out []Spec
	var faults []error
	lines := bufio.NewScanner(buffered)
	lines.Buffer(nil, longestLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimPrefix(lines.Text(), "\ufeff")
		if strings.HasPrefix(line, "Nmap scan report for ") {
			return nil, fmt.Errorf("%s:%d: nmap's normal output: want its greppable (-oG) or XML (-oX) output", name, n)
		}
		specs, err := parseLine(line)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %w", name, n, err))
			continue
		}
		if out = append(out, specs...); len(out) > MaxTargets {
			return nil, fmt.Errorf("%s:%d: more than %d targets", name, n, MaxTargets)
		}
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("%s:%d: %w", name, n+1, err))
	}
	return out, errors.Join(faults...)
}

const (
	peeked      = 512
	longestLine = 16 << 20 // a greppable record of all ports with their versions is some megabytes
)

func parseLine(line string) ([]Spec, error) {
	if strings.HasPrefix(line, greppableHost) {
		return greppable(line)
	}
	line, _, _ = strings.Cut(line, "#")
	if line = strings.TrimSpace(line); line == "" {
		return nil, nil
	}
	return Parse(line)
}
