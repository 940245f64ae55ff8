package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

const (
	// elsewhereATTLS is said of what AT-TLS alone has.
	elsewhereATTLS = "AT-TLS policies are z/OS's alone."

	ibmPasearch = "https://www.ibm.com/docs/SSLTBW_3.2.0/com.ibm.zos.v3r2.halu101/pasearchcmd.htm"
	ibmTTLSFile = "https://ibm.com/docs/en/zos/2.5.0?topic=statements-ttlsconfig-statement"
)

// maxOfAKind bounds the findings of a kind about one listing: a listing of another system differs in everything.
const maxOfAKind = 20

// eachDifference makes a finding of every difference of the kind that a rule is named after. weigh gives it a severity other than the
// rule's; nil: none has one.
func eachDifference(id string, weigh func(report.PolicyDifference) report.Severity) func(*Estate) []report.Finding {
	return func(e *Estate) []report.Finding {
		var out []report.Finding
		for i := range e.Installed {
			in := &e.Installed[i]
			all := differencesOf(in, id)
			for n, d := range all {
				if n == maxOfAKind {
					last := &out[len(out)-1]
					last.Detail += "; and " + text.Count(len(all)-maxOfAKind, "more difference") + " of this kind, which the report has"
					break
				}
				f := differenceFinding(in, d)
				if weigh != nil {
					f.Severity = weigh(d)
				}
				out = append(out, f)
			}
		}
		return out
	}
}

// differencesOf returns the differences of the kind that a rule is named after.
func differencesOf(in *report.Installed, id string) []report.PolicyDifference {
	var out []report.PolicyDifference
	for _, d := range in.Differences {
		if d.Kind == kindOf(id) {
			out = append(out, d)
		}
	}
	return out
}

// kindOf is the kind of difference or problem that a rule is named after.
func kindOf(id string) string { return strings.ToLower(strings.TrimPrefix(id, "ATTLS-")) }

// differenceFinding names both ends of a difference. Its place is in the policy file where that has one: it is what people change.
func differenceFinding(in *report.Installed, d report.PolicyDifference) report.Finding {
	f := report.Finding{Location: d.SourceAt, Detail: "AT-TLS on " + in.System + ", " + ruleNames(d.Rules)}
	if f.Location == nil {
		f.Location = d.InstalledAt
	}
	f.Expected, f.Observed = sourceWords(d), installedWords(d)
	return f
}

// sourceWords is what the policy files say.
func sourceWords(d report.PolicyDifference) string {
	switch {
	case d.Source == "":
		return "no such rule, as the policy files have none"
	case d.What == "rule":
		return ruleNames(d.Rules) + " in force, as in the policy files" + inParentheses(d.SourceAt)
	}
	return d.What + " " + d.Source + ", as in the policy files" + inParentheses(d.SourceAt)
}

// installedWords is what the listing shows.
func installedWords(d report.PolicyDifference) string {
	switch {
	case d.Installed == "":
		return ruleNames(d.Rules) + " is not installed"
	case d.What == "rule" && d.Source == "":
		return ruleNames(d.Rules) + " is installed" + inParentheses(d.InstalledAt)
	case d.What == "rule":
		return ruleNames(d.Rules) + " is installed with status " + d.Installed + inParentheses(d.InstalledAt)
	}
	return "installed with " + d.What + " " + d.Installed + inParentheses(d.InstalledAt)
}

func inParentheses(at *report.Location) string {
	if at == nil {
		return ""
	}
	return " (" + lineAt(at) + ")"
}

func ruleNames(names []string) string {
	const most = 5
	switch more := len(names) - most; {
	case len(names) == 0:
		return "the policy as a whole"
	case len(names) == 1:
		return "rule " + names[0]
	case more > 0:
		return fmt.Sprintf("rules %s and %d more", strings.Join(names[:most], ", "), more)
	}
	return "rules " + list(names)
}

// weighDifference says how much a condition or keyword matters. What decides who is protected, and how, is high; the rest of what
// protects is medium; what only decides about speed, memory and messages is low.
func weighDifference(d report.PolicyDifference) report.Severity {
	switch d.What {
	case "LocalAddr", "RemoteAddr", "LocalPortRange", "RemotePortRange", "Jobname", "Userid", "Direction", "IpTimeCondition", "Priority",
		"TTLSEnabled", "ApplicationControlled", "HandshakeRole", "ClientAuthType", "Keyring", "CertificateLabel", "ServerCertificateLabel",
		"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "V2CipherSuites", "V3CipherSuites":
		return report.High
	case "Trace", "SyslogFacility", "HandshakeTimeout", "ResetCipherTimer", "MiddleBoxCompatMode":
		return report.Low
	}
	for _, part := range []string{"GSK_V2_", "GSK_V3_", "GSK_SYSPLEX_", "GSK_SESSION_TICKET_", "Cache", "ResponseTimeout", "MaxResponseSize"} {
		if strings.Contains(d.What, part) {
			return report.Low
		}
	}
	return report.Medium
}

// eachProblem makes a finding of every problem of a listing of the kind that a rule is named after.
func eachProblem(id string) func(*Estate) []report.Finding {
	return func(e *Estate) []report.Finding {
		var out []report.Finding
		for _, in := range e.Installed {
			for _, p := range in.Problems {
				if p.Kind == kindOf(id) {
					out = append(out, report.Finding{Location: &p.Location, Detail: "pasearch of " + in.System + ": " + p.Message})
				}
			}
		}
		return out
	}
}
