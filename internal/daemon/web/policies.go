package web

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// policySystem is a system with its AT-TLS policy files, as a run judged them.
type policySystem struct {
	report.PolicySystem
	Files    []policyFile
	Ports    []portRule
	Findings int
}

// policyFile is a file with what was found in it.
type policyFile struct {
	report.PolicyFile
	Lines     []policyLine
	Elsewhere []report.Finding // at no line of it
}

// policyLine is a line with the findings at it, and the rules of ports that begin there.
type policyLine struct {
	N        int
	Text     string
	Findings []report.Finding
}

// portRule is which rule takes the connections of a port.
type portRule struct {
	Endpoint string
	Policy   *report.Policy
}

// policySystems takes the policies of a report apart.
func policySystems(rep *report.Report) []policySystem {
	if rep.Policies == nil {
		return nil
	}
	at := map[string][]report.Finding{}
	for _, f := range rep.Findings {
		if f.Location != nil {
			at[f.Location.File] = append(at[f.Location.File], f)
		}
	}
	var out []policySystem
	for _, s := range rep.Policies.Systems {
		one := policySystem{PolicySystem: s}
		for _, path := range s.Files {
			i := slices.IndexFunc(rep.Policies.Files, func(f report.PolicyFile) bool { return f.Path == path })
			if i < 0 {
				continue
			}
			one.Files = append(one.Files, policyFileOf(rep.Policies.Files[i], at[path]))
			one.Findings += len(at[path])
		}
		for i := range rep.Expectations {
			if x := &rep.Expectations[i]; x.System == s.System && x.Policy != nil {
				one.Ports = append(one.Ports, portRule{x.Endpoint, x.Policy})
			}
		}
		out = append(out, one)
	}
	return out
}

// policyFileOf puts the findings of a file at its lines.
func policyFileOf(f report.PolicyFile, findings []report.Finding) policyFile {
	out := policyFile{PolicyFile: f}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(f.Deflate)), kept.MaxSystem))
	if err != nil && out.LeftOut == "" {
		out.LeftOut = "what is kept of it cannot be read"
	}
	if len(text) > 0 {
		for n, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
			out.Lines = append(out.Lines, policyLine{N: n + 1, Text: strings.TrimRight(line, " \t\r")})
		}
	}
	for _, finding := range findings {
		if n := finding.Location.Line; n >= 1 && n <= len(out.Lines) {
			out.Lines[n-1].Findings = append(out.Lines[n-1].Findings, finding)
		} else {
			out.Elsewhere = append(out.Elsewhere, finding)
		}
	}
	return out
}

// policiesOf are the policies of the last run.
func (p *Pages) policiesOf(r *http.Request) ([]policySystem, *history.Run, error) {
	run, err := p.lastRun(r.Context())
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	i, err := p.stored.of(r.Context(), run)
	if errors.Is(err, history.ErrPruned) {
		return nil, run, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return i.policies(), run, nil
}

func (p *Pages) policiesPage(r *http.Request) (*view, error) {
	systems, run, err := p.policiesOf(r)
	if err != nil {
		return nil, err
	}
	return p.body("policies", map[string]any{"Systems": systems, "Run": run}, view{title: "AT-TLS policies", nav: "/policies"})
}

func (p *Pages) policyPage(r *http.Request) (*view, error) {
	systems, run, err := p.policiesOf(r)
	if err != nil {
		return nil, err
	}
	for _, s := range systems {
		if s.System == r.PathValue("system") {
			return p.body("policy", map[string]any{"System": s, "Run": run}, view{title: "AT-TLS policy of " + s.System, nav: "/policies"})
		}
	}
	return nil, notFound("The last run judged no AT-TLS policy of a system of this name.")
}
