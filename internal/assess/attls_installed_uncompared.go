package assess

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// attlsInstalledUncompared says what of policy files and listing could not be compared.
func attlsInstalledUncompared() Rule {
	const id = "ATTLS-INSTALLED-UNCOMPARED"
	return Rule{
		ID:       id,
		Severity: report.Info,
		Title:    "a part of the AT-TLS policy files could not be compared with what is installed",
		Why: "The listing does not show all (of a group of ports or addresses only the lowest and the highest, no actions with pasearch -r), " +
			"or the files leave it to a default that is not known. Whether the two agree there is open.",
		Remediation: "List with pasearch -t -o, which shows groups in full, and say zos_release of the system.",
		Elsewhere:   elsewhereATTLS,
		References:  []string{ibmPasearch},
		CheckEstate: func(e *Estate) []report.Finding {
			var out []report.Finding
			for i := range e.Installed {
				in := &e.Installed[i]
				all := differencesOf(in, id)
				if len(all) > 0 {
					f := differenceFinding(in, all[0])
					out = append(out, report.Finding{Location: f.Location, Detail: "AT-TLS on " + in.System + ": " + uncomparedWords(all)})
				}
				if in.LeftOut > 0 {
					out = append(out, report.Finding{Location: top(in.File), Detail: "AT-TLS on " + in.System + ": the report leaves out " +
						text.Count(in.LeftOut, "further difference") + ": is the listing of this system?"})
				}
			}
			return out
		},
	}
}

// uncomparedWords names the first few.
func uncomparedWords(all []report.PolicyDifference) string {
	const most = 5
	var words []string
	for _, d := range all[:min(most, len(all))] {
		words = append(words, fmt.Sprintf("%s of %s (%s in the policy files, %s installed)", d.What, ruleNames(d.Rules), d.Source, d.Installed))
	}
	if more := len(all) - most; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}
