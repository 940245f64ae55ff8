package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const (
	featureExtendedMasterSecret = "extended-master-secret"
	featureSecureRenegotiation  = scan.FeatureSecureRenegotiation
)

// inPassing reads the features that the answers to other questions show. It asks nothing.
type inPassing struct{}

// Name returns "features".
func (inPassing) Name() string { return "features" }

// Next asks nothing.
func (inPassing) Next(scan.Target, *scan.Log) []scan.Question { return nil }

// Derive reads the ServerHello of each version below TLS 1.3 that answered the version's own question, which offers both extensions.
func (inPassing) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	for _, v := range []cipher.Version{cipher.TLSv10, cipher.TLSv11, cipher.TLSv12} {
		fact, r := supports(log, v)
		if fact != scan.Yes || r.flight.ServerHello == nil {
			continue
		}
		for _, f := range []struct {
			name string
			has  bool
		}{{featureExtendedMasterSecret, r.flight.ServerHello.ExtendedMasterSecret}, {featureSecureRenegotiation, r.flight.ServerHello.SecureRenegotiation}} {
			o.Features = append(o.Features, scan.Feature{Name: f.name, Version: v, Answer: scan.FactOf(f.has), Evidence: []string{r.ID}})
		}
	}
}
