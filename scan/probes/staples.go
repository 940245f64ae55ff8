package probes

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/scan"
)

const (
	featureStaple                = scan.FeatureStaple
	featureTimestampsExtension   = "certificate-timestamps-in-handshake"
	featureTimestampsStaple      = "certificate-timestamps-in-ocsp"
	featureTimestampsCertificate = "certificate-timestamps-in-certificate"
)

// stapleOf reads the OCSP response that an answer has, with the leaf and the issuer that were sent beside it. The issuer may stand anywhere behind the
// leaf: a listener that sends its chain in a wrong order, or without the issuer, has no worse a staple for that.
func stapleOf(log *scan.Log, r reading) (certchain.OCSP, error) {
	var leaf, issuer *certchain.Certificate
	for i, der := range r.flight.Certificates {
		switch c := certificateOf(log, der); {
		case i == 0:
			leaf = c
		case issuer == nil && bytes.Equal(c.RawSubject, leaf.RawIssuer):
			issuer = c
		}
	}
	return certchain.ReadOCSP(r.flight.CertificateStatus, leaf, issuer)
}

// Staple is an OCSP response that a listener sent beside its certificates.
type Staple struct {
	Leaf string // SHA-256 of the certificate that it came with
	DER  []byte
	At   time.Time
}

// Staples are the OCSP responses in an observation's evidence, each once, in the order that they came in.
func Staples(o *scan.Observation) []Staple {
	log := scan.NewLog(o.Evidence)
	var out []Staple
	for _, r := range readAll(log) {
		if len(r.flight.CertificateStatus) == 0 || len(r.flight.Certificates) == 0 {
			continue
		}
		s := Staple{certificateOf(log, r.flight.Certificates[0]).SHA256, r.flight.CertificateStatus, r.At}
		if !slices.ContainsFunc(out, func(have Staple) bool { return have.Leaf == s.Leaf && bytes.Equal(have.DER, s.DER) }) {
			out = append(out, s)
		}
	}
	return out
}

// readStaple fills in whether an OCSP response was sent, and what it says. Its times are no values: they are others in every look.
func readStaple(log *scan.Log, r reading, f *scan.Feature) {
	if f.Basis = beforeStaple(r); f.Basis != "" {
		return
	}
	f.Answer = scan.FactOf(len(r.flight.CertificateStatus) > 0)
	if f.Answer == scan.No {
		return
	}
	s, err := stapleOf(log, r)
	if err != nil {
		f.Values, f.Basis = []string{"malformed"}, err.Error()
		return
	}
	f.Values = []string{"status: " + s.Status}
	if s.ThisUpdate.IsZero() {
		return
	}
	by := s.SignedBy
	if s.Authorized(r.At) == certchain.No {
		by = certchain.SignedByOther
	}
	f.Values = append(f.Values, "of the leaf: "+s.OfLeaf.String(), "signed by: "+by, "in date: "+s.InDate(r.At).String())
	slices.Sort(f.Values)
	f.Basis = fmt.Sprintf("produced %s, this update %s, next update %s", stamp(s.ProducedAt), stamp(s.ThisUpdate), stamp(s.NextUpdate))
}

// beforeStaple says why an answer does not show whether there is a staple: below TLS 1.3 it stands between the certificates and the key exchange, in
// clear (RFC 6066 section 8), so that whatever came before the answer was cut off is no more than its beginning.
func beforeStaple(r reading) string {
	if f := r.flight; len(f.CertificateStatus) > 0 || f.ServerKeyExchange != nil || f.Done || f.Finished {
		return ""
	}
	return "the answer ended before a staple could come (" + r.ID + ")"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "not said"
	}
	return t.UTC().Format(time.RFC3339)
}

// readStapleTimestamps fills in the certificate timestamps of the OCSP response.
func readStapleTimestamps(log *scan.Log, r reading, f *scan.Feature) {
	if f.Basis = beforeStaple(r); f.Basis != "" {
		return
	}
	var list [][]byte
	if s, err := stapleOf(log, r); err == nil && len(s.Timestamps) > 0 {
		list = append(list, s.Timestamps)
	}
	readTimestamps(list, f)
}

// readExtensionTimestamps fills in those of the extension signed_certificate_timestamp.
func readExtensionTimestamps(_ *scan.Log, r reading, f *scan.Feature) {
	var list [][]byte
	if len(r.flight.SCTs) > 0 {
		list = append(list, r.flight.SCTs)
	}
	readTimestamps(list, f)
}

// readTimestamps fills in the timestamps of lists: yes, where there are any.
func readTimestamps(lists [][]byte, f *scan.Feature) {
	f.Answer = scan.FactOf(len(lists) > 0)
	for _, list := range lists {
		stamps, err := certchain.ReadTimestamps(list)
		for _, s := range stamps {
			f.Values = append(f.Values, s.String())
		}
		if err != nil {
			f.Basis = err.Error()
		}
	}
	slices.Sort(f.Values)
	f.Values = slices.Compact(f.Values)
}
