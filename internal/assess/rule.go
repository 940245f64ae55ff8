package assess

import (
	"slices"

	"github.com/portseal/portseal/report"
)

// Rule is one kind of finding: what it is, why it matters, what to do, and how it is found.
type Rule struct {
	ID           string          `json:"id"`
	Severity     report.Severity `json:"severity"`                         // the default; Varies says when it is another
	Varies       string          `json:"varies,omitempty"`                 // "low until retire_by has passed"; empty for a fixed severity
	Inconclusive bool            `json:"inconclusive,omitempty"`           // never fails a run, makes it incomplete
	Title        string          `json:"title"`                            // one line, without names of endpoints
	Why          string          `json:"why"`                              // why it matters
	Remediation  string          `json:"remediation"`                      // what to do on z/OS
	CAEServer    string          `json:"remediation_cae_server,omitempty"` // where the CAE server (Java) does the TLS; empty: as on z/OS
	Elsewhere    string          `json:"remediation_elsewhere"`            // what to do on other platforms
	References   []string        `json:"references"`                       // RFCs, IBM pages, CVEs

	// Policy names the settings of the AT-TLS policy that explain a finding: keys of report.PolicySetting. Nil: none does.
	Policy func(*Case) []string `json:"-"`

	// Anyway says that the rule judges also where the wire shows nothing of what the real peers meet.
	Anyway bool `json:"-"`

	// Exactly one of the two is set. A check fills in what is particular; id, title, remedy and references are added where it has none.
	Check       func(*Case) []report.Finding   `json:"-"`
	CheckEstate func(*Estate) []report.Finding `json:"-"`
}

// All returns every rule, in the order of the contract's table. It is the one list of rules.
func All() []Rule {
	return []Rule{
		rc4ListenerOpen(),
		tlsNotSpoken(),
		certExpired(),
		certRevoked(),
		protocolInsecure(),

		rc4SuiteAccepted(),
		suiteInsecure(),
		protocolUnexpected(),
		chainUntrusted(),
		chainTrustedUnexpected(),
		ringCertMismatch(),
		clientAuthMismatch(),
		certWeakKey(),
		certWeakSignature(),
		portOpenUnexpected(),
		startTLSRefused(),
		plaintextAccepted(),
		ringRootMissing(),
		ringVirtualServer(),
		ringNotrust(),
		stapleRevoked(),

		portClosed(),
		protocolMissing(),
		suiteUnexpected(),
		suiteMissing(),
		groupUnexpected(),
		groupMissing(),
		chainIncomplete(),
		certNameMismatch(),
		certNotYetValid(),
		certExpiresSoon(),
		certRevocationInvalid(),
		tlsUnexpected(),
		ringPrivateKey(),
		ringNoDefault(),
		ringChainIncomplete(),
		ringExpiresSoon(),
		waiverExpired(),
		hostInconsistent(),
		certMustStaple(),
		stapleInvalid(),
		stapleStale(),

		certRevocationUnknown(),
		chainOrder(),
		chainSuperfluous(),
		ringNoLabel(),
		ringUnproven(),
		ringUnlisted(),
		ringCAUnused(),
		waiverUnused(),
		inputStale(),
		keyShared(),
		certInternalName(),
		certLint(),

		notAssessed(),
		portFiltered(),
		hostUnresolved(),

		profileFailed(),
		profileNotAssessed(),

		attlsPeerClearText(),
		attlsWireDiffers(),
		attlsKeyringDiffers(),

		attlsNotInstalled(),
		attlsInstalledDiffers(),
		attlsPasearchUnreadable(),
		attlsNotInSource(),
		attlsInstalledInactive(),
		attlsInstalledReplaced(),
		attlsPasearchPartial(),
		attlsPasearchCopies(),
		attlsPasearchUnknown(),
		attlsInstalledUncompared(),
		attlsStackOff(),

		qmServerPortNotTLS(),
		qmATTLSNotEnabled(),
		qmRC4NotOff(),
		qmConnectionClear(),
		qmNoRule(),
		qmRuleTooEarly(),
		qmISPFNoRule(),
		qmTLSPortMissing(),
		qmAliasMissing(),
		qmISPFPortMissing(),
		qmPortOverlap(),
		qmPortNotListed(),
		qmPortNotConfigured(),
		qmLineIgnored(),
		qmPlaceholder(),
		qmRC4InUse(),
		qmConnectionOldRule(),
		qmParameterUnreadable(),
		qmParameterDuplicate(),

		vulnHeartbleed(),
		vulnCCSInjection(),
		vulnTicketbleed(),
		vulnROBOT(),
		vulnTLSPOODLE(),
		vulnStartTLSInjection(),
		vulnDROWN(),
		vulnLogjam(),
		vulnCRIME(),
		vulnInsecureRenegotiation(),
		vulnSWEET32(),
		vulnBEAST(),

		driftListenerAppeared(),
		driftListenerGone(),
		driftListenerMoved(),
		driftState(),
		driftVersion(),
		driftSuite(),
		driftGroup(),
		driftOrder(),
		driftCertificateRenewed(),
		driftCertificateReplaced(),
		driftChain(),
		driftTrust(),
		driftClientAuth(),
		driftStartUp(),
		driftFeature(),
		driftExpectation(),
		driftRing(),
		driftPolicy(),
		driftQueryMonitor(),
	}
}

// complete fills in what a finding has from its rule. A check may return findings of another rule, as NOT-ASSESSED.
func complete(f report.Finding, rules map[string]Rule, c *Case) report.Finding {
	r := rules[f.ID]
	if f.Severity == report.SeverityUnknown {
		f.Severity = r.Severity
	}
	if f.Title == "" {
		f.Title = r.Title
	}
	f.Inconclusive = r.Inconclusive
	if f.References == nil {
		f.References = slices.Clone(r.References)
	}
	if c == nil {
		f.Remediation = r.Remediation
		return f
	}
	f.Endpoint = c.Endpoint.ID
	if f.Remediation == "" {
		f.Remediation = c.remedy(r)
	}
	return c.explain(f, r)
}

// ruleMap indexes the rules by id.
func ruleMap(rules []Rule) map[string]Rule {
	out := make(map[string]Rule, len(rules))
	for _, r := range rules {
		out[r.ID] = r
	}
	return out
}
