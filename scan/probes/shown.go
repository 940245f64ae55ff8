package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// What the probes share whose handshakes must be completed: many listeners complete none with a client that shows no certificate.

// whyNoCertificate is why nothing is known of what lies behind the handshake of such a listener.
const whyNoCertificate = "a client certificate is required (--client-cert)"

// certificateToShow is the client certificate for handshakes that must be completed, where the listener asks for one and one was given.
func certificateToShow(t scan.Target, log *scan.Log) string {
	if requestsCertificate(log) && atHand(t, scan.ClientGood) {
		return scan.ClientGood
	}
	return ""
}

// incomplete is features of a version that are unknown, since the handshake was not completed that shows them.
func incomplete(o *scan.Observation, r reading, v cipher.Version, names ...string) (out []scan.Feature) {
	for _, name := range names {
		out = append(out, scan.Feature{Name: name, Version: v, Basis: whyIncomplete(o, r), Evidence: []string{r.ID}})
	}
	return out
}

// whyIncomplete is why a handshake was not completed. A reset or a close may have other causes than the empty list of certificates, but for a
// listener that is known to want one.
func whyIncomplete(o *scan.Observation, r reading) string {
	if h := r.Handshake; h != nil && h.CertificateRequested == scan.Yes {
		required := o.ClientAuth != nil && o.ClientAuth.Required == scan.Yes
		switch {
		case h.ClientCertificate != "" && (h.Alert != nil || hungUp(r)):
			return "the client certificate was not accepted: " + errorOf(r)
		case h.ClientCertificate == "" && (h.Alert != nil || hungUp(r) && required):
			return whyNoCertificate
		}
	}
	return "the handshake was not completed: " + errorOf(r)
}

func errorOf(r reading) string {
	if r.Failure != nil {
		return r.Failure.Error()
	}
	if r.Handshake != nil && r.Handshake.Error != "" {
		return r.Handshake.Error
	}
	return string(r.End)
}
