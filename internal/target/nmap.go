package target

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
)

// host is what nmap found of one address.
type host struct {
	address netip.Addr
	name    string
	ports   []found
}

// found is one port as nmap saw it.
type found struct {
	number          uint16
	protocol, state string
	service         string
	tunnel          bool // nmap got a TLS session, and the service behind it
	probed          bool // nmap spoke with the service, and did not look its name up by the port
}

func (h *host) add(f found) { h.ports = append(h.ports, f) }

// specs are the open TCP ports, those with one way to begin together.
func (h *host) specs() []Spec {
	var out []Spec
	at := map[string]int{}
	seen := map[uint16]bool{}
	for _, p := range h.ports {
		if p.protocol != "tcp" || p.state != "open" || seen[p.number] {
			continue
		}
		seen[p.number] = true
		kind := p.startTLS()
		i, ok := at[kind]
		if !ok {
			i = len(out)
			at[kind] = i
			out = append(out, Spec{Host: h.address.String(), ServerName: h.serverName(), StartTLS: kind})
		}
		out[i].Ports = append(out[i].Ports, p.number)
	}
	return out
}

// serverName is the host's name where it is one that can be sent.
func (h *host) serverName() string {
	if h.name == "" || isAddress(h.name) {
		return ""
	}
	name, err := hostName(h.name)
	if err != nil {
		return ""
	}
	return name
}

// startTLS is how a session begins, where nmap has spoken with the service: a name that it looked up by the port is no more than a guess.
func (f found) startTLS() string {
	if f.tunnel {
		return AtOnce
	}
	if !f.probed {
		return ""
	}
	return map[string]string{"ftp": "ftp", "imap": "imap", "irc": "irc", "ldap": "ldap", "lmtp": "lmtp", "ms-sql-s": "mssql", "ms-wbt-server": "rdp",
		"mysql": "mysql", "nntp": "nntp", "pop3": "pop3", "postgresql": "postgres", "sieve": "sieve", "smtp": "smtp", "telnet": "telnet", "tn3270": "tn3270",
		"vnc": "vnc"}[f.service] // names of nmap-service-probes, where "jabber" is both client's and server's XMPP
}

// nmapHost is the element <host> of nmap's XML output (nmap.dtd), as far as it is read.
type nmapHost struct {
	Addresses []struct {
		Address string `xml:"addr,attr"`
		Type    string `xml:"addrtype,attr"`
	} `xml:"address"`
	Names []struct {
		Name string `xml:"name,attr"`
		Type string `xml:"type,attr"` // user: as it was given to nmap; PTR
	} `xml:"hostnames>hostname"`
	Ports []struct {
		Protocol string `xml:"protocol,attr"`
		Number   string `xml:"portid,attr"`
		State    struct {
			State string `xml:"state,attr"`
		} `xml:"state"`
		Service struct {
			Name   string `xml:"name,attr"`
			Tunnel string `xml:"tunnel,attr"`
			Method string `xml:"method,attr"`
		} `xml:"service"`
	} `xml:"ports>port"`
}

// readXML reads nmap's XML output. What an interrupted nmap left is a fault, since it may lack hosts.
func readXML(name string, r io.Reader) ([]Spec, error) {
	dec := xml.NewDecoder(r)
	var out []Spec
	var faults []error
	root := false
	for {
		token, err := dec.Token()
		line, _ := dec.InputPos()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(faults, xmlFault(name, line, err))...)
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case !root && start.Name.Local != "nmaprun":
			return nil, fmt.Errorf("%s:%d: the XML document is a %q; want nmap's, which is a nmaprun", name, line, cut(start.Name.Local))
		case !root:
			root = true
		case start.Name.Local == "host":
			var h nmapHost
			if err := dec.DecodeElement(&h, &start); err != nil {
				at, _ := dec.InputPos()
				return nil, errors.Join(append(faults, xmlFault(name, at, err))...)
			}
			specs, err := h.specs()
			if err != nil {
				faults = append(faults, fmt.Errorf("%s:%d: %w", name, line, err))
			}
			if out = append(out, specs...); len(out) > MaxTargets {
				return nil, fmt.Errorf("%s:%d: more than %d targets", name, line, MaxTargets)
			}
		}
	}
	return out, errors.Join(faults...)
}

func xmlFault(name string, line int, err error) error {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return fmt.Errorf("%s:%d: no whole XML document: %s", name, syntax.Line, syntax.Msg)
	}
	return fmt.Errorf("%s:%d: %w", name, line, err)
}

// specs are the open TCP ports of a host, by its IP address.
func (n nmapHost) specs() ([]Spec, error) {
	var h host
	for _, a := range n.Addresses {
		if a.Type == "mac" {
			continue
		}
		address, err := netip.ParseAddr(a.Address)
		if err != nil {
			return nil, fmt.Errorf("nmap host: %q is no address", cut(a.Address))
		}
		h.address = address
		break
	}
	for _, name := range n.Names {
		if h.name == "" || name.Type == "user" {
			h.name = name.Name
		}
	}
	var faults []error
	for _, p := range n.Ports {
		number, err := port(p.Number)
		if err != nil {
			faults = append(faults, fmt.Errorf("nmap host %s: %w", h.address, err))
			continue
		}
		h.add(found{number: number, protocol: p.Protocol, state: p.State.State, service: p.Service.Name,
			tunnel: p.Service.Tunnel == "ssl", probed: p.Service.Method == "probed"})
	}
	if len(h.ports) > 0 && !h.address.IsValid() {
		faults = append(faults, errors.New("nmap host: it has ports and no IP address"))
		return nil, errors.Join(faults...)
	}
	return h.specs(), errors.Join(faults...)
}

// opensXML says whether a file is an XML document, by its first octets.
func opensXML(first []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(first), "\ufeff"), " \t\r\n"), "<")
}
