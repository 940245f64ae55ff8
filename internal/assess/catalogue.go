package assess

import "github.com/portseal/portseal/internal/attls/lint"

// Catalogue returns every kind of finding: those of All, then those about AT-TLS policy files, which internal/attls/lint judges.
func Catalogue() []Rule {
	out := All()
	for _, r := range lint.Catalogue() {
		out = append(out, Rule{ID: r.ID, Severity: r.Severity, Title: r.Title, Why: r.Why, Remediation: r.Remediation,
			Elsewhere: "AT-TLS policies are z/OS's alone.", References: r.References})
	}
	return out
}

// Lookup returns the kind of finding with an id.
func Lookup(id string) (Rule, bool) {
	for _, r := range Catalogue() {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// IDs returns the ids of Catalogue, in its order.
func IDs() []string {
	var out []string
	for _, r := range Catalogue() {
		out = append(out, r.ID)
	}
	return out
}
