package assess_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// mustStaple is the TLS feature extension with status_request (RFC 7633 section 4.1).
func mustStaple(c *x509.Certificate) {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}})
}

func TestStaples(t *testing.T) {
	staple := func(status, inDate, ofLeaf, by string) []string {
		return []string{"in date: " + inDate, "of the leaf: " + ofLeaf, "signed by: " + by, "status: " + status}
	}
	for name, c := range map[string]struct {
		answer           scan.Fact
		values           []string
		plain, demanding string // the finding where the certificate demands no staple, and where it does
	}{
		"good":                {scan.Yes, staple("good", "yes", "yes", certchain.SignedByIssuer), "", ""},
		"by a delegate":       {scan.Yes, staple("good", "yes", "yes", certchain.SignedByDelegate), "", ""},
		"of an unsent issuer": {scan.Yes, staple("good", "yes", "yes", certchain.SignedByUnknown), "", ""},
		"none":                {scan.No, nil, "", assess.CertMustStaple},
		"not known":           {scan.Unknown, nil, "", ""},
		"revoked":             {scan.Yes, staple("revoked", "yes", "yes", certchain.SignedByIssuer), assess.StapleRevoked, assess.StapleRevoked},
		"revoked long ago":    {scan.Yes, staple("revoked", "no", "yes", certchain.SignedByIssuer), assess.StapleRevoked, assess.StapleRevoked},
		"revoked by nobody":   {scan.Yes, staple("revoked", "yes", "no", certchain.SignedByOther), assess.StapleInvalid, assess.CertMustStaple},
		"stale":               {scan.Yes, staple("good", "no", "yes", certchain.SignedByIssuer), assess.StapleStale, assess.CertMustStaple},
		"of another":          {scan.Yes, staple("good", "yes", "no", certchain.SignedByIssuer), assess.StapleInvalid, assess.CertMustStaple},
		"status unknown":      {scan.Yes, staple("unknown", "yes", "yes", certchain.SignedByIssuer), assess.StapleInvalid, assess.CertMustStaple},
		"the responder busy":  {scan.Yes, []string{"status: try later"}, assess.StapleInvalid, assess.CertMustStaple},
		"malformed":           {scan.Yes, []string{"malformed"}, assess.StapleInvalid, assess.CertMustStaple},
	} {
		t.Run(name, func(t *testing.T) {
			for demands, want := range map[bool]string{false: c.plain, true: c.demanding} {
				w := newWorld(t)
				if demands {
					w.serve(w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}, Template: mustStaple}), w.parse(w.ca.DER))
				}
				w.endpoint.Features = []scan.Feature{{Name: scan.FeatureStaple, Version: cipher.TLSv12, Answer: c.answer, Values: c.values, Evidence: []string{"e2"}}}
				if want == "" {
					assert.Empty(t, w.judge(), "demands: %v", demands)
					continue
				}
				f := w.one(want)
				assert.Equal(t, []string{"e2"}, f.Evidence)
				assert.Contains(t, f.Observed, "TLSv1.2: ")
			}
		})
	}
}

// A staple is judged with the certificate that came with it: of two, only one may demand it.
func TestAStapleIsOfTheCertificateThatItCameWith(t *testing.T) {
	w := newWorld(t)
	demanding := w.issue(pki.Leaf{CommonName: "agent", DNS: []string{"sysa.example.com"}, Template: mustStaple})
	w.present("sysa.example.com", demanding, w.parse(w.ca.DER))
	w.endpoint.Presented[1].Evidence = []string{"e1"}
	w.ring("server", w.leaf.Raw, demanding.Raw, w.ca.DER, w.root.DER)
	w.endpoint.Features = []scan.Feature{{Name: scan.FeatureStaple, Version: cipher.TLSv12, Answer: scan.No, Evidence: []string{"e2"}}}
	ids := func() (out []string) {
		for _, f := range w.judge() {
			out = append(out, f.ID)
		}
		return out
	}
	assert.NotContains(t, ids(), assess.CertMustStaple)
	w.endpoint.Features[0].Evidence = []string{"e1"}
	assert.Contains(t, ids(), assess.CertMustStaple)
}
