package diff_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/diff"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// TestLogjamThatALookMayHaveMissed: a short group is seen with a suite. A look in part that did not ask for the suite does not close the finding.
func TestLogjamThatALookMayHaveMissed(t *testing.T) {
	dhe := scan.CipherSuite{Code: cipher.TLS(0x009E), Name: cipher.TLS(0x009E).String()}
	look := func(found bool, accepted, refused []scan.CipherSuite) *report.Report {
		return changed(t, whole(), func(rep *report.Report) {
			e := &rep.Endpoints[0]
			p := &e.Protocols[slices.Index(cipher.Versions(), cipher.TLSv12)]
			p.Supported, p.Enumeration, p.CipherSuites, p.RefusedSuites = scan.Yes, scan.EnumerationPartial, accepted, refused
			rep.Rules = append(rep.Rules, assess.VulnLogjam)
			if found {
				rep.Findings = append(rep.Findings, report.Finding{ID: assess.VulnLogjam, Severity: report.Medium, Endpoint: e.ID})
			}
		})
	}
	one := []scan.CipherSuite{dhe}
	for name, c := range map[string]struct {
		now    *report.Report
		closed bool
	}{
		"not asked for":        {look(false, nil, nil), false},
		"with another group":   {look(false, one, nil), true},
		"asked for by itself":  {look(false, nil, one), true},
		"found once more":      {look(true, one, nil), false},
		"found in another way": {look(true, nil, nil), false},
	} {
		drift := diff.Compare(look(true, one, nil), c.now)
		closed := slices.ContainsFunc(drift.Changes, func(c report.Change) bool { return c.Kind == report.FindingClosed && c.What == assess.VulnLogjam })
		assert.Equal(t, c.closed, closed, "%s: %v", name, drift)
	}
}
