package replay

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// endpoint finds what of one endpoint contradicts itself.
func (d *differ) endpoint(rep *report.Report, i int) {
	e := &rep.Endpoints[i]
	at := fmt.Sprintf("/endpoints/%d", i)
	d.notBefore(at+"/finished", e.Finished, e.Started, "when it was begun")
	octets := [2]int{}
	connected := false
	sent := map[string]int{}
	for n, x := range e.Evidence {
		pointer := fmt.Sprintf("%s/evidence/%d", at, n)
		d.notBefore(pointer+"/at", x.At, e.Started, "when the endpoint was begun")
		if x.At.After(e.Finished) {
			d.add(pointer+"/at", stamp(x.At), "not after "+stamp(e.Finished)+", when the endpoint was done")
		}
		connected = connected || x.Failure == nil || x.Failure.Stage != scan.StageConnect
		size := len(x.Sent)
		if x.SentAs != "" {
			size = sent[x.SentAs]
		}
		sent[x.ID] = size
		octets[0] += size
		octets[1] += len(x.Received) + len(x.Preamble) + d.cut(rep, x)
	}
	d.where(rep, e, at, connected)
	d.cost(rep, e, at, octets)
	if e.Confirmed != nil {
		d.confirmed(rep, e, at)
	}
}

// where compares what an endpoint says of its place with its evidence, its id and its expectation.
func (d *differ) where(rep *report.Report, e *report.Endpoint, at string, connected bool) {
	if e.Source != "" && !connected && stoppedBy(e.NotTested) == "" {
		d.add(at+"/source", shown(e.Source), "nothing: no connection stood")
	}
	if e.Source == "" && slices.ContainsFunc(e.Evidence, func(x scan.Exchange) bool { return x.SourcePort != 0 }) {
		d.add(at+"/source", nothing, "an address: connections stood")
	}
	if e.Target.Address == "" && len(e.Evidence) > 0 {
		d.add(at+"/target/address", nothing, "an address: it was dialled")
	}
	if len(rep.Expectations) > 0 {
		d.listener(e, at)
		return
	}
	if address, err := netip.ParseAddr(e.Target.Host); err == nil && e.Target.Address != "" && address.Unmap().String() != e.Target.Address {
		d.add(at+"/target/address", shown(e.Target.Address), shown(e.Target.Host))
	}
	if named := hostPort(e.Target.Host, e.Target.Port); e.ID != named && e.ID != named+"@"+e.Target.Address {
		d.add(at+"/id", shown(e.ID), shown(named))
	}
}

// listener wants an endpoint to have the port and the address that its id names: those of a listener that has several. An estate may say
// other addresses than its host, even one that is an address itself.
func (d *differ) listener(e *report.Endpoint, at string) {
	suffix, ok := strings.CutPrefix(e.ID, e.System+"/"+e.Listener)
	if !ok {
		return // another id than its expectation's is found there
	}
	port, address, one := strings.Cut(suffix, "@")
	if port != "" && port != fmt.Sprintf(":%d", e.Target.Port) {
		d.add(at+"/target/port", fmt.Sprint(e.Target.Port), "that of the id "+e.ID)
	}
	if one && address != e.Target.Address {
		d.add(at+"/target/address", shown(e.Target.Address), "that of the id "+e.ID)
	}
}

// declared wants the ports of what the estate has of Query Monitor to be those of its endpoints.
func (d *differ) declared(rep *report.Report) {
	ports := map[string]uint16{}
	for _, e := range rep.Endpoints {
		if e.Target.Port != 0 { // one that stands for lines that were cut has none
			ports[e.ID] = e.Target.Port
		}
	}
	for i, q := range rep.QueryMonitor {
		for n, p := range q.Declared {
			if port, ok := ports[p.Endpoint]; ok && port != p.Port {
				d.add(fmt.Sprintf("/query_monitor/%d/declared/%d/port", i, n), fmt.Sprint(p.Port), fmt.Sprintf("%d, that of %s", port, p.Endpoint))
			}
		}
	}
}

// hostPort is HOST:PORT, as the id of an endpoint that no estate file names.
func hostPort(host string, port uint16) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s:%d", host, port)
}

// cut is how many octets of certificates were taken out of an answer.
func (d *differ) cut(rep *report.Report, x scan.Exchange) int {
	n := 0
	for _, c := range x.Cut {
		i, ok := slices.BinarySearchFunc(rep.Certificates, c.SHA256, func(c report.Certificate, sum string) int { return strings.Compare(c.SHA256, sum) })
		if ok {
			n += len(rep.Certificates[i].DER)
		}
	}
	return n
}

// cost compares what an observation cost with its evidence. Dials that were repeated, and answers that an interruption cut short, are in
// the cost alone.
func (d *differ) cost(rep *report.Report, e *report.Endpoint, at string, octets [2]int) {
	if want := scan.Duration(e.Started, e.Finished); e.Cost.DurationMS != want {
		d.add(at+"/cost/duration_ms", fmt.Sprint(e.Cost.DurationMS), fmt.Sprint(want))
	}
	exact := stoppedBy(e.NotTested) == ""
	if dials := len(e.Evidence) + e.Cost.Repeated; e.Cost.Connections < dials || exact && e.Cost.Connections != dials {
		d.add(at+"/cost/connections", fmt.Sprint(e.Cost.Connections), fmt.Sprintf("%d, one for each exchange and repeated dial", dials))
	}
	if most := rep.Run.MaxConnections; most > 0 && e.Confirmed == nil && e.Cost.Connections > most {
		d.add(at+"/cost/connections", fmt.Sprint(e.Cost.Connections), fmt.Sprintf("at most %d, which is the budget", most))
	}
	if why := stoppedBy(e.NotTested); strings.HasPrefix(why, scan.UsedUp(0)[:len("the budget of ")]) &&
		(why != scan.UsedUp(rep.Run.MaxConnections) || e.Cost.Connections < rep.Run.MaxConnections) {
		d.add(at+"/not_tested", why, fmt.Sprintf("%d connections were made, and %d allowed", e.Cost.Connections, rep.Run.MaxConnections))
	}
	for n, key := range []string{"bytes_sent", "bytes_received"} {
		stated := []int{e.Cost.BytesSent, e.Cost.BytesReceived}[n]
		if stated < octets[n] || exact && e.Target.StartTLS == "" && stated != octets[n] {
			d.add(at+"/cost/"+key, fmt.Sprint(stated), fmt.Sprint(octets[n]))
		}
	}
}
