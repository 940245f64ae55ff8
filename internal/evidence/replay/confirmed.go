package replay

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// confirmed finds what contradicts itself where this run's look at an endpoint showed what an earlier run had found. The exchanges that the
// endpoint shows are that one's; this run asked the same, with the same ends, so that their number says how much it must have cost.
func (d *differ) confirmed(rep *report.Report, e *report.Endpoint, at string) {
	c := e.Confirmed
	at += "/confirmed"
	if c.Run == "" || c.Run == rep.Run.ID {
		d.add(at+"/run", shown(c.Run), "the id of an earlier run")
	}
	if e.State == scan.StateSkipped || len(e.Evidence) == 0 || stoppedBy(e.NotTested) != "" {
		d.add(at, shown(c), "nothing: an endpoint that was not looked at in full is not confirmed")
	}
	d.notBefore(at+"/started", c.Started, rep.Run.Started, "when the run started")
	d.notBefore(at+"/started", c.Started, e.Finished, "when the earlier look was done")
	d.notBefore(at+"/finished", c.Finished, c.Started, "when it was begun")
	if c.Finished.After(rep.Run.Finished) {
		d.add(at+"/finished", stamp(c.Finished), "not after "+stamp(rep.Run.Finished)+", when the run finished")
	}
	if (c.Source == "") != (e.Source == "") {
		d.add(at+"/source", shown(c.Source), "an address where the earlier look has one")
	}
	for key, source := range map[string]string{"/source": e.Source, "/confirmed/source": c.Source} {
		if _, err := netip.ParseAddr(source); source != "" && err != nil {
			d.add(strings.TrimSuffix(at, "/confirmed")+key, shown(source), "an IP address")
		}
	}
	ports := 0
	octets := 0
	sent := map[string]int{}
	for _, x := range e.Evidence {
		if x.SourcePort != 0 {
			ports++
		}
		size := len(x.Sent)
		if x.SentAs != "" {
			size = sent[x.SentAs]
		}
		sent[x.ID] = size
		if x.Handshake == nil {
			octets += size
		}
	}
	if len(c.SourcePorts) != ports {
		d.add(at+"/source_ports", shown(c.SourcePorts), fmt.Sprintf("%d ports, one for each connection that stood", ports))
	}
	for n, port := range c.SourcePorts {
		if port == 0 {
			d.add(fmt.Sprintf("%s/source_ports/%d", at, n), "0", "a port")
		}
	}
	d.confirmedCost(rep, e, at+"/cost", octets)
}

// confirmedCost compares what this run's look cost with the exchanges of the earlier one. Hellos were the same; what was received, and what
// libraries sent, is the scanner's word.
func (d *differ) confirmedCost(rep *report.Report, e *report.Endpoint, at string, hellos int) {
	cost := e.Confirmed.Cost
	if want := scan.Duration(e.Confirmed.Started, e.Confirmed.Finished); cost.DurationMS != want {
		d.add(at+"/duration_ms", fmt.Sprint(cost.DurationMS), fmt.Sprint(want))
	}
	if dials := len(e.Evidence) + cost.Repeated; cost.Connections != dials {
		d.add(at+"/connections", fmt.Sprint(cost.Connections), fmt.Sprintf("%d, one for each exchange and repeated dial", dials))
	}
	if most := rep.Run.MaxConnections; most > 0 && cost.Connections > most {
		d.add(at+"/connections", fmt.Sprint(cost.Connections), fmt.Sprintf("at most %d, which is the budget", most))
	}
	if cost.BytesSent < hellos {
		d.add(at+"/bytes_sent", fmt.Sprint(cost.BytesSent), fmt.Sprintf("at least %d, those of the hellos", hellos))
	}
}
