package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// featureFallbackSCSV is RFC 7507.
const featureFallbackSCSV = "fallback-scsv"

// fallback finds whether a hello of an older version that says it is a fallback is refused. It asks only a listener that speaks two versions:
// there is nothing to fall back to otherwise.
type fallback struct{}

// Name returns "fallback".
func (fallback) Name() string { return "fallback" }

const (
	fallbackQuestion = "fallback"
	fallbackSCSV     = cipher.ID(0x5600)
)

// older is the version to fall back to.
func (fallback) older(log *scan.Log) cipher.Version {
	newest := newestSpoken(log, cipher.TLSv13)
	if newest == 0 {
		return 0
	}
	return newestSpoken(log, newest-1)
}

// Next asks once.
func (p fallback) Next(t scan.Target, log *scan.Log) []scan.Question {
	h, ok := spoken(t, log, p.older(log))
	if !ok {
		return nil
	}
	return pursue(log, fallbackQuestion, func() scan.Question {
		h.Suites = append(h.Suites, fallbackSCSV)
		return question(log, fallbackQuestion, h, hello.Answered)
	})
}

// Derive writes the feature. Alert 86 is inappropriate_fallback; another alert refuses the hello for another reason.
func (p fallback) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	const inappropriateFallback = 86
	r, asked := read(log, fallbackQuestion)
	if !asked {
		return
	}
	f := scan.Feature{Name: featureFallbackSCSV, Evidence: []string{r.ID}}
	switch alert, _ := r.End.Alert(); {
	case r.outcome() == alerted && alert == inappropriateFallback:
		f.Answer, f.Basis = scan.Yes, basisAlert
	case r.outcome() == answered:
		f.Answer, f.Basis = scan.No, "the listener went on with "+p.older(log).String()
	default:
		f = unanswered(featureFallbackSCSV, 0, r)
	}
	o.Features = append(o.Features, f)
}
