package profile

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
)

// Every feature that a check may ask about is one that a scan looks for.
func TestFeatureNames(t *testing.T) {
	var known []string
	for _, f := range probes.Features() {
		known = append(known, f.Name)
	}
	assert.Subset(t, known, featureNames())
}

func TestJudgeFeatures(t *testing.T) {
	both := report.ProfileCheck{Required: []string{"ocsp-staple"}, Forbidden: []string{"compression"}}
	in12 := report.ProfileCheck{Required: []string{"extended-master-secret"}, Versions: []cipher.Version{cipher.TLSv12}}
	feature := func(name string, v cipher.Version, answer scan.Fact) scan.Feature {
		return scan.Feature{Name: name, Version: v, Answer: answer, Evidence: []string{"e1"}}
	}
	for name, c := range map[string]struct {
		check    report.ProfileCheck
		speaks   []cipher.Version
		features []scan.Feature
		want     report.Outcome
	}{
		"as it should be": {both, cipher.Versions(), []scan.Feature{feature("ocsp-staple", cipher.TLSv12, scan.Yes), feature("compression", cipher.TLSv12, scan.No)}, report.OutcomePass},
		"missing in one": {both, cipher.Versions(), []scan.Feature{feature("ocsp-staple", cipher.TLSv12, scan.Yes), feature("ocsp-staple", cipher.TLSv13, scan.No)},
			report.OutcomeFail},
		"forbidden": {both, cipher.Versions(), []scan.Feature{feature("ocsp-staple", 0, scan.Yes), feature("compression", cipher.TLSv12, scan.Yes)}, report.OutcomeFail},
		"unknown in one": {both, cipher.Versions(), []scan.Feature{feature("ocsp-staple", cipher.TLSv12, scan.Unknown), feature("ocsp-staple", cipher.TLSv13, scan.Yes),
			feature("compression", cipher.TLSv12, scan.No)}, report.OutcomeNotAssessed},
		"not asked":            {both, cipher.Versions(), nil, report.OutcomeNotAssessed},
		"of another version":   {in12, []cipher.Version{cipher.TLSv11, cipher.TLSv12}, []scan.Feature{feature("extended-master-secret", cipher.TLSv11, scan.No)}, report.OutcomeNotAssessed},
		"of no spoken version": {in12, []cipher.Version{cipher.TLSv13}, nil, report.OutcomeNotApplicable},
	} {
		t.Run(name, func(t *testing.T) {
			e := report.Endpoint{}
			e.Features = c.features
			for _, v := range cipher.Versions() {
				p := scan.Protocol{Version: v, Supported: scan.No}
				for _, s := range c.speaks {
					if s == v {
						p.Supported = scan.Yes
					}
				}
				e.Protocols = append(e.Protocols, p)
			}
			assert.Equal(t, c.want, judgeFeatures(&facts{endpoint: &e}, c.check).outcome)
		})
	}
}
