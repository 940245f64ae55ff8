package expect

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// planOf says what a listener is asked, by what is expected of it.
func (c *compiler) planOf(l *estate.Listener, x report.Expectation) scan.Plan {
	p := scan.Plan{Depth: c.depth(l)}
	if p.Depth == scan.Hello || p.Depth == scan.Connect {
		return p
	}
	p.Versions = x.Versions
	p.Suites = c.suites
	if len(x.CipherSuites) > 0 {
		p.Suites = good(x.CipherSuites)
	}
	p.Required = x.RequiredCipherSuites
	p.Groups = len(x.Groups) > 0
	return p
}

// depth never lets an RC4 listener, or a port on which no TLS is expected, be asked more than one ClientHello.
func (c *compiler) depth(l *estate.Listener) scan.Depth {
	if l.Touch == "connect" {
		return scan.Connect
	}
	if l.Role == report.RoleCAEServerRC4 {
		return scan.Hello
	}
	switch l.Expect {
	case report.ExpectTLS, report.ExpectStartTLS, report.ExpectAny:
		if c.opts.Depth == scan.Quick || c.opts.Depth == scan.Deep {
			return c.opts.Depth
		}
		return scan.Prove
	}
	return scan.Hello
}

// goodSuites are the suites that good practice accepts when an estate names none: all but RC4, NULL, anonymous, export and
// single DES. SSLv2's kinds are left out, since SSLv2 itself is a finding.
func goodSuites() []cipher.ID {
	var out []cipher.ID
	seen := map[cipher.ID]bool{}
	for _, v := range cipher.Versions() {
		if v == cipher.SSLv2 {
			continue
		}
		for _, id := range cipher.Enumerable(v) {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return good(out)
}

// good leaves out the suites that good practice always judges: a listener must be asked for them on their own even where the
// estate allows them, or nobody would see that they are accepted. The result is never nil, which would mean all suites.
func good(suites []cipher.ID) []cipher.ID {
	out := []cipher.ID{}
	for _, id := range suites {
		if s := cipher.Describe(id); !s.In("rc4") && !s.In("insecure") {
			out = append(out, id)
		}
	}
	return out
}
