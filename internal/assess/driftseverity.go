package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// ChangeSeverity says how bad a change is when nobody announced it: what makes a listener weaker is worse than what makes it stronger.
// The zero severity is that of a kind that this version does not know.
func ChangeSeverity(c report.Change) report.Severity {
	switch c.Kind {
	case report.VersionAdded, report.VersionGone:
		return versionSeverity(c)
	case report.SuiteAdded, report.SuiteGone:
		return suiteSeverity(c)
	case report.StateChanged:
		return stateSeverity(c.Old, c.New)
	case report.ClientAuthChanged:
		return clientAuthSeverity(c)
	case report.FindingOpened, report.FindingUnwaived, report.FindingSeverityChanged:
		return findingSeverity(c)
	case report.ProfileFailed:
		failed, _ := report.ParseSeverity(strings.TrimSuffix(strings.TrimPrefix(c.New, "fail ("), ")"))
		return failed
	case report.DHChanged:
		return pick(fewestBits(c.New) < fewestBits(c.Old), report.Medium, report.Low)
	case report.TrustChanged:
		return pick(c.New == "no", report.High, report.Medium)
	case report.ServedByChanged, report.PolicyInstalled:
		return pick(c.New == "no", report.High, report.Info)
	case report.PolicyClearText:
		return pick(c.New == "yes", report.High, report.Info)
	case report.PolicyRuleChanged:
		return pick(c.New == "none", report.High, report.Medium)
	case report.StartUpAdded:
		return pick(c.What == "clear", report.High, report.Low)
	case report.ExpectationChanged:
		return pick(c.What == "expect" && c.Old == report.ExpectTLS, report.Medium, report.Low)
	}
	return fixedSeverity(c.Kind)
}

func pick(yes bool, then, otherwise report.Severity) report.Severity {
	if yes {
		return then
	}
	return otherwise
}

// fixedSeverity is that of kinds whose values do not matter.
func fixedSeverity(kind string) report.Severity {
	return map[string]report.Severity{
		report.ListenerAppeared: report.Medium, report.ListenerGone: report.Medium, report.ListenerMoved: report.Low,
		report.GroupAdded: report.Low, report.GroupGone: report.Low, report.PreferenceChanged: report.Low, report.OrderChanged: report.Low,
		report.CertificateRenewed: report.Info, report.CertificateRolledBack: report.Medium, report.CertificateReplaced: report.Medium,
		report.CertificateAdded: report.Medium, report.CertificateGone: report.Medium, report.ChainChanged: report.Low, report.StartUpGone: report.Low,
		report.FeatureAdded: report.Low, report.FeatureGone: report.Low, report.FeatureChanged: report.Low,
		report.FindingClosed: report.Info, report.FindingWaived: report.Info, report.ProfilePassed: report.Info,
		report.RingAdded: report.Low, report.RingGone: report.Low, report.RingAnchorAdded: report.Medium, report.RingAnchorGone: report.Medium,
		report.RingPersonalAdded: report.Low, report.RingPersonalGone: report.Low, report.RingChanged: report.Medium,
		report.PolicySettingChanged: report.Medium, report.QueryMonitorChanged: report.Medium,
	}[kind]
}

func versionSeverity(c report.Change) report.Severity {
	old := c.What != cipher.TLSv12.String() && c.What != cipher.TLSv13.String()
	if c.Kind == report.VersionAdded {
		return pick(old, report.High, report.Info)
	}
	return pick(old, report.Info, report.Medium)
}

func suiteSeverity(c report.Change) report.Severity {
	_, code, _ := strings.Cut(c.What, "/")
	id, err := cipher.Parse(code)
	s := cipher.Describe(id)
	broken := err == nil && (s.In("rc4") || s.In("insecure"))
	switch {
	case c.Kind == report.SuiteGone:
		return pick(broken, report.Info, report.Low)
	case broken:
		return report.High
	case err != nil || !s.ForwardSecret || s.In("3des"):
		return report.Medium
	}
	return report.Low
}

// stateSeverity: what was TLS or closed and is in clear text is worst; a listener that closes is an outage; TLS in the place of anything
// else is what everybody wants.
func stateSeverity(was, is string) report.Severity {
	const closed, clear, tls = 0, 1, 2
	class := func(state string) int {
		switch state {
		case "closed":
			return closed
		case "tls", "starttls":
			return tls
		}
		return clear
	}
	switch a, b := class(was), class(is); {
	case b == clear:
		return pick(a == clear, report.Low, report.High)
	case a == clear:
		return report.Low
	}
	return report.Medium
}

func clientAuthSeverity(c report.Change) report.Severity {
	rank := map[string]int{"none": 1, "requested": 2, "required": 3, "accepted": 1, "refused": 2}
	if rank[c.Old] == 0 || rank[c.New] == 0 {
		return report.Medium // the names of CAs
	}
	return pick(rank[c.New] < rank[c.Old], report.High, report.Medium)
}

// findingSeverity is that of the finding itself; of one that is waived, or milder than before, the mildest.
func findingSeverity(c report.Change) report.Severity {
	word, waived, _ := strings.Cut(c.New, ",")
	before, _, _ := strings.Cut(c.Old, ",")
	is, err := report.ParseSeverity(word)
	was, _ := report.ParseSeverity(before) // unknown, below all, where there was none
	if err != nil || waived != "" || c.Kind == report.FindingSeverityChanged && is < was {
		return report.Info
	}
	return is
}

// fewestBits reads the smallest size of the parameters that a change names.
func fewestBits(parameters string) int {
	least := 0
	for one := range strings.SplitSeq(parameters, ";") {
		bits := 0
		if _, err := fmt.Sscanf(one, "%d bits", &bits); err == nil && (least == 0 || bits < least) {
			least = bits
		}
	}
	return least
}
