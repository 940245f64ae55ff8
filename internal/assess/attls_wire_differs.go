package assess

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// ATTLSWireDiffers is the id of the finding about a policy file that is not what is in force.
const ATTLSWireDiffers = "ATTLS-WIRE-DIFFERS"

// attlsWireDiffers finds listeners that do what the estate file says and not what the policy file says.
func attlsWireDiffers() Rule {
	return Rule{
		ID:       ATTLSWireDiffers,
		Severity: report.Medium,
		Title:    "the listener does what its estate file says, and not what its AT-TLS policy says",
		Why: "The policy file is not what is in force: it was not installed, the environment was not started anew, or it is another " +
			"system's. The next F PAGENT,UPDATE would change what the listener does. When the policy is pasearch's own list, that list " +
			"is old or of another system.",
		Remediation: "Compare the file with a new pasearch -t of the system. When the file is right: raise EnvironmentUserInstance and " +
			"F PAGENT,UPDATE, and change the estate file. When the listener is right: correct the policy file.",
		Elsewhere:  "AT-TLS policies are z/OS's alone.",
		References: []string{ibmRule, ibmAdvancedParms},
		Policy:     func(c *Case) []string { return versionKeys(c.differingVersions()) },
		Check: func(c *Case) []report.Finding {
			if c.policy() == nil || !c.judged() || c.policy().SameRule == scan.No {
				return nil
			}
			differ := c.differingVersions()
			if len(differ) == 0 {
				return nil
			}
			return []report.Finding{{
				Expected: "the versions of " + policyWords(c.policy().Listed),
				Observed: policyWords(c.policy().Listed) + " and the wire differ in " + versionNames(differ),
				Evidence: c.evidenceOf(differ...),
			}}
		},
	}
}

// differingVersions are those in which wire and estate file agree, against the policy.
func (c *Case) differingVersions() []cipher.Version {
	if len(c.Expect.Versions) == 0 {
		return nil
	}
	var out []cipher.Version
	for _, v := range cipher.Versions() {
		s, ok := c.policy().Setting(v.String())
		wire := c.Endpoint.Protocol(v).Supported
		if !ok || wire == scan.Unknown || wire != scan.FactOf(slices.Contains(c.Expect.Versions, v)) {
			continue
		}
		if wire != scan.FactOf(s.Value == "On") {
			out = append(out, v)
		}
	}
	return out
}

func versionKeys(versions []cipher.Version) []string {
	var out []string
	for _, v := range versions {
		out = append(out, v.String())
	}
	return out
}
