// Package redact replaces what tells whose network and people a report is about by pseudonyms: hosts, addresses, systems, listeners,
// estates, key rings, files, labels, rules, jobs, people, tickets, and the subjects, names, serial numbers and fingerprints of
// certificates. The same name has the same pseudonym everywhere in a report, also in the middle of a sentence.
//
// Evidence, certificates' bytes, banners, command lines, what people wrote in their own words and what quotes their policy files is left
// out. Ports, versions, suites, dates, findings and verdicts stay; certificates' dates lose their time of day, by which a public log
// would find them. The digest of the report that it was made from stays: who has that one can show that they belong together, and nobody
// can guess it, since that report holds random numbers.
//
// Limits: a redacted report can be checked against no evidence, and says so. A name that stands nowhere but in a sentence is replaced
// where its form tells (addresses, host names with a dot, paths, what stands in quotation marks), else it stays. Which suites and ports
// there are may remind of an estate those who know it.
package redact

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
)

// word stands for a text that is left out, where there must be one.
const word = "redacted"

// Report returns a sealed report with pseudonyms; rep is not changed. With a key the pseudonyms are the same in every report that is
// redacted with it; without one they are numbers, which tell nothing of their names.
func Report(rep *report.Report, key []byte) (*report.Report, error) {
	plain := *rep
	plain.Endpoints = slices.Clone(rep.Endpoints)
	for i := range plain.Endpoints {
		plain.Endpoints[i].Evidence = nil
		plain.Endpoints[i].Certificates = nil
	}
	plain.Findings = slices.Clone(rep.Findings)
	for i := range plain.Findings {
		forgetQuotes(&plain.Findings[i])
	}
	plain.Drift = forgetOld(rep.Drift)
	n := newNames()
	visit(reflect.ValueOf(&plain).Elem(), "", n.collect)
	n.assign(key)
	out := visit(reflect.ValueOf(&plain).Elem(), "", n.replace).Interface().(report.Report)
	out.Run.Redacted, out.Run.RedactedFrom = true, rep.Digest
	for i := range out.Certificates {
		c := &out.Certificates[i]
		c.NotBefore, c.NotAfter = day(c.NotBefore), day(c.NotAfter)
	}
	order(&out)
	if err := evidence.Seal(&out); err != nil {
		return nil, fmt.Errorf("seal the redacted report: %w", err)
	}
	return &out, nil
}

// forgetQuotes takes out of a finding about a policy, or about drift, what it quotes of the policy or of the baseline: any word of that
// may be a name.
func forgetQuotes(f *report.Finding) {
	if strings.HasPrefix(f.ID, "ATTLS-") || strings.HasPrefix(f.ID, "DRIFT-") {
		f.Detail, f.Expected, f.Observed = "", "", ""
	}
}

// forgetOld keeps of drift what changed and where, and of the old and new values none: the baseline's names stand nowhere else.
func forgetOld(d *report.Drift) *report.Drift {
	if d == nil {
		return nil
	}
	plain := *d
	plain.Changes = slices.Clone(d.Changes)
	for i := range plain.Changes {
		c := &plain.Changes[i]
		c.Old, c.New = "", ""
		subject, _, _ := strings.Cut(c.Kind, "-")
		switch subject {
		case "version", "suite", "group", "dh", "profile":
		case "finding":
			c.What, _, _ = strings.Cut(c.What, "/") // its id; a file may follow
		default:
			c.What = ""
		}
	}
	return &plain
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// order puts what is sorted by names in the order of the pseudonyms: the old one would tell of the names.
func order(rep *report.Report) {
	slices.SortStableFunc(rep.Endpoints, func(a, b report.Endpoint) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(rep.Expectations, func(a, b report.Expectation) int { return strings.Compare(a.Endpoint, b.Endpoint) })
	slices.SortStableFunc(rep.Certificates, func(a, b report.Certificate) int { return strings.Compare(a.SHA256, b.SHA256) })
	slices.SortStableFunc(rep.Keyrings, func(a, b report.Keyring) int { return strings.Compare(a.Name, b.Name) })
	report.SortFindings(rep.Findings)
}

// visit copies a value, with each text in it as change makes it. A field of another kind than text stays as it is.
func visit(v reflect.Value, field string, change func(how treatment, s string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(visit(v.Elem(), field, change))
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 || v.Type().Elem().Kind() == reflect.String && of(field) == drop {
			break // bytes are nobody's to read, and a list that is dropped has no members
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(visit(v.Index(i), field, change))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return v
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Tag.Get("json") == "-" {
				continue
			}
			out.Field(i).Set(visit(v.Field(i), v.Type().Name()+"."+f.Name, change))
		}
	case reflect.String:
		out.SetString(v.String())
		if v.Type() == reflect.TypeFor[string]() && v.Len() > 0 {
			out.SetString(change(of(field), v.String()))
		}
	default: // numbers, booleans, and the counts of the summary, whose keys are portseal's words
		return v
	}
	return out
}

// of is the treatment of a field.
func of(field string) treatment {
	if how, ok := fields[field]; ok {
		return how
	}
	return drop
}
