package probes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/scan"
)

// entry is one probe, and the depths that it belongs to.
type entry struct {
	scan.Probe
	about  string
	middle bool // runs once versions, suites, groups and certificates are known: its hello is one that the listener answers
	last   bool // runs when all others are done: a complete handshake is also the control after the refusals
	alone  bool // runs after those: nothing may come between its questions
	depths []scan.Depth
	// vulnerability says that it sends what no healthy client sends: it asks nothing where the plan does not allow that
	vulnerability bool
	presents      bool   // its handshakes must be completed, with a client certificate where the listener asks for one
	needs         string // another probe, which comes with this one when it is asked for by name
}

// all is the one list of probes, in the order of their questions. Reachability and versions are asked whatever is chosen:
// everything else rests on them.
func all() []entry {
	full := []scan.Depth{scan.Standard, scan.Prove, scan.Deep}
	return []entry{
		{Probe: versions{}, about: "is it TLS, and which versions", depths: []scan.Depth{
			scan.Standard, scan.Prove, scan.Deep, scan.Quick, scan.Hello, scan.Connect}},
		{Probe: suites{}, about: "cipher suites of each version", depths: full},
		{Probe: order{}, about: "whose order of suites counts", depths: []scan.Depth{scan.Standard, scan.Deep}},
		{Probe: groups{}, about: "groups of TLS 1.2 and 1.3", depths: full},
		{Probe: certificates{}, about: "certificate chains by key type and server name", depths: append(full, scan.Quick)},
		{Probe: clientAuth{}, about: "is a client certificate requested or required", depths: append(full, scan.Quick)},
		{Probe: namedDHE{}, about: "DHE suites of TLS 1.0 to 1.2 that need the client to name finite-field groups", middle: true, needs: suites{}.Name(), depths: []scan.Depth{scan.Deep}},
		{Probe: inPassing{}, about: "features that the answers to other questions show: extended_master_secret, the downgrade sentinel, reuse of keys and others", middle: true, depths: full},
		{Probe: offers{}, about: "compression, OCSP staple, certificate timestamps, heartbeat and other extensions", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: alpn{}, about: "application protocols (ALPN)", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: compressedCertificates{}, about: "algorithms that certificates are compressed by", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: signatures{}, about: "signature algorithms of TLS 1.2 and 1.3", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: groupOrder{}, about: "whose order of groups counts", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: greasing{}, about: "are reserved values ignored (GREASE)", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: tolerance{}, about: "versions yet to come, and a hello in many records", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: fallback{}, about: "is a fallback to an older version refused (TLS_FALLBACK_SCSV)", middle: true, depths: []scan.Depth{scan.Deep}},
		{Probe: heartbleed{}, about: "Heartbleed: does a heartbeat read too far", middle: true, needs: offers{}.Name(), vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: earlyCCS{}, about: "CCS injection: is a ChangeCipherSpec taken before the key exchange", middle: true, vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: ticketbleed{}, about: "Ticketbleed: is a session id echoed with more than it holds", middle: true, presents: true, vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: robot{}, about: "ROBOT: do malformed RSA key exchanges have answers of their own", middle: true, needs: suites{}.Name(), vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: tlsPOODLE{}, about: "TLS-POODLE: are wrong padding and wrong MACs in CBC mode refused alike (with --intrusive)", middle: true, needs: suites{}.Name(), vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: startTLSInjection{}, about: "STARTTLS injection: is a command in clear behind the one that asks for TLS carried out inside TLS", middle: true, presents: true, needs: handshake{}.Name(), vulnerability: true, depths: []scan.Depth{scan.Deep}},
		{Probe: handshake{}, about: "one complete handshake", last: true, depths: append(full, scan.Quick)},
		{Probe: renegotiation{}, about: "may a client begin a new handshake inside a session", middle: true, presents: true, depths: []scan.Depth{scan.Deep}},
		{Probe: resumption{}, about: "in which ways sessions are resumed, ticket lifetime, early data", middle: true, presents: true, depths: []scan.Depth{scan.Deep}},
		{Probe: startUp{}, about: "which ways to begin a port takes that has a start-up of its own: TLS at once, negotiated, clear text",
			last: true, depths: []scan.Depth{scan.Deep}},
		{Probe: clientCertificates{}, about: "what becomes of a good, an expired, a foreign and no client certificate (with --client-cert)",
			last: true, presents: true, depths: []scan.Depth{scan.Deep}, needs: clientAuth{}.Name()},
		{Probe: members{}, about: "do several servers answer at this address, and alike", alone: true, depths: full}, // after all whose facts it takes back
	}
}

// Names returns the probes' names and what each asks, in order.
func Names() [][2]string {
	var out [][2]string
	for _, e := range all() {
		out = append(out, [2]string{e.Name(), e.about})
	}
	return out
}

// Depth is how deep the probes of that name look: quick, standard, deep or a list. A list is as deep as standard, unless it names a probe of
// vulnerabilities: that is for depth deep alone, and so is the plan that allows it.
func Depth(word string) scan.Depth {
	switch word {
	case "quick":
		return scan.Quick
	case "deep":
		return scan.Deep
	}
	for _, name := range strings.Split(word, ",") {
		if slices.ContainsFunc(all(), func(e entry) bool { return e.vulnerability && e.Name() == name }) {
			return scan.Deep
		}
	}
	return scan.Standard
}

// Presenting are the names of the probes that show a listener a client certificate.
func Presenting() (names []string) {
	for _, e := range all() {
		if e.presents {
			names = append(names, e.Name())
		}
	}
	return names
}

// Stages returns the function that a Runner takes. only names the probes to run, by their names; empty means those that
// belong to the plan's depth.
func Stages(only []string) (func(scan.Plan) scan.Stages, error) {
	for _, name := range only {
		if !slices.ContainsFunc(all(), func(e entry) bool { return e.Name() == name }) {
			return nil, fmt.Errorf("unknown probe %q: want quick, standard, deep, or a list of %s", name, known())
		}
	}
	for _, e := range all() {
		if e.needs != "" && slices.Contains(only, e.Name()) {
			only = append(slices.Clone(only), e.needs)
		}
	}
	return func(p scan.Plan) scan.Stages {
		var first, middle, last, alone []scan.Probe
		for _, e := range all() {
			narrowed := len(only) > 0 && p.Depth != scan.Hello && p.Depth != scan.Connect
			switch {
			case e.Name() != versions{}.Name() && narrowed && !slices.Contains(only, e.Name()):
			case !narrowed && !slices.Contains(e.depths, p.Depth) && !(p.StartUps && e.Name() == startUp{}.Name()):
			case e.middle:
				middle = append(middle, detect(p, e.Probe))
			case e.alone:
				alone = append(alone, detect(p, e.Probe))
			case e.last:
				last = append(last, detect(p, e.Probe))
			default:
				first = append(first, detect(p, e.Probe))
			}
		}
		return scan.Stages{first, middle, last, alone}
	}, nil
}

func known() string {
	var names []string
	for _, e := range all() {
		names = append(names, e.Name())
	}
	return strings.Join(names, ", ")
}
