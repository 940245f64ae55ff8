package diff_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// many is the report of an estate of so many listeners.
func many(n int) *report.Report {
	rep := whole()
	endpoint, expectation := rep.Endpoints[0], rep.Expectations[0]
	rep.Endpoints, rep.Expectations = nil, nil
	for i := range n {
		e, x := endpoint, expectation
		e.ID, e.Listener = fmt.Sprintf("SYSA/l%d", i), fmt.Sprintf("l%d", i)
		e.Protocols = append([]scan.Protocol{}, endpoint.Protocols...)
		x.Endpoint, x.Listener = e.ID, e.Listener
		rep.Endpoints, rep.Expectations = append(rep.Endpoints, e), append(rep.Expectations, x)
	}
	rep.Run.Scope = report.Scope{Declared: n, Selected: n}
	return rep
}

// What was not compared takes a few lines, whatever the number of listeners.
func TestMany(t *testing.T) {
	const n = 2000
	old, now := many(n), many(n)
	for i := range now.Endpoints {
		now.Endpoints[i].Protocols[4].Supported = scan.Unknown
	}
	drift := diff.Compare(old, now)
	assert.Empty(t, drift.Changes)
	assert.Len(t, drift.NotCompared, 1)
	assert.Len(t, drift.NotCompared[0].Where, n)
}

func BenchmarkCompare(b *testing.B) {
	old, now := many(10000), many(10000)
	for i := range now.Endpoints {
		now.Endpoints[i].Protocols[4].Supported = scan.No
		now.Endpoints[i].ID = "N" + now.Endpoints[i].ID // every one is matched anew
	}
	for b.Loop() {
		if n := len(diff.Compare(old, now).Changes); n < 10000 {
			b.Fatal(n)
		}
	}
}
