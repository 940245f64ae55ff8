package profile

import (
	"github.com/portseal/portseal/report"
)

// The kinds of checks.
const (
	kindVersions   = "versions"
	kindSuites     = "suites"
	kindGroups     = "groups"
	kindDH         = "dh"
	kindPreference = "preference"
	kindFeatures   = "features"
	kindKey        = "key"
	kindSignature  = "signature"
	kindLifespan   = "lifespan"
	kindValidity   = "validity"
	kindChain      = "chain"
	kindName       = "name"
	kindUsage      = "usage"
	kindClientAuth = "client-auth"
	kindEncrypted  = "encrypted"
	kindPolicy     = "policy"
	kindRings      = "rings"
	kindInventory  = "inventory"
	kindManual     = "manual"
)

// checkKind is one kind of check: its parameters, what it asks in words, and how it is judged.
type checkKind struct {
	name     string
	params   []param
	want     string                           // what parameters it must have
	complete func(c report.ProfileCheck) bool // nil: it asks something without any
	words    func(c report.ProfileCheck) string
	judge    func(f *facts, c report.ProfileCheck) verdict
}

// checkKinds is the one list of kinds.
func checkKinds() []checkKind {
	const sets = "required, any_of, allowed or forbidden"
	return []checkKind{
		{kindVersions, setParams(versionWord), sets, hasSets, versionsWords, judgeVersions},
		{kindSuites, append(setParams(suiteWord), inVersions()), sets, hasSets, suitesWords, judgeSuites},
		{kindGroups, append(setParams(groupWord), inVersions()), sets, hasSets, groupsWords, judgeGroups},
		{kindDH, []param{dhBits()}, "min_bits", func(c report.ProfileCheck) bool { return len(c.MinBits) > 0 }, dhWords, judgeDH},
		{kindPreference, []param{ofParam("server", "client")}, "of", hasOf, preferenceWords, judgePreference},
		{kindFeatures, featureParams(), "required or forbidden", hasSets, featuresWords, judgeFeatures},
		{kindKey, keyParams(), "algorithms, min_bits or curves", func(c report.ProfileCheck) bool { return len(c.Algorithms)+len(c.MinBits)+len(c.Curves) > 0 },
			keyWords, judgeKey},
		{kindSignature, signatureParams(), "allowed, forbidden or hashes", func(c report.ProfileCheck) bool { return len(c.Allowed)+len(c.Forbidden)+len(c.Hashes) > 0 },
			signatureWords, judgeSignature},
		{kindLifespan, []param{maxDays()}, "max_days", func(c report.ProfileCheck) bool { return c.MaxDays > 0 }, lifespanWords, judgeLifespan},
		{kindValidity, []param{ofParam(ofLeaf, ofSent), minDaysLeft()}, "", nil, validityWords, judgeValidity},
		{kindChain, nil, "", nil, says("every key ring that is expected to trusts the certificates"), judgeChain},
		{kindName, nil, "", nil, says("the certificate covers the names that clients use"), judgeName},
		{kindUsage, usageParams(), "key, extended or san", func(c report.ProfileCheck) bool { return len(c.KeyUsage)+len(c.ExtKeyUsage) > 0 || c.SAN },
			usageWords, judgeUsage},
		{kindClientAuth, []param{clientAuthWant()}, "want", hasAnyOf, clientAuthWords, judgeClientAuth},
		{kindEncrypted, nil, "", nil, says("nothing but TLS is spoken"), judgeEncrypted},
		{kindPolicy, policyParams(), "setting and any_of", func(c report.ProfileCheck) bool { return c.Setting != "" && len(c.AnyOf) > 0 }, policyWords, judgePolicy},
		{kindRings, nil, "", nil, says("every certificate of the listener's key rings is in date"), judgeRings},
		{kindInventory, []param{ofParam(ofCertificates, ofProtocols)}, "of", hasOf, inventoryWords, judgeInventory},
		{kindManual, []param{reasonParam()}, "reason", func(c report.ProfileCheck) bool { return c.Reason != "" },
			func(c report.ProfileCheck) string { return "not by a scan: " + c.Reason },
			func(_ *facts, c report.ProfileCheck) verdict { return unknown(c.Reason) }},
	}
}

// Kinds returns the names of all kinds of checks.
func Kinds() []string {
	var out []string
	for _, k := range checkKinds() {
		out = append(out, k.name)
	}
	return out
}

func kindOf(name string) (checkKind, bool) {
	for _, k := range checkKinds() {
		if k.name == name {
			return k, true
		}
	}
	return checkKind{}, false
}

// Words says what a check asks.
func Words(c report.ProfileCheck) string {
	if k, ok := kindOf(c.Kind); ok {
		return k.words(c)
	}
	return "a check of a kind that this portseal does not know: " + c.Kind
}

func hasSets(c report.ProfileCheck) bool {
	return len(c.Required)+len(c.AnyOf)+len(c.Allowed)+len(c.Forbidden) > 0
}

func hasAnyOf(c report.ProfileCheck) bool { return len(c.AnyOf) > 0 }

func hasOf(c report.ProfileCheck) bool { return c.Of != "" }

func says(text string) func(report.ProfileCheck) string {
	return func(report.ProfileCheck) string { return text }
}
