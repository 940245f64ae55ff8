package probes

import (
	"bytes"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const (
	featureExtendedMasterSecret = "extended-master-secret"
	featureSecureRenegotiation  = scan.FeatureSecureRenegotiation
	featureSessionIDSent        = "session-id"
	featureDowngradeSentinel    = "downgrade-sentinel"
	featureMustStaple           = "must-staple"
)

// inPassing reads the features that the answers to other questions show. It asks nothing.
type inPassing struct{}

// Name returns "features".
func (inPassing) Name() string { return "features" }

// Next asks nothing.
func (inPassing) Next(scan.Target, *scan.Log) []scan.Question { return nil }

// Derive reads the ServerHello of each version that answered the version's own question, which offers what they answer, and all that was sent.
func (inPassing) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	tls13, _ := supports(log, cipher.TLSv13)
	for _, v := range []cipher.Version{cipher.SSLv3, cipher.TLSv10, cipher.TLSv11, cipher.TLSv12} {
		fact, r := supports(log, v)
		sh := r.flight.ServerHello
		if fact != scan.Yes || sh == nil {
			continue
		}
		add := func(name string, has bool) {
			o.Features = append(o.Features, scan.Feature{Name: name, Version: v, Answer: scan.FactOf(has), Evidence: []string{r.ID}})
		}
		if v >= cipher.TLSv10 {
			add(featureExtendedMasterSecret, sh.ExtendedMasterSecret)
			add(featureSecureRenegotiation, sh.SecureRenegotiation)
		}
		add(featureSessionIDSent, len(sh.SessionID) > 0)
		if tls13 == scan.Yes {
			add(featureDowngradeSentinel, bytes.HasSuffix(sh.Random, sentinel(v)))
		}
	}
	if longHellosFail(log) || readsLongHellos(log) {
		f := scan.Feature{Name: featureLongHellos, Answer: scan.FactOf(!longHellosFail(log))}
		if f.Answer == scan.No && !longHellosRefused(log) {
			f.Answer, f.Basis = scan.Unknown, "long hellos were not answered, and not always refused in one way: it may be the network"
		}
		o.Features = append(o.Features, f)
	}
	for _, read := range []func(*scan.Log, *scan.Observation){deriveClock, deriveKeyReuse, deriveSharedGroups, deriveLeaves} {
		read(log, o)
	}
}

// sentinel is the end of the ServerHello.random of a server that has TLS 1.3 and chose an older version (RFC 8446 section 4.1.3).
func sentinel(v cipher.Version) []byte {
	if v == cipher.TLSv12 {
		return []byte("DOWNGRD\x01")
	}
	return []byte("DOWNGRD\x00")
}

// deriveLeaves reads what the presented leaf certificates say of the handshake.
func deriveLeaves(_ *scan.Log, o *scan.Observation) {
	const statusRequest = 5
	if len(o.Presented) == 0 {
		return
	}
	must := scan.Feature{Name: featureMustStaple, Answer: scan.No}
	unseen := slices.ContainsFunc(o.NotTested, func(n scan.NotTested) bool { return strings.HasPrefix(n.Question, "certificates/") })
	var lists [][]byte
	var shown []string
	for _, p := range o.Presented {
		leaf := o.Certificates[p.Leaf]
		if leaf == nil {
			continue
		}
		if slices.Contains(leaf.TLSFeatures, statusRequest) {
			must.Answer = scan.Yes
			must.Evidence = append(must.Evidence, p.Evidence[:1]...)
		}
		if len(leaf.Timestamps) > 0 {
			lists, shown = append(lists, leaf.Timestamps), append(shown, p.Evidence[:1]...)
		}
	}
	stamps := scan.Feature{Name: featureTimestampsCertificate, Evidence: shown}
	readTimestamps(lists, &stamps)
	for _, f := range []scan.Feature{must, stamps} {
		if f.Answer == scan.No && unseen {
			f.Answer, f.Basis = scan.Unknown, "not every certificate was seen"
		}
		o.Features = append(o.Features, f)
	}
}
