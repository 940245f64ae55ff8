package lint

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// noLabel finds servers whose policy leaves it to the ring which certificate is sent.
func noLabel() Rule {
	return Rule{
		ID: "ATTLS-NO-LABEL", Severity: report.Info,
		Title: "No certificate label for a server",
		Why: "Without a label the ring's default certificate is sent: whoever connects another one as the default changes what every " +
			"client sees, and with no default the handshake fails.",
		Remediation: "Write CertificateLabel (or ServerCertificateLabel from z/OS 2.5 on) with the label of the certificate.",
		References: []string{
			"z/OS Communications Server: IP Configuration Reference, TTLSEnvironmentAdvancedParms statement",
			"z/OS Security Server RACF Command Language Reference, RACDCERT CONNECT: DEFAULT",
		},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.enabled() {
				e := in.Effective(r)
				unlabelled := e.Label.Known && e.Label.Value == "" && e.ServerLabels.Known && len(e.ServerLabels.Value) == 0
				if !isServer(e) || !unlabelled || !e.Keyring.Known || e.Keyring.Value.Kind == attls.RingAuth || e.Keyring.Value.Kind == attls.RingSite {
					continue
				}
				if f, ok := unlabelledRing(e.Keyring, in.ring(e.Keyring.Value)); ok {
					out = append(out, f)
				}
			}
			return out
		},
	}
}

func isServer(e *attls.Effective) bool { return e.Role.Known && e.Role.Value != attls.Client }

// unlabelledRing judges by what a listing says of the ring; nil: there is none.
func unlabelledRing(k attls.Setting[attls.Keyring], ring *Ring) (report.Finding, bool) {
	severity, why := report.Info, "the certificate that is the default of the ring is sent, and no listing of it is at hand"
	switch {
	case ring == nil:
	case ring.Personal == 0, ring.Personal == 1 && ring.Default:
		return report.Finding{}, false
	case ring.Default:
		severity, why = report.Low, fmt.Sprintf("the ring holds %d personal certificates, and the one that is its default is sent", ring.Personal)
	case ring.Personal == 1:
		severity, why = report.Medium, "the ring holds one personal certificate, which is not its default"
	default:
		severity, why = report.Medium, fmt.Sprintf("the ring holds %d personal certificates, and none of them is its default", ring.Personal)
	}
	f := found(k.From, fmt.Sprintf("a server uses ring %s of %s without a CertificateLabel: %s", k.Value, k.Statement, why))
	f.Severity = severity
	return f, true
}

// ring finds the listing of a key ring. A ring without an owner depends on the user of the job: there is none for certain.
func (in *Input) ring(k attls.Keyring) *Ring {
	if in.System == nil || k.Kind != attls.RingSAF || k.Owner == "" {
		return nil
	}
	for i := range in.System.Rings {
		if r := &in.System.Rings[i]; strings.EqualFold(r.Owner, k.Owner) && r.Name == k.Name {
			return r
		}
	}
	return nil
}
