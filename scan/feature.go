package scan

import "github.com/portseal/portseal/cipher"

// Feature is one thing beyond versions, suites and groups that a listener does or does not: an extension, a way to resume, a check that it
// makes. Package probes has the one list of them. Of a feature that was not asked about, or does not apply, there is none.
type Feature struct {
	Name     string         `json:"name"`              // "extended-master-secret"
	Version  cipher.Version `json:"version,omitempty"` // absent for what belongs to no one version
	Answer   Fact           `json:"answer"`
	Values   []string       `json:"values,omitempty"`   // what was found, in the listener's order where it has one: protocols, schemes, seconds
	Basis    string         `json:"basis,omitempty"`    // what the answer rests on, or why it is unknown
	Evidence []string       `json:"evidence,omitempty"` // exchange ids
}

// Features that a verdict or a comparison rests on; package probes names the others.
const (
	FeatureSecureRenegotiation = "secure-renegotiation"
	FeatureCompression         = "compression"
	FeatureDHESharedGroup      = "dhe-shared-group"
	FeatureStaple              = "ocsp-staple"
	FeatureClientRenegotiation = "client-renegotiation"
	FeatureDHESafePrime        = "dhe-safe-prime"
)

// Features that say whether a listener is vulnerable: the probes of depth Deep that the plan must allow.
const (
	FeatureHeartbleed        = "heartbleed"         // CVE-2014-0160
	FeatureCCSInjection      = "ccs-injection"      // CVE-2014-0224
	FeatureTicketbleed       = "ticketbleed"        // CVE-2016-9244
	FeatureROBOT             = "robot"              // CVE-2017-13099 and others
	FeatureTLSPOODLE         = "tls-poodle"         // CVE-2014-8730, CVE-2019-1559 and others; only where the plan is intrusive
	FeatureStartTLSInjection = "starttls-injection" // CVE-2011-0411 and others; only of start-ups that have commands
)

// Feature returns what is known of a feature in a version; the zero Feature, with its answer unknown, when nothing is.
func (o *Observation) Feature(name string, v cipher.Version) Feature {
	for _, f := range o.Features {
		if f.Name == name && f.Version == v {
			return f
		}
	}
	return Feature{Name: name, Version: v}
}
