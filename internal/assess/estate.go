package assess

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// RingProblem is a fault of a key ring's file that its reader met.
type RingProblem struct {
	Keyring  string          // the ring's name
	Location report.Location // zero line and column stand for the beginning
	Detail   string          // "a PKCS#8 private key"; never anything of the key itself
}

// Estate is what rules judge that are about no single endpoint.
type Estate struct {
	PrivateKeys  []RingProblem // ring files that hold a private key
	Waivers      []WaiverUse
	QueryMonitor []report.QueryMonitor      // of each system whose listeners are all in the run
	Installed    []report.Installed         // of each system with a listener in the run
	Rings        map[string]*certchain.Ring // by the names that the expectations use
	Expectations []report.Expectation
	Endpoints    []report.Endpoint // joined
	Stacks       []report.Stack
	Inputs       []report.Input
	Drift        *report.Drift // since a baseline; nil without one
	MaxInputAge  time.Duration // 0 asks for nothing
	Narrowed     bool          // the expectations are a part of the estate's
	Alone        bool          // there are no listeners to say which certificates of a ring are needed: all count
	At           time.Time

	used []*ringUse                  // what uses has worked out
	byID map[string]*report.Endpoint // made by endpoint

	expected map[string]*report.Expectation // made by expectation
}

// WaiverUse is a waiver and what became of it.
type WaiverUse struct {
	report.Waiver
	Used bool // it covers a finding of this run, or would if it had not expired
	// Moot says that this run cannot tell whether the waiver is needed: one of its listeners could not be assessed.
	Moot bool
}

// judgeEstate runs the rules that are about no endpoint.
func judgeEstate(e *Estate) []report.Finding {
	rules := All()
	index := ruleMap(rules)
	var out []report.Finding
	for _, r := range rules {
		if r.CheckEstate == nil {
			continue
		}
		for _, f := range r.CheckEstate(e) {
			f.ID = r.ID
			out = append(out, complete(f, index, nil))
		}
	}
	return out
}
