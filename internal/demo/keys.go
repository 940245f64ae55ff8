package demo

import (
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// keys are the certificates of the estate. Keys live for one run and are never written to disk.
type keys struct {
	corporate, internal, old      *pki.CA
	web, portal, agent, collector *pki.Identity
}

func newKeys(at time.Time) (*keys, error) {
	var k keys
	var err error
	authority := func(name string) *pki.CA {
		ca, caErr := pki.NewCA(name, pki.WithTime(at))
		if caErr != nil && err == nil {
			err = caErr
		}
		return ca
	}
	k.corporate, k.internal, k.old = authority("Corporate Web Root"), authority("QM Internal Root"), authority("Old QM Root")
	if err != nil {
		return nil, err
	}
	leaf := func(ca *pki.CA, name string, kind pki.KeyType) *pki.Identity {
		id, leafErr := ca.Leaf(pki.Leaf{CommonName: name, DNS: []string{name, "localhost"}, IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1")},
			KeyType: kind, NotAfter: at.AddDate(1, 0, 0)})
		if leafErr != nil && err == nil {
			err = leafErr
		}
		return id
	}
	k.web = leaf(k.corporate, "sysa-web.example.com", pki.RSA2048)
	k.portal = leaf(k.internal, "sysa-portal.example.com", pki.RSA2048)
	k.agent = leaf(k.internal, "sysa-agent.example.com", pki.P256)
	k.collector = leaf(k.internal, "sysb-collector.example.com", pki.RSA2048)
	return &k, err
}

// files are the key rings, as a systems programmer would export them: certificates only.
func (k *keys) files() map[string][]byte {
	return map[string][]byte{
		"rings/cae-server-cas.pem": slices.Concat(k.corporate.PEM, k.internal.PEM),
		"rings/web.pem":            k.web.CertPEM,
		"rings/portal.pem":         k.portal.CertPEM,
		"rings/agent-in.pem":       slices.Concat(k.agent.CertPEM, k.internal.PEM),
		"rings/certauth.pem":       slices.Concat(k.corporate.PEM, k.internal.PEM),
		"rings/corporate.pem":      k.corporate.PEM,
		"rings/sysa-agent-out.pem": k.internal.PEM,
		"rings/sysb-agent-out.pem": k.old.PEM,
		"rings/collector.pem":      slices.Concat(k.collector.CertPEM, k.internal.PEM),
	}
}
