package lint

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// personalLabels names the certificates of a ring that can be served.
func personalLabels(ring *Ring) string {
	if len(ring.Labels) == 0 {
		return "no personal certificate"
	}
	var out []string
	for _, l := range ring.Labels {
		out = append(out, fmt.Sprintf("%q", l))
	}
	return and(out)
}

// labelNotOnRing finds labels that the listing of the ring does not show.
func labelNotOnRing() Rule {
	return Rule{
		ID: "ATTLS-LABEL-NOT-ON-RING", Severity: report.High,
		Title:       "The key ring holds no certificate of the label",
		Why:         "System SSL finds no such key (return code 6), and every handshake fails.",
		Remediation: "Correct the label, whose case and blanks count, or connect the certificate to the ring (RACDCERT CONNECT).",
		References:  []string{"z/OS Cryptographic Services: System SSL Programming, SSL function return codes"},
		Check: func(in *Input) []report.Finding {
			var out []report.Finding
			for _, r := range in.enabled() {
				e := in.Effective(r)
				ring := in.ring(e.Keyring.Value)
				if !e.Keyring.Known || ring == nil {
					continue
				}
				labels := []attls.Setting[string]{e.Label}
				for _, v := range e.ServerLabels.Value {
					labels = append(labels, attls.Setting[string]{Value: v, Known: e.ServerLabels.Known, From: e.ServerLabels.From, Statement: e.ServerLabels.Statement})
				}
				for _, l := range labels {
					if l.Known && l.Value != "" && !placeholder(l.Value) && !slices.Contains(ring.Labels, l.Value) {
						out = append(out, found(l.From, fmt.Sprintf("label %q of %s is not on ring %s: its listing shows %s", l.Value, l.Statement, e.Keyring.Value, personalLabels(ring))))
					}
				}
			}
			return out
		},
	}
}
