package resume

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/portseal/portseal/scan"
)

// Schema names the form of the file.
const Schema = "portseal.resume/v1"

// Plan is what a run will look at, and by which program.
type Plan struct {
	Program string // name, version and commit: another one may ask other questions
	Probes  string // as the user named them
	Runner  scan.Runner
	Targets []scan.Target
}

// header is the file's first line.
type header struct {
	Schema  string `json:"schema"`
	Program string `json:"program"`
	Work    string `json:"work"` // digest of the Plan
}

// header returns the first line of the plan's file. An address is not part of it: each observation has its own, and one of another
// address is not used.
func (p Plan) header() (header, error) {
	targets := slices.Clone(p.Targets)
	for i := range targets {
		targets[i].Address, targets[i].Failure = netip.Addr{}, nil
	}
	doc, err := json.Marshal(struct {
		Probes                  string
		MaxConnections, Retries int
		Timeout                 time.Duration
		Source                  netip.Addr
		Vantage                 string
		Targets                 []scan.Target
	}{p.Probes, p.Runner.Pace.MaxConnections, p.Runner.Retries, p.Runner.Timeout, p.Runner.Source, p.Runner.Vantage, targets})
	if err != nil {
		return header{}, fmt.Errorf("digest of the work: %w", err)
	}
	sum := sha256.Sum256(doc)
	return header{Schema, p.Program, "sha256:" + hex.EncodeToString(sum[:])}, nil
}

// addresses returns each target's address by its id; empty for a host that did not resolve.
func (p Plan) addresses() map[string]string {
	out := make(map[string]string, len(p.Targets))
	for _, t := range p.Targets {
		out[t.ID] = ""
		if t.Address.IsValid() {
			out[t.ID] = t.Address.String()
		}
	}
	return out
}
