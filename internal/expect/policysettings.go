package expect

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// settings are what findings and readers may ask of a fold, by the keys of an expectation where there is one.
func settings(e *attls.Effective) []report.PolicySetting {
	var out []report.PolicySetting
	add := func(key, value string, known bool, statement string, from report.Location) {
		if !known {
			return
		}
		out = append(out, report.PolicySetting{Key: key, Value: value, Statement: statement, Location: at(from)})
	}
	for _, p := range e.Protocols {
		value := "Off"
		if p.Value {
			value = "On"
		}
		add(p.Version.String(), value, p.Known, p.Statement, p.From)
	}
	add("cipher_suites", join(e.Suites.Value, cipher.ID.String), e.Suites.Known, e.Suites.Statement, e.Suites.From)
	groupName := func(g cipher.Group) string { return cipher.DescribeGroup(g).Name }
	add("curves", join(e.Curves.Value, groupName), e.Curves.Known, e.Curves.Statement, e.Curves.From)
	add("key_share_groups", join(e.KeyShareGroups.Value, groupName), e.KeyShareGroups.Known, e.KeyShareGroups.Statement, e.KeyShareGroups.From)
	add("client_auth", fmt.Sprintf("%s, ClientAuthType %s", e.Role.Value, e.ClientAuthType.Value), e.ClientAuth() != "", e.Role.Statement, e.Role.From)
	add("HandshakeRole", string(e.Role.Value), e.Role.Known, e.Role.Statement, e.Role.From)
	add("FIPS140", e.FIPS140.Value, e.FIPS140.Known, e.FIPS140.Statement, e.FIPS140.From)
	add("ClientAuthType", e.ClientAuthType.Value, e.ClientAuthType.Known, e.ClientAuthType.Statement, e.ClientAuthType.From)
	add("SuiteBProfile", e.SuiteBProfile.Value, e.SuiteBProfile.Known && e.SuiteBProfile.Value != "", e.SuiteBProfile.Statement, e.SuiteBProfile.From)
	add("HandshakeTimeout", fmt.Sprint(e.HandshakeTimeout.Value), e.HandshakeTimeout.Known, e.HandshakeTimeout.Statement, e.HandshakeTimeout.From)
	add("keyring", e.Keyring.Value.String(), e.Keyring.Known, e.Keyring.Statement, e.Keyring.From)
	add("label", labelOf(e), e.Label.Known && labelOf(e) != "", labelFrom(e).Statement, labelFrom(e).From)
	add("application_controlled", onOff(e.ApplicationControlled.Value), e.ApplicationControlled.Known, e.ApplicationControlled.Statement,
		e.ApplicationControlled.From)
	return out
}

func onOff(b bool) string {
	if b {
		return "On"
	}
	return "Off"
}

// labelOf is the label that a server serves: ServerCertificateLabel before CertificateLabel.
func labelOf(e *attls.Effective) string {
	if e.ServerLabels.Known && len(e.ServerLabels.Value) > 0 {
		return e.ServerLabels.Value[0]
	}
	return e.Label.Value
}

func labelFrom(e *attls.Effective) attls.Setting[string] {
	if e.ServerLabels.Known && len(e.ServerLabels.Value) > 0 {
		return attls.Setting[string]{From: e.ServerLabels.From, Statement: e.ServerLabels.Statement}
	}
	return e.Label
}

// complete says of the expectation what the estate file does not, and names the statement. Only what the policy itself says becomes
// an expectation of suites: the list of a release's defaults is not known for certain.
func complete(x *report.Expectation, e *attls.Effective, t taken) {
	if x.Expect != report.ExpectTLS && x.Expect != report.ExpectStartTLS {
		return
	}
	from := func(key, statement string, at report.Location) {
		text := statement
		if at.Line > 0 {
			text = fmt.Sprintf("%s:%d:%d, %s", at.File, at.Line, at.Column, statement)
		}
		text += " of rule " + t.rule.Name
		if t.Assumes != "" {
			text += ", taken to match: " + t.Assumes
		}
		x.Sources = append(x.Sources, report.Source{Key: key, From: text})
	}
	if len(x.Versions) == 0 && e.Versions.Known {
		x.Versions = e.Versions.Value
		from("versions", e.Versions.Statement, e.Versions.From)
	}
	if len(x.CipherSuites) == 0 && e.Suites.Known && !e.Suites.Default {
		x.CipherSuites = allowed(e, x.Versions)
		from("cipher_suites", e.Suites.Statement, e.Suites.From)
	}
	if x.ClientAuth == "" && e.ClientAuth() != "" {
		x.ClientAuth = e.ClientAuth()
		from("client_auth", e.Role.Statement, e.Role.From)
	}
	if x.Label == "" && x.ServedBy != "" && e.Label.Known && labelOf(e) != "" {
		x.Label = labelOf(e)
		from("label", labelFrom(e).Statement, labelFrom(e).From)
	}
}

// allowed are the policy's suites that some expected version can negotiate.
func allowed(e *attls.Effective, versions []cipher.Version) []cipher.ID {
	return slices.DeleteFunc(slices.Clone(e.Suites.Value), func(id cipher.ID) bool {
		return !slices.ContainsFunc(versions, func(v cipher.Version) bool { return cipher.Describe(id).Usable(v) })
	})
}
