package target

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// greppableHost opens the records of nmap's greppable output (-oG), which are one line a host:
//
//	Host: 192.0.2.1 (a.example)<TAB>Ports: 25/open/tcp//smtp//Postfix/, 443/open/tcp//ssl|http///<TAB>Ignored State: ...
//
// A port is number/state/protocol/owner/service/SunRPC info/version/; slashes within are written as | (nmap reference guide, "Grepable Output").
const greppableHost = "Host: "

// greppable reads one record. A record without ports, as of a host's status, gives nothing.
func greppable(line string) ([]Spec, error) {
	fields := strings.Split(line, "\t")
	address, name, _ := strings.Cut(strings.TrimPrefix(fields[0], greppableHost), " ")
	h := host{name: strings.Trim(strings.TrimSpace(name), "()")}
	var err error
	if h.address, err = netip.ParseAddr(address); err != nil {
		return nil, fmt.Errorf("nmap record: %q is no address; want %q", cut(address), "Host: ADDRESS (NAME)")
	}
	var faults []error
	for _, f := range fields[1:] {
		list, ports := strings.CutPrefix(f, "Ports: ")
		if !ports {
			continue
		}
		for one := range strings.SplitSeq(list, ", ") {
			faults = append(faults, h.greppablePort(strings.TrimSpace(one)))
		}
	}
	return h.specs(), errors.Join(faults...)
}

// greppablePort reads "443/open/tcp//ssl|http//nginx/". A version may hold a comma and a blank, and what follows is then no port; nmap
// itself cannot read that back either.
func (h *host) greppablePort(text string) error {
	part := strings.Split(text, "/")
	if len(part) < 7 {
		if len(h.ports) > 0 {
			return nil
		}
		return fmt.Errorf("nmap record of %s: port %q: want NUMBER/STATE/PROTOCOL/OWNER/SERVICE/RPC/VERSION/", h.address, cut(text))
	}
	number, err := port(part[0])
	if err != nil {
		return fmt.Errorf("nmap record of %s: %w", h.address, err)
	}
	service, tunnel := strings.CutPrefix(part[4], "ssl|")
	h.add(found{number: number, protocol: part[2], state: part[1], service: service, tunnel: tunnel, probed: part[6] != ""})
	return nil
}

// cut shortens what a message quotes.
func cut(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
