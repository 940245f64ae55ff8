package facts

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Revocation says of each source what it says about a certificate, a line each.
func Revocation(rep *report.Report, sha256 string) []string {
	var out []string
	for _, c := range rep.Revocation {
		if c.Certificate == sha256 {
			out = append(out, revocation(c))
		}
	}
	return out
}

func revocation(c report.RevocationCheck) string {
	said := map[scan.Fact]string{scan.Yes: "revoked", scan.No: "not revoked"}[c.Revoked]
	if said == "" {
		said = "unknown"
	}
	if c.RevokedAt != nil && c.Revoked == scan.Yes {
		said += " since " + text.Minute(*c.RevokedAt)
	}
	if c.Reason != "" && c.Revoked == scan.Yes {
		said += " (" + c.Reason + ")"
	}
	by := map[string]string{report.ByOCSP: ", OCSP ", report.ByCRL: ", CRL ", report.ByStaple: ", stapled answer"}[c.By] + c.URL
	var more []string
	if c.Failure != nil {
		more = append(more, c.Failure.Message)
	} else {
		if c.Revoked == scan.Unknown {
			more = append(more, "the responder does not know it")
		}
		more = append(more, "signed by "+c.SignedBy)
	}
	if c.NextUpdate != nil {
		more = append(more, "next update "+text.Minute(*c.NextUpdate))
	}
	return said + by + ": " + strings.Join(more, ", ")
}
