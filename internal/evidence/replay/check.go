package replay

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/judge"
	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// Beside is what may be at hand beside a report.
type Beside struct {
	Baseline *report.Report // that it was compared with
	Files    *report.Report // what the files that it was made from give now (run.Given)
	Program  report.Tool    // that checks; the zero value is the one that made the report
}

// Check checks a stored report. The error says that doc is no report, or that this program failed; what is wrong with a report is in the
// result.
func Check(doc []byte, beside Beside) (*report.Check, error) {
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	r := &result{&report.Check{Schema: report.CheckSchema, Report: report.Checked{RunID: rep.Run.ID, Digest: rep.Digest, Tool: rep.Tool}, Signature: signatureOnly(beside.Files != nil), Word: wordsOf(rep),
		Unchecked: []report.CheckNote{}, Differences: []report.Difference{}}}
	var stored differ
	var g errgroup.Group
	g.Go(func() error { return stored.document(doc, rep) })
	var derived differ
	g.Go(func() error {
		if rep.Run.Redacted { // its evidence was left out, and its names are none
			r.Unchecked = append(r.Unchecked, report.CheckNote{What: "evidence and verdicts", Why: "the report is redacted; want the report with digest " + rep.Run.RedactedFrom})
			return nil
		}
		return again(rep, beside, r, &derived)
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	r.Check.Differences = distinct(append(stored.found, derived.found...))
	r.Agrees = len(r.Check.Differences) == 0
	return r.Check, nil
}

// result is what a check has found so far.
type result struct{ *report.Check }

// again makes the report anew from what it was given, and compares.
func again(rep *report.Report, given Beside, r *result, d *differ) error {
	defer func() {
		if p := recover(); p != nil { // rules may take for granted what a run always writes
			d.add("", "a report", fmt.Sprintf("none that can be judged: %v", p))
		}
	}()
	known := parse(rep.Certificates)
	r.Counts = report.CheckCounts{Endpoints: len(rep.Endpoints), Certificates: len(rep.Certificates), Findings: len(rep.Findings)}
	for _, e := range rep.Endpoints {
		r.Counts.Exchanges += len(e.Evidence)
	}
	if rep.Run.FailOn == "" {
		return older(rep, known, r, d)
	}
	fresh := *rep
	fresh.Keyrings = proven(rep, known, d)
	fresh.Endpoints = endpoints(rep, given, r, d)
	policies, err := kept.Read(rep.Policies)
	if err != nil {
		d.add("/policies/files", "policies", err.Error())
	}
	if phase := rep.Phase; phase != nil {
		fresh.Phase = &report.Phase{Name: phase.Name, System: phase.System, Baseline: phase.Baseline}
	}
	fresh.Revocation = nil
	if rep.Run.Revocation {
		fresh.Revocation = revocation.Again(rep.Revocation, fresh.Endpoints, known)
	}
	r.profiles(rep)
	baseline := r.baseline(rep, given.Baseline, d)
	beside := judge.Beside{Certificates: known, Policies: policies, Files: r.unkept(rep, policies), Baseline: baseline, Drift: since(rep, baseline)}
	if err := judge.Report(&fresh, beside); err != nil {
		d.add("", "a report", "none that can be judged: "+err.Error())
		return nil
	}
	if fresh.Phase != nil && fresh.Phase.Checks == nil {
		fresh.Phase = rep.Phase
	}
	if err := r.otherVersion(rep, &fresh, given.Program); err != nil {
		return err
	}
	judge.Slim(&fresh)
	d.consistent(rep)
	return errors.Join(d.sections(rep, &fresh), d.files(rep, given.Files))
}

// proven leaves out the entries of rings whose certificates the report does not hold.
func proven(rep *report.Report, known judge.Certificates, d *differ) []report.Keyring {
	out := slices.Clone(rep.Keyrings)
	for i := range out {
		out[i].Entries = slices.DeleteFunc(slices.Clone(out[i].Entries), func(e report.KeyringEntry) bool {
			if known[e.Certificate] != nil {
				return false
			}
			d.add(fmt.Sprintf("/keyrings/%d/entries", i), shown(e.Certificate), "none of the report's certificates")
			return true
		})
	}
	return out
}

// endpoints looks at every endpoint again.
func endpoints(rep *report.Report, given Beside, r *result, d *differ) []report.Endpoint {
	l := newLooker(rep, evidence.StoreOf(rep.Certificates), d)
	l.profiles, l.shaped = r.shaping(rep, given)
	defer func() { r.Counts.Signatures = int(l.verified.Load()) }()
	out := make([]report.Endpoint, len(rep.Endpoints))
	parts := make([]differ, len(rep.Endpoints))
	_ = parallel(len(out), func(i int) error {
		out[i] = l.look(i, &parts[i])
		return nil
	})
	for _, p := range parts {
		d.found = append(d.found, p.found...)
	}
	return out
}

// parallel does n things, as many at a time as there are processors.
func parallel(n int, do func(i int) error) error {
	var g errgroup.Group
	workers := min(runtime.GOMAXPROCS(0), max(n, 1))
	for w := range workers {
		g.Go(func() error {
			for i := w; i < n; i += workers {
				if err := do(i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// parse reads the certificates of a report, by the digests of their bytes.
func parse(certificates []report.Certificate) judge.Certificates {
	out := judge.Certificates{}
	var mu sync.Mutex
	_ = parallel(len(certificates), func(i int) error {
		c, _ := certchain.Parse(certificates[i].DER) // what cannot be parsed is a certificate with its bytes, and says so itself
		mu.Lock()
		defer mu.Unlock()
		out[c.SHA256] = c
		return nil
	})
	return out
}

// distinct drops what was found twice, and puts differences in the order of the report.
func distinct(all []report.Difference) []report.Difference {
	out := []report.Difference{}
	seen := map[report.Difference]bool{}
	for _, d := range all {
		if !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	return slices.Clip(out)
}
