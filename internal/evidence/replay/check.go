package replay

import (
	"bytes"
	"encoding/json"
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
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// Beside is what may be at hand beside a report.
type Beside struct {
	Baseline *report.Report // that it was compared with
	Files    *report.Report // what the files that it was made from give now (run.Given)
}

// Check checks a stored report. The error says that doc is no report, or that this program failed; what is wrong with a report is in the
// result.
func Check(doc []byte, beside Beside) (*report.Check, error) {
	rep, err := reportjson.Read(bytes.NewReader(doc))
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

// document checks the report as it is stored: its digest, and that it holds no key that means nothing.
func (d *differ) document(doc []byte, rep *report.Report) error {
	switch err := evidence.VerifyJSON(doc); {
	case err == nil:
	case errors.Is(err, evidence.ErrUnsealed):
		d.add("/digest", nothing, "a digest")
	default:
		digest, ok := errors.AsType[*evidence.DigestError](err)
		if !ok {
			return fmt.Errorf("not a report: %w", err)
		}
		d.add("/digest", digest.Stated, digest.Computed)
	}
	return d.keys(doc, rep)
}

// keys wants the document to hold no key that this program does not know, nor one in other letters, which this program would read and
// others would not. A report as portseal writes it is, without its layout, what its parts give when they are written again; for one in
// another order or form the trees are compared.
func (d *differ) keys(doc []byte, rep *report.Report) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(doc, &parts); err != nil {
		return fmt.Errorf("not a report: %w", err)
	}
	var stored []json.RawMessage
	if err := json.Unmarshal(parts["endpoints"], &stored); err != nil || len(stored) != len(rep.Endpoints) {
		stored = nil
	}
	parts["endpoints"] = json.RawMessage("[]")
	complete := reportjson.Complete(rep)
	endpoints := complete.Endpoints
	if stored != nil {
		complete.Endpoints = []report.Endpoint{}
	}
	rest, err := json.Marshal(parts)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := d.same("", rest, complete); err != nil {
		return err
	}
	found := make([]differ, len(stored))
	err = parallel(len(stored), func(i int) error {
		return found[i].same(fmt.Sprintf("/endpoints/%d", i), stored[i], &endpoints[i])
	})
	for _, f := range found {
		d.found = append(d.found, f.found...)
	}
	return err
}

// same compares the text of a value with the value that was read from it.
func (d *differ) same(pointer string, text []byte, v any) error {
	var plain, again bytes.Buffer
	if err := json.Compact(&plain, text); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	enc := json.NewEncoder(&again)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if bytes.Equal(plain.Bytes(), bytes.TrimSuffix(again.Bytes(), []byte("\n"))) {
		return nil
	}
	was, err := tree(text)
	if err != nil {
		return err
	}
	known, err := tree(again.Bytes())
	if err != nil {
		return err
	}
	d.trees(pointer, was, known)
	return nil
}

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
	fresh.Endpoints = endpoints(rep, r, d)
	policies, err := kept.Read(rep.Policies)
	if err != nil {
		d.add("/policies/files", "policies", err.Error())
	}
	if phase := rep.Phase; phase != nil {
		fresh.Phase = &report.Phase{Name: phase.Name, System: phase.System, Baseline: phase.Baseline}
	}
	r.profiles(rep)
	beside := judge.Beside{Certificates: known, Policies: policies, Files: r.unkept(rep, policies), Baseline: r.baseline(rep, given.Baseline, d)}
	if err := judge.Report(&fresh, beside); err != nil {
		d.add("", "a report", "none that can be judged: "+err.Error())
		return nil
	}
	if fresh.Phase != nil && fresh.Phase.Checks == nil {
		fresh.Phase = rep.Phase
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

// sections compares what was stored with what was made anew.
func (d *differ) sections(stored, fresh *report.Report) error {
	a, b := reportjson.Complete(stored), reportjson.Complete(fresh)
	var faults []error
	compare := func(pointer string, x, y any) { faults = append(faults, d.values(pointer, x, y)) }
	compare("/summary", a.Summary, b.Summary)
	faults = append(faults, d.endpoints(a.Endpoints, b.Endpoints))
	compare("/certificates", a.Certificates, b.Certificates)
	compare("/keyrings", a.Keyrings, b.Keyrings)
	compare("/profiles", a.Profiles, b.Profiles)
	compare("/findings", a.Findings, b.Findings)
	compare("/phase", a.Phase, b.Phase)
	compare("/drift", a.Drift, b.Drift)
	compare("/rules", a.Rules, b.Rules)
	return errors.Join(faults...)
}

// files compares what the report was given with what its files give now. When a file was collected is not compared: a copy has another time.
func (d *differ) files(rep, now *report.Report) error {
	if now == nil {
		return nil
	}
	rep, now = reportjson.Complete(rep), reportjson.Complete(now)
	var faults []error
	for _, x := range []struct {
		pointer     string
		stored, now any
	}{
		{"/run/estate", rep.Run.Estate, now.Run.Estate}, {"/run/inputs", undated(rep.Run.Inputs), undated(now.Run.Inputs)},
		{"/run/max_input_age_s", rep.Run.MaxInputAge, now.Run.MaxInputAge}, {"/run/scope", rep.Run.Scope, now.Run.Scope},
		{"/expectations", rep.Expectations, now.Expectations}, {"/keyrings", rep.Keyrings, now.Keyrings}, {"/waivers", rep.Waivers, now.Waivers},
		{"/policies", rep.Policies, now.Policies}, {"/query_monitor", rep.QueryMonitor, now.QueryMonitor},
		{"/installed", rep.Installed, now.Installed}, {"/stacks", rep.Stacks, now.Stacks},
	} {
		faults = append(faults, d.values(x.pointer, x.stored, x.now))
	}
	return errors.Join(faults...)
}

func undated(inputs []report.Input) []report.Input {
	out := slices.Clone(inputs)
	for i := range out {
		out[i].Collected = nil
	}
	return out
}

// endpoints compares in parallel: they are most of a report.
func (d *differ) endpoints(stored, fresh []report.Endpoint) error {
	parts := make([]differ, len(stored))
	err := parallel(len(stored), func(i int) error {
		return parts[i].values(fmt.Sprintf("/endpoints/%d", i), &stored[i], &fresh[i])
	})
	for _, p := range parts {
		d.found = append(d.found, p.found...)
	}
	return err
}

// endpoints looks at every endpoint again.
func endpoints(rep *report.Report, r *result, d *differ) []report.Endpoint {
	l := newLooker(rep, evidence.StoreOf(rep.Certificates), d)
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
