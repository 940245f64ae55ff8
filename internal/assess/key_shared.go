package assess

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// KeyShared is the id of the finding about one key that serves different systems or key rings.
const KeyShared = "KEY-SHARED"

func keyShared() Rule {
	return Rule{
		ID:       KeyShared,
		Severity: report.Info,
		Varies:   "low where different certificates have the key",
		Title:    "different systems or key rings serve the same key",
		Why: "Who takes the private key from one system can stand in for all that serve it, and a weak protocol on one of them, as SSLv2 for " +
			"DROWN, exposes the others. Where several certificates have the key, replacing one of them does not replace the key.",
		Remediation: refreshFirst + "A key that members of a sysplex share on purpose is no fault: waive it for them. Else make a key of its own for " +
			"each system and job (RACDCERT GENCERT; RACDCERT REKEY for a certificate that is renewed) and connect it to that ring alone.",
		Elsewhere: restartElsewhere + "A key that the members of a cluster share on purpose is no fault. Else make a new key for each system; when a " +
			"certificate is renewed, make a new key for it.",
		References: []string{"NIST SP 800-57 part 1 section 5.3.4", "CVE-2016-0800", ibmRings},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for _, k := range e.servedKeys() {
				if f, shared := k.finding(); shared {
					out = append(out, f)
				}
			}
			return out
		},
	}
}

// servedKey is a public key and the endpoints whose server certificates have it.
type servedKey struct {
	spki             string // SHA-256, hex
	certificates     []*certchain.Certificate
	endpoints        []string
	systems          []string // of an estate
	hosts, addresses []string // of endpoints without a system
	rings            []string // that they are served from, as far as the estate says
}

// servedKeys returns the keys of all server certificates that were seen, in the order of endpoints.
func (e *Estate) servedKeys() []*servedKey {
	var out []*servedKey
	bySPKI := map[string]*servedKey{}
	for i := range e.Endpoints {
		endpoint := &e.Endpoints[i]
		for _, p := range endpoint.Presented {
			leaf := endpoint.Certificates[p.Leaf]
			if leaf == nil || leaf.SPKISHA256 == "" {
				continue
			}
			k := bySPKI[leaf.SPKISHA256]
			if k == nil {
				k = &servedKey{spki: leaf.SPKISHA256}
				bySPKI[leaf.SPKISHA256] = k
				out = append(out, k)
			}
			k.add(endpoint, leaf, e.expectation(endpoint.ID))
		}
	}
	return out
}

func (k *servedKey) add(endpoint *report.Endpoint, leaf *certchain.Certificate, x *report.Expectation) {
	if !slices.ContainsFunc(k.certificates, leaf.Equal) {
		k.certificates = append(k.certificates, leaf)
	}
	k.endpoints = with(k.endpoints, endpoint.ID)
	if endpoint.System != "" {
		k.systems = with(k.systems, endpoint.System)
	} else {
		k.hosts, k.addresses = with(k.hosts, endpoint.Target.Host), with(k.addresses, endpoint.Target.Address)
	}
	if x != nil && x.ServedBy != "" {
		k.rings = with(k.rings, x.ServedBy)
	}
}

// finding says whether the key serves more than one system or ring. Without an estate, two names of one address are one system, and so are two
// addresses of one name.
func (k *servedKey) finding() (report.Finding, bool) {
	if len(k.systems) < 2 && len(k.rings) < 2 && min(len(k.hosts), len(k.addresses)) < 2 {
		return report.Finding{}, false
	}
	var names []string
	for _, c := range k.certificates {
		names = append(names, certificateName(c))
	}
	f := report.Finding{
		Expected: "a key of its own for each system and key ring",
		Observed: k.certificates[0].Key.String() + " key " + short(k.spki) + " serves " + firstFew(k.endpoints),
		Detail:   "the certificates with this key: " + firstFew(names),
	}
	if len(k.certificates) > 1 {
		f.Severity = report.Low
	}
	return f, true
}

// with adds a member to a sorted set of few.
func with(set []string, member string) []string {
	at, found := slices.BinarySearchFunc(set, member, cmp.Compare[string])
	if found {
		return set
	}
	return slices.Insert(set, at, member)
}
