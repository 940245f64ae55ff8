package lint

import (
	"cmp"
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/report"
)

// weakVersions finds TLS 1.0 and 1.1, which AT-TLS turns on by default up to z/OS 3.1 and leaves on beside TLSv1.2 On.
func weakVersions() Rule {
	return Rule{
		ID: "ATTLS-WEAK-VERSIONS", Severity: report.Medium,
		Title: "TLS 1.0 or TLS 1.1 is on",
		Why: "Both are deprecated: they sign with SHA-1 and have no authenticated encryption. Up to z/OS 3.1 they are On by " +
			"default, and TLSv1.2 On does not turn them off.",
		Remediation: "Write TLSv1 Off, TLSv1.1 Off, TLSv1.2 On and, from z/OS 2.4 on, TLSv1.3 On into the environment's " +
			"TTLSEnvironmentAdvancedParms." + refresh,
		References: []string{"RFC 8996", reference("TTLSEnvironmentAdvancedParms"), "NIST SP 800-52 revision 2"},
		Check: func(in *Input) []report.Finding {
			return in.perRule(weakVersionsOf)
		},
	}
}

func weakVersionsOf(e *attls.Effective) []report.Finding {
	var out []report.Finding
	var byDefault []string
	standard, negotiable := "", false
	for _, v := range []cipher.Version{cipher.TLSv10, cipher.TLSv11} {
		p := protocol(e, v)
		if !isOn(e, v) {
			continue
		}
		suites, known := e.SuitesFor(v)
		if p.Default {
			byDefault, standard = append(byDefault, keywordOf(v)), p.Statement
			negotiable = negotiable || !known || len(suites) > 0
			continue
		}
		f := found(p.From, fmt.Sprintf("%s On of %s: write %s Off", keywordOf(v), p.Statement, keywordOf(v)))
		out = append(out, dead(f, !known || len(suites) > 0))
	}
	if len(byDefault) > 0 {
		out = append(out, dead(weakByDefault(e, byDefault, standard), negotiable))
	}
	return out
}

// dead makes little of a version for which the list has no suite, unless it is all there is.
func dead(f report.Finding, negotiable bool) report.Finding {
	if !negotiable {
		f.Severity = cmp.Or(f.Severity, report.Low)
		f.Detail += "; today no suite of the list lets it be negotiated"
	}
	return f
}

// weakByDefault stands at the newer version that was turned on, where there is one; else at the environment.
func weakByDefault(e *attls.Effective, keywords []string, standard string) report.Finding {
	on, off := and(keywords)+" On", and(keywords)+" Off"
	if len(keywords) > 1 {
		off = keywords[0] + " Off and " + keywords[1] + " Off"
	}
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv13} {
		if p := protocol(e, v); isOn(e, v) && !p.Default {
			return found(p.From, fmt.Sprintf("%s On leaves %s (%s): add %s to %s", keywordOf(v), on, standard, off, p.Statement))
		}
	}
	f := found(environmentAt(e), fmt.Sprintf("%s by %s: add %s, and TLSv1.2 On, to its TTLSEnvironmentAdvancedParms", on, standard, off))
	if p := protocol(e, cipher.TLSv12); p.Known && !p.Value {
		f.Severity = report.High
		f.Detail += "; TLS 1.2 is Off"
	}
	return f
}
