package diff_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestGroupsThatALookMayHaveMissed: finite-field groups are seen in passing. One that a look without every suite did not see has neither come nor gone.
func TestGroupsThatALookMayHaveMissed(t *testing.T) {
	with := func(enumeration string, values ...string) *report.Report {
		return changed(t, whole(), func(rep *report.Report) {
			e := &rep.Endpoints[0]
			e.Protocols[slices.Index(cipher.Versions(), cipher.TLSv12)].Enumeration = enumeration
			e.Features = []scan.Feature{{Name: scan.FeatureDHESafePrime, Answer: scan.Yes, Values: values}}
		})
	}
	const one, other = "2048 bits: yes", "3072 bits: yes"
	for name, c := range map[string]struct {
		old, now *report.Report
		changes  int
	}{
		"fewer, in part":     {with(scan.EnumerationFull, one, other), with(scan.EnumerationPartial, one), 0},
		"fewer, in full":     {with(scan.EnumerationFull, one, other), with(scan.EnumerationFull, one), 1},
		"more, after a part": {with(scan.EnumerationPartial, one), with(scan.EnumerationFull, one, other), 0},
		"others, in part":    {with(scan.EnumerationFull, one), with(scan.EnumerationPartial, other), 1},
	} {
		drift := diff.Compare(c.old, c.now)
		found := 0
		for _, change := range drift.Changes {
			if change.Kind == report.FeatureChanged {
				found++
			}
		}
		assert.Equal(t, c.changes, found, name)
	}
}
