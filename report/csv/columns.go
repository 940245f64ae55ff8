package csv

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// column is one column: its name, which never changes, and its value in a row.
type column struct {
	name   string
	value  func(f *source, r record) string
	number bool // which begins no formula, also below zero
}

// columns are all columns, in their order. New ones come at the end.
func columns() []column {
	return []column{
		{name: "record", value: func(_ *source, r record) string { return r.kind }},
		{name: "estate", value: func(f *source, _ record) string { return f.run.Estate }},
		{name: "run", value: func(f *source, _ record) string { return f.run.ID }},
		{name: "seen_at", value: seenAt},
		{name: "endpoint", value: place},
		{name: "system", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.System })},
		{name: "listener", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Listener })},
		{name: "role", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Role })},
		{name: "expect", value: ofEndpoint(func(f *source, e *report.Endpoint) string { return expect(f, e) })},
		{name: "host", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Target.Host })},
		{name: "address", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Target.Address })},
		{name: "port", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return strconv.Itoa(int(e.Target.Port)) }), number: true},
		{name: "sni", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Target.SNI })},
		{name: "starttls", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Target.StartTLS })},
		{name: "vantage", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return e.Vantage })},
		{name: "state", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return string(e.State) })},
		{name: "versions", value: ofEndpoint(joined(func(e *report.Endpoint) []string { return words.Versions(e, scan.Yes) }))},
		{name: "versions_unknown", value: ofEndpoint(joined(func(e *report.Endpoint) []string { return words.Versions(e, scan.Unknown) }))},
		{name: "cipher_suites", value: ofEndpoint(joined(words.Suites))},
		{name: "groups", value: ofEndpoint(joined(words.Groups))},
		{name: "certificate_subject", value: ofLeaf(func(_ *source, c *report.Certificate) string { return c.Subject })},
		{name: "certificate_issuer", value: ofLeaf(func(_ *source, c *report.Certificate) string { return c.Issuer })},
		{name: "certificate_names", value: ofLeaf(func(_ *source, c *report.Certificate) string { return strings.Join(c.Names, " ") })},
		{name: "certificate_not_after", value: ofLeaf(func(_ *source, c *report.Certificate) string { return stamp(c.NotAfter) })},
		{name: "certificate_days_left", value: ofLeaf(func(f *source, c *report.Certificate) string { return strconv.Itoa(f.DaysLeft(c)) }), number: true},
		{name: "certificate_key", value: ofLeaf(func(_ *source, c *report.Certificate) string { return c.Key })},
		{name: "certificate_signature", value: ofLeaf(func(_ *source, c *report.Certificate) string { return c.Signature })},
		{name: "certificate_sha256", value: ofLeaf(func(_ *source, c *report.Certificate) string { return c.SHA256 })},
		{name: "trusted_by", value: ofEndpoint(joined(func(e *report.Endpoint) []string { return facts.Trust(e, "yes") }))},
		{name: "untrusted_by", value: ofEndpoint(joined(func(e *report.Endpoint) []string { return facts.Trust(e, "no") }))},
		{name: "trust_unknown", value: ofEndpoint(joined(func(e *report.Endpoint) []string { return facts.Trust(e, "unknown") }))},
		{name: "served_by", value: ofEndpoint(servedBy)},
		{name: "client_auth", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return facts.ClientAuth(e) })},
		{name: "connections", value: ofEndpoint(func(_ *source, e *report.Endpoint) string { return strconv.Itoa(e.Look().Cost.Connections) }), number: true},
		{name: "not_tested", value: ofEndpoint(notTested)},
		{name: "finding", value: ofFinding(func(f *report.Finding) string { return f.ID })},
		{name: "severity", value: ofFinding(func(f *report.Finding) string { return f.Severity.String() })},
		{name: "status", value: ofFinding(facts.Status)},
		{name: "title", value: title},
		{name: "expected", value: ofFinding(func(f *report.Finding) string { return f.Expected })},
		{name: "observed", value: ofFinding(func(f *report.Finding) string { return f.Observed })},
		{name: "detail", value: ofFinding(func(f *report.Finding) string { return f.Detail })},
		{name: "remediation", value: ofFinding(func(f *report.Finding) string { return f.Remediation })},
		{name: "references", value: ofFinding(func(f *report.Finding) string { return strings.Join(f.References, "; ") })},
		{name: "evidence", value: ofFinding(func(f *report.Finding) string { return strings.Join(f.Evidence, " ") })},
		{name: "file", value: ofFinding(file)},
		{name: "waived_until", value: ofWaived(func(w *report.Waived) string { return w.Until })},
		{name: "waived_reason", value: ofWaived(func(w *report.Waived) string { return w.Reason })},
		{name: "waived_by", value: ofWaived(func(w *report.Waived) string { return w.ApprovedBy })},
		{name: "waived_ticket", value: ofWaived(func(w *report.Waived) string { return w.Ticket })},
		{name: "profile_item", value: ofFinding(func(f *report.Finding) string { return f.Item })},
		{name: "evidence_seen_at", value: ofEndpoint(evidenceSeenAt)},
	}
}

