package assess_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// table is the contract's.
var table = []struct {
	severity     report.Severity
	inconclusive bool
	ids          string
}{
	{report.Critical, false, "RC4-LISTENER-OPEN TLS-NOT-SPOKEN CERT-EXPIRED CERT-REVOKED PROTOCOL-INSECURE"},
	{report.High, false, "RC4-SUITE-ACCEPTED SUITE-INSECURE PROTOCOL-UNEXPECTED CHAIN-UNTRUSTED CHAIN-TRUSTED-UNEXPECTED " +
		"RING-CERT-MISMATCH CLIENT-AUTH-MISMATCH CERT-WEAK-KEY CERT-WEAK-SIGNATURE PORT-OPEN-UNEXPECTED STARTTLS-REFUSED PLAINTEXT-ACCEPTED " +
		"RING-ROOT-MISSING RING-VIRTUAL-SERVER RING-NOTRUST STAPLE-REVOKED"},
	{report.Medium, false, "PORT-CLOSED PROTOCOL-MISSING SUITE-UNEXPECTED SUITE-MISSING GROUP-UNEXPECTED GROUP-MISSING " +
		"CHAIN-INCOMPLETE CERT-NAME-MISMATCH CERT-NOT-YET-VALID CERT-EXPIRES-SOON CERT-REVOCATION-INVALID TLS-UNEXPECTED RING-PRIVATE-KEY " +
		"RING-NO-DEFAULT RING-CHAIN-INCOMPLETE RING-EXPIRES-SOON WAIVER-EXPIRED HOST-INCONSISTENT CERT-MUST-STAPLE STAPLE-INVALID STAPLE-STALE"},
	{report.Low, false, "CERT-REVOCATION-UNKNOWN CHAIN-ORDER"},
	{report.Info, false, "CHAIN-SUPERFLUOUS"},
	{report.Low, false, "RING-NO-LABEL RING-UNPROVEN RING-UNLISTED"},
	{report.Info, false, "RING-CA-UNUSED"},
	{report.Low, false, "WAIVER-UNUSED INPUT-STALE"},
	{report.Info, false, "KEY-SHARED CERT-INTERNAL-NAME CERT-LINT"},
	{report.Info, true, "NOT-ASSESSED PORT-FILTERED HOST-UNRESOLVED"},

	{report.Medium, false, "PROFILE-FAILED"}, // of compliance profiles
	{report.Info, true, "PROFILE-NOT-ASSESSED"},

	{report.High, false, "ATTLS-PEER-CLEAR-TEXT"}, // of which the contract fixes how they begin
	{report.Medium, false, "ATTLS-WIRE-DIFFERS ATTLS-KEYRING-DIFFERS"},
	{report.High, false, "ATTLS-NOT-INSTALLED ATTLS-INSTALLED-DIFFERS ATTLS-PASEARCH-UNREADABLE"},
	{report.Medium, false, "ATTLS-NOT-IN-SOURCE ATTLS-INSTALLED-INACTIVE ATTLS-INSTALLED-REPLACED ATTLS-PASEARCH-PARTIAL ATTLS-PASEARCH-COPIES"},
	{report.Low, false, "ATTLS-PASEARCH-UNKNOWN"},
	{report.Info, false, "ATTLS-INSTALLED-UNCOMPARED"},
	{report.High, false, "ATTLS-STACK-OFF"},

	// Query Monitor's, of which the contract fixes how they begin.
	{report.High, false, "QM-SERVER-PORT-NOT-TLS QM-ATTLS-NOT-ENABLED QM-RC4-NOT-OFF QM-CONNECTION-CLEAR " +
		"QM-NO-RULE QM-RULE-TOO-EARLY QM-ISPF-NO-RULE"},
	{report.Medium, false, "QM-TLS-PORT-MISSING QM-ALIAS-MISSING QM-ISPF-PORT-MISSING QM-PORT-OVERLAP QM-PORT-NOT-LISTED " +
		"QM-PORT-NOT-CONFIGURED QM-LINE-IGNORED QM-PLACEHOLDER QM-RC4-IN-USE QM-CONNECTION-OLD-RULE"},
	{report.Low, false, "QM-PARAMETER-UNREADABLE QM-PARAMETER-DUPLICATE"},

	// Those of vulnerabilities, likewise.
	{report.Critical, false, "VULN-HEARTBLEED"},
	{report.High, false, "VULN-CCS-INJECTION VULN-TICKETBLEED VULN-ROBOT VULN-TLS-POODLE VULN-STARTTLS-INJECTION VULN-DROWN"},
	{report.Medium, false, "VULN-LOGJAM VULN-CRIME VULN-INSECURE-RENEGOTIATION"},
	{report.Low, false, "VULN-SWEET32 VULN-BEAST"},

	// Drift's, likewise.
	{report.Medium, false, "DRIFT-LISTENER-APPEARED DRIFT-LISTENER-GONE"},
	{report.Low, false, "DRIFT-LISTENER-MOVED"},
	{report.High, false, "DRIFT-STATE DRIFT-VERSION"},
	{report.Medium, false, "DRIFT-SUITE"},
	{report.Low, false, "DRIFT-GROUP DRIFT-ORDER"},
	{report.Info, false, "DRIFT-CERTIFICATE-RENEWED"},
	{report.Medium, false, "DRIFT-CERTIFICATE-REPLACED"},
	{report.Low, false, "DRIFT-CHAIN"},
	{report.High, false, "DRIFT-TRUST DRIFT-CLIENT-AUTH"},
	{report.Low, false, "DRIFT-START-UP DRIFT-FEATURE DRIFT-EXPECTATION"},
	{report.Medium, false, "DRIFT-RING DRIFT-POLICY DRIFT-QUERY-MONITOR"},
}

