package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/scan"
)

// clientAuth reads whether the listener asks for a client certificate from the CertificateRequest of any flight, and whether it
// needs one from the complete handshake, which answers with an empty list of certificates. It has no question of its own.
type clientAuth struct{}

// requiredQuestion names the open question in NotTested.
const requiredQuestion = "client-auth/required"

// Name returns "client-auth".
func (clientAuth) Name() string { return "client-auth" }

// Next returns none.
func (clientAuth) Next(scan.Target, *scan.Log) []scan.Question { return nil }

// Derive writes the fact.
func (clientAuth) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	if o.State != scan.StateTLS && o.State != scan.StateStartTLS {
		return
	}
	fact := &scan.ClientAuth{}
	for _, r := range readAll(log) {
		f := r.flight
		switch {
		case f.CertificateRequest != nil:
			if fact.Requested != scan.Yes {
				fact.Requested, fact.Evidence, fact.Basis = scan.Yes, nil, "CertificateRequest"
			}
			if len(fact.Evidence) == 0 {
				fact.Evidence = append(fact.Evidence, r.ID)
			}
			for _, name := range f.CertificateRequest.Authorities {
				if text := certchain.FormatName(name); !slices.Contains(fact.Authorities, text) {
					fact.Authorities = append(fact.Authorities, text)
					fact.AuthoritiesDER = append(fact.AuthoritiesDER, name)
				}
			}
		case fact.Requested == scan.Unknown && (f.Done || f.Finished):
			fact.Requested, fact.Evidence, fact.Basis = scan.No, []string{r.ID}, "a complete flight without CertificateRequest"
		}
	}
	deriveRequirement(log, fact, o)
	o.ClientAuth = fact
}

// deriveRequirement writes whether the listener goes on without a certificate.
func deriveRequirement(log *scan.Log, fact *scan.ClientAuth, o *scan.Observation) {
	if fact.Requested == scan.No {
		fact.Required = scan.No
		return
	}
	r, repeated, ok := handshakeReading(log)
	if fact.Requested == scan.Unknown || !ok || !r.Connected() {
		return
	}
	h := r.Handshake
	fact.Evidence = append(fact.Evidence, r.ID)
	alert := ""
	if h.Alert != nil {
		alert = "alert " + strconv.Itoa(int(*h.Alert)) + " after an empty list of certificates"
	}
	switch {
	case h.CertificateRequested != scan.Yes:
		// The flight that asked is another version's or another hello's: nothing follows from this handshake.
	case h.Completed == scan.Yes && h.After == scan.AfterData:
		fact.Required, fact.Basis = scan.No, "the handshake went on without a certificate"
		return
	case h.Completed == scan.Yes && h.Version != 0 && h.Version < tls13 && h.After == scan.AfterSilence:
		fact.Required, fact.Basis = scan.No, "the handshake was completed without a certificate"
		return
	case h.Alert != nil:
		fact.Required, fact.Basis = scan.Yes, alert
		return
	case repeated && (r.End == scan.EndReset || r.End == scan.EndClose):
		fact.Required, fact.Basis = scan.Yes, string(r.End)+" after an empty list of certificates, twice"
		return
	}
	why := "the listener was silent after an empty list of certificates"
	if h.Error != "" {
		why = "the handshake could not be completed: " + h.Error
	}
	o.NotTested = append(o.NotTested, scan.NotTested{Question: requiredQuestion, Why: why})
}
