package replay

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// consistent finds what contradicts itself among the things that nothing else is derived from: times, costs, counts, scope.
func (d *differ) consistent(rep *report.Report) {
	d.run(rep)
	d.scope(rep)
	d.inputs(rep)
	for i := range rep.Endpoints {
		d.endpoint(rep, i)
	}
}

func (d *differ) notBefore(pointer string, at, limit time.Time, what string) {
	if at.Before(limit) {
		d.add(pointer, stamp(at), "not before "+stamp(limit)+", "+what)
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (d *differ) run(rep *report.Report) {
	run := rep.Run
	d.notBefore("/run/finished", run.Finished, run.Started, "when the run started")
	earlier := 0
	var sources []string
	for i, e := range rep.Endpoints {
		if e.Started.Before(run.Started) {
			earlier++
		}
		if e.Finished.After(run.Finished) {
			d.add(fmt.Sprintf("/endpoints/%d/finished", i), stamp(e.Finished), "not after "+stamp(run.Finished)+", when the run finished")
		}
		if e.Source != "" && !slices.Contains(sources, e.Source) {
			sources = append(sources, e.Source)
		}
	}
	slices.Sort(sources)
	if !slices.Equal(sources, run.SourceAddresses) {
		d.add("/run/source_addresses", shown(run.SourceAddresses), shown(sources))
	}
	if earlier != run.Resumed {
		d.add("/run/resumed", fmt.Sprint(run.Resumed), fmt.Sprintf("%d: so many endpoints were looked at before the run started", earlier))
	}
	d.judgedAt(run)
	for i, e := range rep.Endpoints {
		if unfinished(e) && run.Complete {
			d.add("/run/complete", "true", fmt.Sprintf("false: endpoint %d (%s) was interrupted", i, e.ID))
			return
		}
	}
}

// inputs wants the files of rings and policies to be among the files that the run read.
func (d *differ) inputs(rep *report.Report) {
	read := map[string]bool{}
	for _, in := range rep.Run.Inputs {
		read[in.SHA256] = true
	}
	for i, k := range rep.Keyrings {
		for n, f := range k.Files {
			if !read[f.SHA256] {
				d.add(fmt.Sprintf("/keyrings/%d/files/%d/sha256", i, n), shown(f.SHA256), "the digest of a file among the inputs")
			}
		}
	}
	if rep.Policies == nil {
		return
	}
	for i, f := range rep.Policies.Files {
		if !read[f.SHA256] {
			d.add(fmt.Sprintf("/policies/files/%d/sha256", i), shown(f.SHA256), "the digest of a file among the inputs")
		}
	}
}

// unfinished says whether an interruption kept an endpoint from being looked at in full.
func unfinished(e report.Endpoint) bool {
	return slices.ContainsFunc(e.NotTested, func(n scan.NotTested) bool {
		return n.Question == scan.TheRest && n.Why == scan.Interrupted || n.Question == scan.All && n.Why == scan.NotBegun
	})
}

// judgedAt is the start of the run, unless the command line says otherwise.
func (d *differ) judgedAt(run report.Run) {
	if len(run.Arguments) == 0 || run.JudgedAt.Equal(run.Started) {
		return
	}
	for _, a := range run.Arguments {
		said, ok := strings.CutPrefix(a, "--at=")
		if !ok {
			continue
		}
		if day, err := time.Parse(time.DateOnly, said); err == nil && day.Add(24*time.Hour-time.Second).Equal(run.JudgedAt) {
			return
		}
		if at, err := time.Parse(time.RFC3339, said); err == nil && at.Equal(run.JudgedAt) {
			return
		}
	}
	d.add("/run/judged_at", stamp(run.JudgedAt), stamp(run.Started)+", when the run started, or what --at says")
}

func (d *differ) scope(rep *report.Report) {
	s := rep.Run.Scope
	if s.Selected > s.Declared {
		d.add("/run/scope/selected", fmt.Sprint(s.Selected), fmt.Sprintf("at most %d, which are declared", s.Declared))
	}
	if s.Selected != len(rep.Endpoints) {
		d.add("/run/scope/selected", fmt.Sprint(s.Selected), fmt.Sprintf("%d endpoints", len(rep.Endpoints)))
	}
	here, expected := map[string]bool{}, map[string]bool{}
	for i, e := range rep.Endpoints {
		if here[e.ID] {
			d.add(fmt.Sprintf("/endpoints/%d/id", i), shown(e.ID), "another id: it stands twice")
		}
		here[e.ID] = true
		if i > 0 && e.ID < rep.Endpoints[i-1].ID {
			d.add(fmt.Sprintf("/endpoints/%d/id", i), shown(e.ID), "another place: endpoints are sorted by id")
		}
	}
	for i, x := range rep.Expectations {
		expected[x.Endpoint] = true
		if !here[x.Endpoint] {
			d.add("/endpoints/-", nothing, fmt.Sprintf("the endpoint %s, which expectation %d is of", x.Endpoint, i))
		}
	}
	for i, e := range rep.Endpoints {
		if len(rep.Expectations) > 0 && !expected[e.ID] {
			d.add("/expectations/-", nothing, fmt.Sprintf("an expectation of endpoint %d, %s", i, e.ID))
		}
	}
	for i, one := range s.Skipped {
		if !here[one.ID] {
			d.add(fmt.Sprintf("/run/scope/skipped/%d", i), shown(one.ID), "an endpoint of the report")
		}
	}
}

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
	if address, err := netip.ParseAddr(e.Target.Host); err == nil && e.Target.Address != "" && address.Unmap().String() != e.Target.Address {
		d.add(at+"/target/address", shown(e.Target.Address), shown(e.Target.Host))
	}
	if len(rep.Expectations) > 0 {
		if _, suffix, ok := strings.Cut(e.ID, "/"+e.Listener+":"); ok && !strings.HasPrefix(suffix+"@", fmt.Sprintf("%d@", e.Target.Port)) {
			d.add(at+"/target/port", fmt.Sprint(e.Target.Port), "that of the id "+e.ID)
		}
		return
	}
	if named := hostPort(e.Target.Host, e.Target.Port); e.ID != named && e.ID != named+"@"+e.Target.Address {
		d.add(at+"/id", shown(e.ID), shown(named))
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
	if most := rep.Run.MaxConnections; most > 0 && e.Cost.Connections > most {
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
