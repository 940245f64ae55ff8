package expect

import (
	"net/netip"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// excluded says of each peer whose connection no rule takes why the one that takes the vantage's does not. Both go to one socket, so it is
// no matter of the job.
func (p *policy) excluded(matches []report.PolicyMatch, vantage *attls.Rule, local netip.AddrPort) {
	for i := range matches {
		m := &matches[i]
		peer, err := netip.ParseAddr(m.Address)
		if vantage == nil || m.From != report.FromPeer || m.Rule != "" || err != nil {
			continue
		}
		conn := attls.Connection{Direction: attls.Inbound, Local: local, Remote: netip.AddrPortFrom(peer, 0)}
		if peer.IsLoopback() {
			conn.Local = netip.AddrPortFrom(peer, local.Port())
		}
		for _, miss := range p.Match(conn).Misses {
			if miss.Rule == vantage {
				m.Why += "; rule " + vantage.Name + ", which takes this scan's, does not: " + miss.Reason
				m.Location = &report.Location{File: miss.At.File, Line: miss.At.Line, Column: miss.At.Column}
			}
		}
	}
}
