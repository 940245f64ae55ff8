package junit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
)

// The cases that every endpoint has.
const (
	caseExpect       = "expect"
	caseCertificate  = "certificate"
	caseGoodPractice = "good_practice"
	caseAssessed     = "assessed"
	caseProfile      = "profile"
)

// caseOf names the case that a finding belongs to: the key of the estate file that it contradicts, else what it is about.
func caseOf(f *report.Finding) string {
	if f.Inconclusive {
		return caseAssessed
	}
	for _, c := range []struct {
		name string
		ids  []string // that begin so
	}{
		{caseExpect, []string{"TLS-NOT-SPOKEN", "TLS-UNEXPECTED", "PORT-", "RC4-LISTENER-OPEN", "STARTTLS-REFUSED", "PLAINTEXT-ACCEPTED", "HOST-UNRESOLVED"}},
		{"versions", []string{"PROTOCOL-UNEXPECTED", "PROTOCOL-MISSING"}},
		{"cipher_suites", []string{"SUITE-UNEXPECTED", "SUITE-MISSING"}},
		{"groups", []string{"GROUP-"}},
		{"names", []string{"CERT-NAME-MISMATCH"}},
		{"served_by", []string{"RING-CERT-MISMATCH"}},
		{"not_trusted_by", []string{"CHAIN-TRUSTED-UNEXPECTED"}},
		{"trusted_by", []string{"CHAIN-"}},
		{"client_auth", []string{"CLIENT-AUTH-"}},
		{caseCertificate, []string{"CERT-"}},
		{"attls", []string{"ATTLS-"}},
		{"query_monitor", []string{"QM-"}},
		{"keyrings", []string{"RING-"}},
		{"vulnerabilities", []string{"VULN-"}},
		{"drift", []string{"DRIFT-"}},
		{caseProfile, []string{"PROFILE-"}},
	} {
		if slices.ContainsFunc(c.ids, func(id string) bool { return strings.HasPrefix(f.ID, id) }) {
			return c.name
		}
	}
	return caseGoodPractice
}

// asked are the cases of an endpoint, whether anything was found or not.
func asked(x *report.Expectation, profiled bool) []string {
	all := []string{caseAssessed}
	if x != nil {
		for _, key := range []struct {
			name string
			said bool
		}{
			{caseExpect, x.Expect != ""}, {"versions", len(x.Versions) > 0}, {"cipher_suites", len(x.CipherSuites)+len(x.RequiredCipherSuites) > 0},
			{"groups", len(x.Groups) > 0}, {"names", len(x.Names) > 0}, {"served_by", x.ServedBy != ""}, {"trusted_by", len(x.TrustedBy) > 0},
			{"not_trusted_by", len(x.NotTrustedBy) > 0}, {"client_auth", x.ClientAuth != ""},
		} {
			if key.said {
				all = append(all, key.name)
			}
		}
	}
	all = append(all, caseCertificate, caseGoodPractice)
	if profiled {
		all = append(all, caseProfile)
	}
	return all
}

// cases are the cases of an endpoint: those that were asked, and those that some finding makes.
func cases(class string, x *report.Expectation, findings []*report.Finding, failOn report.Severity, profiled bool) []testcase {
	names := asked(x, profiled)
	byName := map[string][]*report.Finding{}
	for _, f := range findings {
		n := caseOf(f)
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
		byName[n] = append(byName[n], f)
	}
	open := len(byName[caseAssessed]) > 0
	var out []testcase
	for _, n := range names {
		out = append(out, judged(testcase{class: class, name: n}, byName[n], failOn, open && n != caseAssessed))
	}
	return out
}

// judged fills in a case from its findings. Where something else was left open, no case passes.
func judged(c testcase, findings []*report.Finding, failOn report.Severity, open bool) testcase {
	var failing, waived, unknown, mild []*report.Finding
	for _, f := range findings {
		switch {
		case f.Waived != nil:
			waived = append(waived, f)
		case f.Inconclusive:
			unknown = append(unknown, f)
		case f.Severity >= failOn:
			failing = append(failing, f)
		default:
			mild = append(mild, f)
		}
	}
	said := append(slices.Clone(mild), waived...)
	switch {
	case len(failing) > 0:
		c.failure = problemOf(failing)
		said = append(said, unknown...)
	case len(unknown) > 0:
		c.fault = problemOf(unknown)
	case len(waived) > 0:
		c.skipped = waivedWords(waived)
	case open:
		c.skipped = "not claimed: something about this endpoint was not assessed"
	}
	for _, f := range said {
		c.said = append(c.said, words(f)...)
	}
	return c
}

func problemOf(findings []*report.Finding) *problem {
	p := &problem{kind: findings[0].ID, message: difference(findings[0])}
	if more := len(findings) - 1; more > 0 {
		p.message += fmt.Sprintf(" (and %d more)", more)
	}
	for _, f := range findings {
		p.lines = append(p.lines, words(f)...)
	}
	return p
}

// difference is a finding in one sentence: what was seen, then what should have been.
func difference(f *report.Finding) string {
	said := f.Title
	switch {
	case f.Observed != "":
		said = f.Observed
	case f.Detail != "":
		said = f.Detail
	}
	if f.Expected != "" {
		said += " (expected: " + f.Expected + ")"
	}
	return f.ID + ": " + said
}

// words are a finding in lines.
func words(f *report.Finding) []string {
	out := []string{fmt.Sprintf("%s (%s): %s", f.ID, f.Severity, f.Title)}
	if f.Location != nil {
		out = append(out, "  at "+f.Location.String())
	}
	for _, part := range [][2]string{{"observed", f.Observed}, {"expected", f.Expected}, {"detail", f.Detail}, {"to do", f.Remediation},
		{"see", strings.Join(f.References, "; ")}, {"evidence", strings.Join(f.Evidence, ", ")}} {
		if part[1] != "" {
			out = append(out, "  "+part[0]+": "+part[1])
		}
	}
	return out
}

func waivedWords(findings []*report.Finding) string {
	var out []string
	for _, f := range findings {
		said := f.ID + " is waived"
		if f.Waived.Until != "" {
			said += " until " + f.Waived.Until
		}
		said += ": " + f.Waived.Reason
		if by := strings.Join(slices.DeleteFunc([]string{f.Waived.ApprovedBy, f.Waived.Ticket}, func(s string) bool { return s == "" }), ", "); by != "" {
			said += " (" + by + ")"
		}
		out = append(out, said)
	}
	return strings.Join(out, "; ")
}
