package assess

import (
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// HostInconsistent is the id of the finding about connections that were answered by different members.
const HostInconsistent = "HOST-INCONSISTENT"

func hostInconsistent() Rule {
	return Rule{
		ID:       HostInconsistent,
		Severity: report.Medium,
		Title:    "the same question was answered with different certificates",
		Why: "Every connection of an observation goes to one address, yet not the same server answered: a distributor or load " +
			"balancer is in front, or the certificate changed during the scan. Facts of different servers may be mixed in this " +
			"observation.",
		Remediation: refreshFirst + "A distributed DVIPA or a shared port (SHAREPORT) has several servers behind one address: declare " +
			"the listener distributed: true, give each member its own listener with its own address, and see why their certificates " +
			"differ (VIPADCFG with NETSTAT, one ring for each job).",
		Elsewhere: "Declare the listener distributed: true and scan each member by its own address; see why their certificates differ.",
		References: []string{
			"RFC 8446 section 4.4.2", ibmKeyring,
		},
		Check: func(c *Case) []report.Finding {
			if !c.tls() || c.Expect != nil && c.Expect.Distributed {
				return nil
			}
			var names, evidence []string
			for i, a := range c.Endpoint.Presented {
				for _, b := range c.Endpoint.Presented[i+1:] {
					if c.contradict(a, b) {
						names = append(names, c.chainName(a), c.chainName(b))
						evidence = append(evidence, slices.Concat(a.Evidence, b.Evidence)...)
					}
				}
			}
			if len(names) == 0 {
				return nil
			}
			slices.Sort(names)
			return []report.Finding{{
				Expected: "one certificate and chain for each name, version and key type",
				Observed: list(slices.Compact(names)),
				Evidence: distinct(evidence),
			}}
		},
	}
}

// contradict says whether two chains answered the same question: same name asked for, same version, same type of key.
func (c *Case) contradict(a, b scan.Presented) bool {
	same := func(v cipher.Version) bool { return slices.Contains(b.Versions, v) }
	if a.SNI != b.SNI || !slices.ContainsFunc(a.Versions, same) {
		return false
	}
	keyA, keyB := c.Endpoint.Certificates[a.Leaf], c.Endpoint.Certificates[b.Leaf]
	return keyA != nil && keyB != nil && keyType(keyA) == keyType(keyB)
}

// keyType is what a client can ask for by its suites, signature schemes and curves.
func keyType(cert *certchain.Certificate) string { return cert.Key.Algorithm + " " + cert.Key.Curve }

func (c *Case) chainName(p scan.Presented) string {
	return certificateName(c.Endpoint.Certificates[p.Leaf]) + " with " + text.Count(len(p.Sent)-1, "CA certificate")
}