func TestCatalogueIsTheContractsTable(t *testing.T) {
	var want []string
	for _, row := range table {
		for _, id := range strings.Fields(row.ids) {
			want = append(want, id)
			r, ok := assess.Lookup(id)
			if assert.True(t, ok, id) {
				assert.Equal(t, row.severity, r.Severity, id)
				assert.Equal(t, row.inconclusive, r.Inconclusive, id)
			}
		}
	}
	var have []string
	for _, r := range assess.All() {
		have = append(have, r.ID)
	}
	assert.Equal(t, want, have)
	for _, r := range assess.Catalogue()[len(have):] {
		assert.Contains(t, r.ID, "ATTLS-", "the rest is about policy files")
	}
}

func TestEveryRuleSaysAllThatAReaderNeeds(t *testing.T) {
	for _, r := range assess.All() {
		t.Run(r.ID, func(t *testing.T) {
			assert.NotEmpty(t, r.Title)
			assert.NotEmpty(t, r.Why)
			assert.NotEmpty(t, r.Remediation)
			assert.NotEmpty(t, r.Elsewhere)
			assert.NotEmpty(t, r.References)
			assert.True(t, (r.Check == nil) != (r.CheckEstate == nil), "exactly one check")
			_, err := os.Stat(strings.ReplaceAll(strings.ToLower(r.ID), "-", "_") + ".go")
			assert.NoError(t, err, "one rule a file, named after its id")
		})
	}
	_, ok := assess.Lookup("NO-SUCH-FINDING")
	assert.False(t, ok)
}

// A ring that was changed is not seen before its environment restarts: whether it did is the first question.
func TestServedCertificateAndChainRulesAskFirstForTheRefresh(t *testing.T) {
	for _, r := range assess.All() {
		if !strings.HasPrefix(r.ID, "CERT-") && !strings.HasPrefix(r.ID, "CHAIN-") && r.ID != assess.RingCertMismatch {
			continue
		}
		if strings.HasPrefix(r.ID, "CERT-REVOCATION-") { // it is a service of the issuer's that is at fault, whichever certificate is served
			continue
		}
		for _, text := range []string{r.Remediation, r.CAEServer} {
			if text == "" {
				continue
			}
			first, _, _ := strings.Cut(text, "? ")
			assert.Contains(t, first, "EnvironmentUserInstance", r.ID)
			assert.Contains(t, first, "F PAGENT,UPDATE", r.ID)
		}
	}
}
