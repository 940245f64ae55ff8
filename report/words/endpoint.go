package words

import (
	"cmp"
	"net"
	"slices"
	"strconv"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// State is what an endpoint turned out to be.
func State(s scan.State) string {
	switch s {
	case scan.StateTLS:
		return "TLS"
	case scan.StateStartTLS:
		return "TLS after STARTTLS"
	case scan.StateNonTLS:
		return "not TLS"
	case scan.StateOpen:
		return "open, not asked"
	}
	return string(s)
}

// Spoke says whether an endpoint answered as TLS.
func Spoke(e *report.Endpoint) bool { return e.State == scan.StateTLS || e.State == scan.StateStartTLS }

// Address is where an endpoint was looked at: HOST:PORT, with the address that was dialled where it is known.
func Address(e *report.Endpoint) string {
	return net.JoinHostPort(cmp.Or(e.Target.Address, e.Target.Host), strconv.Itoa(int(e.Target.Port)))
}

// Versions lists those of which a fact holds, oldest first.
func Versions(e *report.Endpoint, fact scan.Fact) []string {
	var out []string
	for _, p := range e.Protocols {
		if p.Supported == fact {
			out = append(out, p.Version.String())
		}
	}
	return out
}

// Suites are the names of the accepted suites of all versions, each once, the newest version's first.
func Suites(e *report.Endpoint) []string {
	var out []string
	for _, p := range slices.Backward(e.Protocols) {
		for _, s := range p.CipherSuites {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	return out
}

// Groups are the names of the accepted groups, each once.
func Groups(e *report.Endpoint) []string {
	var out []string
	for _, g := range e.Groups {
		if g.Supported == scan.Yes && !slices.Contains(out, g.Name) {
			out = append(out, g.Name)
		}
	}
	return out
}

// ClientAuth says whether an endpoint asks its clients for a certificate; empty where the question does not arise.
func ClientAuth(e *report.Endpoint) string {
	switch c := e.ClientAuth; {
	case c == nil && !Spoke(e):
		return ""
	case c == nil:
		return "unknown"
	case c.Required == scan.Yes:
		return "required"
	case c.Requested == scan.Yes && c.Required == scan.No:
		return "requested"
	case c.Requested == scan.Yes:
		return "requested, perhaps required"
	case c.Requested == scan.No:
		return "not requested"
	}
	return "unknown"
}

// ServedBy says whether an endpoint serves what it should; empty where that was not asked.
func ServedBy(e *report.Endpoint) string {
	s := e.ServedBy
	if s == nil {
		return ""
	}
	said := "unknown"
	switch s.Match {
	case certchain.Yes:
		said = "its certificate is served"
	case certchain.No:
		said = "its certificate is not served"
	}
	if s.Reason != "" {
		said += ": " + s.Reason
	}
	return said
}
