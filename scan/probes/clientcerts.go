package probes

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// clientCertificates presents client certificates to a listener that asks for one, and records what became of each. Under AT-TLS
// the four outcomes (good, expired, foreign, none) tell the values of ClientAuthType apart. It asks nothing unless the plan
// names certificates.
type clientCertificates struct{}

// ClientCertificates is the name of the probe that presents client certificates.
const ClientCertificates = "client-certificates"

// Name returns ClientCertificates.
func (clientCertificates) Name() string { return ClientCertificates }

const clientQuestion = ClientCertificates + "/"

// presentable is the order of the questions: the good one last, as the control after refusals.
func presentable() []string {
	return []string{scan.ClientNone, scan.ClientForeign, scan.ClientExpired, scan.ClientGood}
}

// atHand says whether a certificate can be presented: an empty list always can.
func atHand(t scan.Target, name string) bool {
	return name == scan.ClientNone || slices.Contains(t.Plan.ClientCertificates, name)
}

// Next presents one certificate after the other, and one a second time where the listener resets or closes, which may be an
// accident. All are put in one version, so that only the certificate differs.
func (clientCertificates) Next(t scan.Target, log *scan.Log) []scan.Question {
	if len(t.Plan.ClientCertificates) == 0 || newestTLS(log) < cipher.TLSv10 || !requestsCertificate(log) {
		return nil
	}
	for _, name := range presentable() {
		if !atHand(t, name) {
			continue
		}
		q := scan.Question{ID: clientQuestion + name, Handshake: presenting(t, log, name)}
		r, asked := read(log, q.ID)
		if !asked {
			return []scan.Question{q}
		}
		if hungUp(r) && !log.Asked(q.ID+again) {
			return onceMore(log, r, func() scan.Question { return q })
		}
	}
	return nil
}

// presenting is TLS 1.2 where the listener speaks it: there the listener's Finished comes after its look at the certificate,
// while TLS 1.3 leaves silence unknown.
func presenting(t scan.Target, log *scan.Log, name string) *scan.Handshake {
	v := newestTLS(log)
	if fact, _ := supports(log, cipher.TLSv12); v == tls13 && fact == scan.Yes {
		v = cipher.TLSv12
	}
	h := &scan.Handshake{MinVersion: v, MaxVersion: v, ServerName: t.ServerName}
	if name != scan.ClientNone {
		h.ClientCertificate = name
	}
	if v != tls13 {
		h.Suites = suitesSeen(log, v)
	}
	return h
}

// requestsCertificate says whether any flight held a CertificateRequest.
func requestsCertificate(log *scan.Log) bool {
	return slices.ContainsFunc(readAll(log), func(r reading) bool { return r.flight.CertificateRequest != nil })
}

// hungUp says whether a handshake ended by a reset, or by a close before it was complete, without an alert.
func hungUp(r reading) bool {
	h := r.Handshake
	return h != nil && h.Alert == nil && (r.End == scan.EndReset || r.End == scan.EndClose && h.Completed != scan.Yes)
}

// Derive writes the outcomes, the empty list's first, and from that one whether a certificate is required, where the handshake
// that every scan makes has not shown it.
func (clientCertificates) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if o.ClientAuth == nil || len(t.Plan.ClientCertificates) == 0 {
		return
	}
	missing := func(name, why string) {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: clientQuestion + name, Why: why})
	}
	if o.ClientAuth.Requested != scan.Yes {
		why := "the listener asks for no client certificate"
		if o.ClientAuth.Requested == scan.Unknown {
			why = "whether the listener asks for a client certificate is not known"
		}
		missing("all", why)
		return
	}
	for _, name := range presentable() {
		if !atHand(t, name) {
			missing(name, "no such certificate was given")
			continue
		}
		r, repeated, ok := presented(log, name)
		if !ok {
			missing(name, "the question was not put, or no connection stood")
			continue
		}
		o.ClientAuth.Outcomes = append(o.ClientAuth.Outcomes, clientOutcome(name, r, repeated))
	}
	requirementFrom(o)
}

// requirementFrom settles an open Required by what became of the empty list.
func requirementFrom(o *scan.Observation) {
	a := o.ClientAuth
	i := slices.IndexFunc(a.Outcomes, func(c scan.ClientOutcome) bool { return c.Certificate == scan.ClientNone })
	if a.Required != scan.Unknown || i < 0 || a.Outcomes[i].Outcome == scan.OutcomeUnknown {
		return
	}
	none := a.Outcomes[i]
	a.Required = scan.FactOf(none.Outcome != scan.OutcomeAccepted)
	a.Basis, a.Evidence = none.Basis+", to an empty list of certificates", append(a.Evidence, none.Evidence...)
	o.NotTested = slices.DeleteFunc(o.NotTested, func(n scan.NotTested) bool { return n.Question == requiredQuestion })
}

// presented returns the last handshake with a certificate, and whether it is the second that ended alike, by no accident.
func presented(log *scan.Log, name string) (r reading, repeated, ok bool) {
	first, ok := read(log, clientQuestion+name)
	if !ok || first.Handshake == nil || !first.Connected() {
		return first, false, false
	}
	if second, twice := read(log, clientQuestion+name+again); twice && second.Handshake != nil && second.Connected() {
		return second, second.End == first.End && lasting(log, first.Exchange, second.Exchange), true
	}
	return first, false, true
}

// clientOutcome reads one handshake. Acceptance is data after it, or, below TLS 1.3, its completion with nothing held against
// it for as long as the Handshaker waits. Whoever was not asked for a certificate in this very handshake has shown nothing.
func clientOutcome(name string, r reading, repeated bool) scan.ClientOutcome {
	h := r.Handshake
	out := scan.ClientOutcome{Certificate: name, SHA256: h.ClientCertificate, Outcome: scan.OutcomeUnknown, Version: h.Version,
		Evidence: []string{r.ID}}
	if out.Version == 0 {
		out.Version, _ = r.chosen()
	}
	stage := "in the handshake"
	if h.Completed == scan.Yes {
		stage = "after the handshake"
	}
	switch {
	case h.CertificateRequested != scan.Yes:
		out.Basis = "no certificate was asked for in this handshake"
		if h.Error != "" {
			out.Basis += ": " + h.Error
		}
	case h.Alert != nil:
		out.Outcome, out.Alert, out.Basis = scan.OutcomeRefused, h.Alert, fmt.Sprintf("alert %d %s", *h.Alert, stage)
	case hungUp(r) && !repeated:
		out.Basis = string(r.End) + " " + stage + ", which may be an accident"
	case hungUp(r) && r.End == scan.EndReset:
		out.Outcome, out.Basis = scan.OutcomeReset, "reset "+stage+", twice"
	case hungUp(r):
		out.Outcome, out.Basis = scan.OutcomeClosed, "close "+stage+", twice"
	case h.After == scan.AfterData:
		out.Outcome, out.Basis = scan.OutcomeAccepted, "the listener went on after the handshake"
	case h.Completed == scan.Yes && h.Version < tls13 && h.After == scan.AfterSilence:
		out.Outcome, out.Basis = scan.OutcomeAccepted, "the handshake was completed, and nothing was held against it"
	case h.After == scan.AfterSilence:
		out.Basis = "the listener was silent after the handshake, which under TLS 1.3 shows nothing"
	default:
		out.Basis = "the handshake could not be completed: " + h.Error
	}
	return out
}
