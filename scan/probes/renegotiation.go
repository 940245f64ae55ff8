package probes

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const featureClientRenegotiation = scan.FeatureClientRenegotiation

// renegotiation finds whether a client may begin a new handshake inside a session (RFC 5246 section 7.4.1.2), which lets it make a listener
// work. It asks in TLS 1.2; TLS 1.3 has none.
type renegotiation struct{}

// Name returns "renegotiation".
func (renegotiation) Name() string { return "renegotiation" }

const renegotiationQuestion = "renegotiation"

// Next asks once, and once more where the listener ended the connection without an alert, which may be an accident.
func (renegotiation) Next(t scan.Target, log *scan.Log) []scan.Question {
	if fact, _ := supports(log, cipher.TLSv12); fact != scan.Yes {
		return nil
	}
	q := scan.Question{ID: renegotiationQuestion, Handshake: &scan.Handshake{MinVersion: cipher.TLSv12, MaxVersion: cipher.TLSv12,
		ServerName: t.ServerName, Suites: suitesSeen(log, cipher.TLSv12), ClientCertificate: certificateToShow(t, log), Renegotiate: true}}
	r, asked := read(log, q.ID)
	if asked && !ended(r) {
		return nil
	}
	if asked {
		return onceMore(log, r, func() scan.Question { return q })
	}
	return []scan.Question{q}
}

// ended says whether the listener ended the session when it was asked, without a word, and not before.
func ended(r reading) bool {
	return completed(r) && r.Handshake.After != scan.AfterClose && r.Handshake.Renegotiation == nil && (r.End == scan.EndClose || r.End == scan.EndReset)
}

// Derive writes the feature.
func (renegotiation) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	r, asked := read(log, renegotiationQuestion)
	if !asked {
		return
	}
	f := scan.Feature{Name: featureClientRenegotiation, Version: cipher.TLSv12, Evidence: []string{r.ID}}
	second, twice := read(log, renegotiationQuestion+again)
	if twice && !ended(second) {
		r, f.Evidence = second, []string{second.ID}
	}
	switch {
	case twice && ended(second) && !lasting(log, r.Exchange, second.Exchange):
		f.Basis = "the listener ended the session, which may be an accident: " + string(second.End)
	case twice && ended(second):
		f.Answer, f.Basis, f.Evidence = scan.No, "the listener ended the session: "+string(second.End), append(f.Evidence, second.ID)
	case completed(r) && r.Handshake.Renegotiation != nil:
		f.Answer = r.Handshake.Renegotiation.Accepted
		if a := r.Handshake.Renegotiation.Alert; a != nil {
			f.Basis = fmt.Sprintf("alert %d", *a)
		}
	case completed(r) && r.End == scan.EndTimeout:
		f.Basis = "the listener said nothing to it"
	case completed(r):
		f.Basis = errorOf(r)
	default:
		f.Basis = whyIncomplete(o, r)
	}
	o.Features = append(o.Features, f)
}
