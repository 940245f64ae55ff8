package assess

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// RingNoLabel is the id of the finding about several certificates of which one is served without being named.
const RingNoLabel = "RING-NO-LABEL"

func ringNoLabel() Rule {
	return Rule{
		ID:       RingNoLabel,
		Severity: report.Low,
		Title:    "the server's key ring has several personal certificates, and no label is named",
		Why: "Which of them is served hangs on the ring's default, which the next RACDCERT CONNECT with DEFAULT moves for every listener " +
			"of the ring at once.",
		Remediation: "Name the certificate: ServerCertificateLabel in TTLSEnvironmentAdvancedParms or TTLSConnectionAdvancedParms " +
			"(CertificateLabel on releases that do not know it), and label in the estate file.",
		CAEServer:  "Name the certificate in the CAE server's parameters, and as label in the estate file: else it warns and takes the default.",
		Elsewhere:  "Name the certificate that the server is to serve.",
		References: []string{ibmAdvancedParms, ibmKeyring, ibmQMCertificate},
		Check: func(c *Case) []report.Finding {
			ring := c.servingRing()
			if ring == nil || c.Expect.Label != "" || !hasDefault(ring) && !c.serverOwnTLS() {
				return nil
			}
			var names []string
			for _, e := range ring.PersonalEntries() {
				names = append(names, entryName(e))
			}
			for _, l := range ring.UnprovenPersonal() {
				names = append(names, `"`+l.Label+`"`)
			}
			if len(names) < 2 {
				return nil
			}
			f := report.Finding{Expected: "a label", Observed: text.Count(len(names), "personal certificate") + ": " + list(names),
				Detail: "key ring " + ring.Name}
			if ring.Listing != nil {
				f.Location = listedAt(ring.Listing.At)
			}
			if e, problem := ring.ServedEntry(""); problem == "" && e.Default == certchain.Yes {
				f.Detail += ": the default is " + entryName(e)
			}
			return []report.Finding{f}
		},
	}
}
