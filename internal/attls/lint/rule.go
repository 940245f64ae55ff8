package lint

import (
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// Rule is one kind of mistake.
type Rule struct {
	ID          string // ATTLS-...
	Severity    report.Severity
	Title       string   // one line
	Why         string   // why it matters
	Remediation string   // what to do
	References  []string // IBM pages, RFCs

	// Check returns a finding for each place. It fills in Location and Detail, and Expected, Observed or a Severity of its own
	// where these say more; the rest comes from the rule.
	Check func(*Input) []report.Finding
}

// All returns every rule. It is the one list of them, in the alphabetical order of the ids.
func All() []Rule {
	return []Rule{
		addressIsPort(),
		applicationControlled(),
		clientAuthUnused(),
		defaultSuites(),
		envfile(),
		ispfHalf(),
		ispfRemoteAddr(),
		javaServer(),
		jobname(),
		keyringPassword(),
		keyringRelative(),
		labelNotOnRing(),
		nameLong(),
		neverMatches(),
		noHostCheck(),
		noLabel(),
		offShadowsOn(),
		oldProtocol(),
		outboundUnscoped(),
		parameterDuplicate(),
		placeholders(),
		portNotCovered(),
		portRepeated(),
		priorityOverlap(),
		refAndInline(),
		release(),
		roleDirection(),
		suiteInsecure(),
		suiteWeak(),
		suiteWithoutVersion(),
		suiteBIgnoresSuites(),
		tls12NoSuite(),
		tls13NoSuite(),
		traceLeftOn(),
		unused(),
		v2Suites(),
		virtualRing(),
		weakVersions(),
	}
}

// Catalogue returns what may be found in a policy: the faults of reading it, then the rules, each without its Check.
func Catalogue() []Rule {
	var out []Rule
	for _, k := range slices.Concat(syntax.Faults(), attls.Faults()) {
		why := "Policy Agent may read the text otherwise than it is meant."
		if k.Hard {
			why = "Policy Agent installs no AT-TLS policy at all when parsing finds an error: the old one stays, and after a " +
				"start there is none, so that every connection is in clear text."
		}
		out = append(out, Rule{ID: k.ID, Severity: k.Severity, Title: k.Title, Why: why, Remediation: k.Remediation,
			References: []string{"z/OS Communications Server: IP Configuration Reference, AT-TLS policy statements"}})
	}
	for _, r := range append(All(), ignoreRules()...) {
		r.Check = nil
		out = append(out, r)
	}
	return out
}