func ofEndpoint(value func(f *source, e *report.Endpoint) string) func(*source, record) string {
	return func(f *source, r record) string {
		if r.endpoint == nil {
			return ""
		}
		return value(f, r.endpoint)
	}
}

func ofLeaf(value func(f *source, c *report.Certificate) string) func(*source, record) string {
	return ofEndpoint(func(f *source, e *report.Endpoint) string {
		if c := f.Leaf(e); c != nil {
			return value(f, c)
		}
		return ""
	})
}

func ofFinding(value func(f *report.Finding) string) func(*source, record) string {
	return func(_ *source, r record) string {
		if r.finding == nil {
			return ""
		}
		return value(r.finding)
	}
}

func ofWaived(value func(w *report.Waived) string) func(*source, record) string {
	return ofFinding(func(f *report.Finding) string {
		if f.Waived == nil {
			return ""
		}
		return value(f.Waived)
	})
}

// seenAt is when an endpoint was looked at, else when the run ended.
func seenAt(f *source, r record) string {
	if r.endpoint != nil {
		return stamp(r.endpoint.Look().Finished)
	}
	return stamp(f.run.Finished)
}

// evidenceSeenAt is when the look was done whose evidence is shown, where that is not the run's own.
func evidenceSeenAt(_ *source, e *report.Endpoint) string {
	if e.Confirmed == nil {
		return ""
	}
	return stamp(e.Finished)
}

// place is the endpoint of a row, also where the report has no observation of it.
func place(_ *source, r record) string {
	switch {
	case r.endpoint != nil:
		return r.endpoint.ID
	case r.finding != nil:
		return r.finding.Endpoint
	}
	return ""
}

func title(_ *source, r record) string {
	if r.finding != nil {
		return r.finding.Title
	}
	return r.said
}

func file(f *report.Finding) string {
	return f.Location.String()
}

// stamp is a time as spreadsheets read it, to the second, UTC; nothing where it is not known.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// words parts a list by blanks.
func joined(list func(e *report.Endpoint) []string) func(*source, *report.Endpoint) string {
	return func(_ *source, e *report.Endpoint) string { return strings.Join(list(e), " ") }
}

func expect(f *source, e *report.Endpoint) string {
	if x := f.Expectation(e.ID); x != nil {
		return x.Expect
	}
	return ""
}

// servedBy is the ring whose certificate is to be served, and whether it is: "cae-server: yes".
func servedBy(_ *source, e *report.Endpoint) string {
	if e.ServedBy == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", e.ServedBy.Keyring, e.ServedBy.Match)
}

func notTested(_ *source, e *report.Endpoint) string {
	var out []string
	for _, n := range e.NotTested {
		out = append(out, n.Question+": "+n.Why)
	}
	return strings.Join(out, "; ")
}
