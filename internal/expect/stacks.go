package expect

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/tcpprofile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// stacks reads the TCP/IP profiles of systems. Where a profile leaves open whether AT-TLS is on, a note says so.
func stacks(systems []*estate.System) (facts []report.Stack, notes []Notice) {
	for _, s := range systems {
		f := s.TCPIPProfile
		if f == nil {
			continue
		}
		p, err := tcpprofile.Parse(f.Name, f.Data)
		switch {
		case err != nil:
			notes = append(notes, Notice{p.Location, fmt.Sprintf("tcpip_profile: %s: whether %s does AT-TLS is not known", err, s.Name)})
		case p.Active == scan.Unknown:
			notes = append(notes, Notice{p.Location, fmt.Sprintf("tcpip_profile: neither TTLS nor NOTTLS, but other files are included (%s): whether %s "+
				"does AT-TLS is not known", strings.Join(p.Includes, ", "), s.Name)})
		}
		facts = append(facts, report.Stack{System: s.Name, TTLS: p.Active, Includes: p.Includes, Location: p.Location})
	}
	return facts, notes
}
