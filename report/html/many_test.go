package html_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
)

// many is an estate of about n listeners: copies of one of twenty, each with systems and certificates of its own, and as much evidence as a
// conforming listener may have.
func many(n int) *report.Report {
	one, out := sample.Prodplex(), sample.Prodplex()
	out.Endpoints, out.Findings, out.Expectations, out.Certificates = nil, nil, nil, nil
	for copied := 0; copied < n; copied += len(one.Endpoints) {
		renamed := func(s string) string {
			if s == "" {
				return ""
			}
			return fmt.Sprintf("P%05d%s", copied, s)
		}
		own := func(sum string) string { return sample.Hash(fmt.Sprint(copied, sum)) }
		for _, e := range one.Endpoints {
			e.ID, e.System = renamed(e.ID), renamed(e.System)
			e.Presented, e.Chains, e.Evidence = slices.Clone(e.Presented), slices.Clone(e.Chains), slices.Clone(e.Evidence)
			for i := range e.Presented {
				e.Presented[i].Leaf, e.Presented[i].Sent = own(e.Presented[i].Leaf), []string{own(e.Presented[i].Leaf), e.Presented[i].Sent[1]}
			}
			for i := range e.Chains {
				e.Chains[i].Leaf = own(e.Chains[i].Leaf)
			}
			for i := range e.Evidence {
				e.Evidence[i].Received = []byte(strings.Repeat("\x16\x03\x03\x00evidence", 1200))
			}
			out.Endpoints = append(out.Endpoints, e)
		}
		for _, f := range one.Findings {
			f.Endpoint, f.Observed = renamed(f.Endpoint), fmt.Sprint(f.Observed, " ", copied)
			out.Findings = append(out.Findings, f)
		}
		for _, x := range one.Expectations {
			x.Endpoint, x.System = renamed(x.Endpoint), renamed(x.System)
			out.Expectations = append(out.Expectations, x)
		}
		for _, c := range one.Certificates {
			c.SHA256 = own(c.SHA256)
			out.Certificates = append(out.Certificates, c)
		}
	}
	out.Certificates = append(out.Certificates, one.Certificates...)
	report.SortFindings(out.Findings)
	out.Summary.Endpoints = len(out.Endpoints)
	out.Run.Scope.Declared, out.Run.Scope.Selected = len(out.Endpoints), len(out.Endpoints)
	return out
}
