package diff

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// verdictOf is what the findings of one id about one thing come to: the worst of them, and whether all are waived.
type verdictOf struct {
	severity report.Severity
	waived   bool
}

// String is as a change's old or new value has it.
func (v verdictOf) String() string {
	if v.waived {
		return v.severity.String() + ", waived"
	}
	return v.severity.String()
}

// sum joins findings by what they are about. Those that say that something was not assessed are no findings here, and those about drift
// or of a profile have changes of their own.
func sum(findings []report.Finding, key func(report.Finding) string) map[string]verdictOf {
	out := map[string]verdictOf{}
	for _, f := range findings {
		if f.Inconclusive || strings.HasPrefix(f.ID, assess.DriftPrefix) || f.ID == assess.ProfileFailed {
			continue
		}
		k := key(f)
		have, seen := out[k]
		waived := f.Waived != nil
		out[k] = verdictOf{severity: max(have.severity, f.Severity), waived: waived && (have.waived || !seen)}
	}
	return out
}

// endpointFindings compares the findings about a listener: those whose rule could judge in both reports.
func (c *comparison) endpointFindings(p *pair) {
	id := func(f report.Finding) string { return f.ID }
	was, is := sum(c.old.findings[p.old.ID], id), sum(c.now.findings[p.now.ID], id)
	for k, v := range is {
		if before, both := was[k]; both {
			if before != v && c.couldJudge(c.old, p, p.old, p.now, k) && c.couldJudge(c.now, p, p.now, p.old, k) {
				c.findingChanged(p.id, k, before, v, c.dated(k))
			}
		} else if c.couldJudge(c.old, p, p.old, p.now, k) {
			c.findingOpened(p.id, k, v, c.dated(k) && p.old.State == p.now.State)
		}
	}
	for k, v := range was {
		if _, both := is[k]; !both && c.couldJudge(c.now, p, p.now, p.old, k) {
			c.findingClosed(p.id, k, v, c.dated(k) && p.old.State == p.now.State)
		}
	}
}

// couldJudge says whether a rule that found something in one report could judge the same listener in another.
func (c *comparison) couldJudge(in *side, p *pair, there, here *report.Endpoint, id string) bool {
	if !known(there.State) || !known(here.State) {
		return false // that the listener was not assessed is said once
	}
	if in.rules[id] && c.answers(id, in, p, there, here) {
		return true
	}
	if in == c.old {
		c.skip(p.id, id, onlyNow)
	} else {
		c.skip(p.id, id, onlyOld)
	}
	return false
}

// findingOpened adds a change, unless only the time of judging may have made it.
func (c *comparison) findingOpened(endpoint, id string, v verdictOf, dated bool) {
	if dated {
		c.skip(endpoint, id, asOf)
		return
	}
	c.add(report.FindingOpened, endpoint, id, "", v.String())
}

func (c *comparison) findingClosed(endpoint, id string, v verdictOf, dated bool) {
	if dated {
		c.skip(endpoint, id, asOf)
		return
	}
	c.add(report.FindingClosed, endpoint, id, v.String(), "")
}

func (c *comparison) findingChanged(endpoint, id string, was, is verdictOf, dated bool) {
	switch {
	case was == is:
	case dated:
		c.skip(endpoint, id, asOf)
	case was.waived != is.waived && c.moved():
		c.skip(endpoint, id, asOf) // the waiver's last day
	case was.waived != is.waived && is.waived:
		c.add(report.FindingWaived, endpoint, id, was.String(), is.String())
	case was.waived != is.waived:
		c.add(report.FindingUnwaived, endpoint, id, was.String(), is.String())
	default:
		c.add(report.FindingSeverityChanged, endpoint, id, was.String(), is.String())
	}
}

func (c *comparison) moved() bool { return c.old.moved || c.now.moved }

// dated says whether a finding's being there may rest on the time of judging alone, and that time was given.
func (c *comparison) dated(id string) bool {
	return c.moved() && slices.Contains([]string{assess.RC4ListenerOpen, assess.PortClosed, assess.CertExpired, assess.CertExpiresSoon,
		assess.CertNotYetValid, assess.ChainUntrusted, assess.ChainTrustedUnexpected, assess.WaiverExpired, assess.InputStale,
		assess.RingExpiresSoon, assess.RingChainIncomplete, assess.RingRootMissing, assess.QMRC4InUse}, id)
}

// estateFindings compares the findings about files and the estate. The file must have been read in both runs, and both must be about the
// whole estate.
func (c *comparison) estateFindings() {
	key := func(f report.Finding) string {
		if f.Location == nil {
			return f.ID
		}
		return f.ID + "/" + f.Location.File
	}
	was, is := sum(c.old.findings[""], key), sum(c.now.findings[""], key)
	judged := func(in *side, k string) bool {
		id, file, atFile := strings.Cut(k, "/")
		depth := c.old.rep.Run.Probes == c.now.rep.Run.Probes || !slices.Contains([]string{assess.WaiverUnused, assess.HostInconsistent}, id)
		if in.rules[id] && depth && c.old.whole && c.now.whole && (!atFile || in.inputs[file]) {
			return true
		}
		c.skip(file, id, map[bool]string{true: onlyNow, false: onlyOld}[in == c.old])
		return false
	}
	for k, v := range is {
		id, _, _ := strings.Cut(k, "/")
		if before, both := was[k]; both {
			c.findingChanged("", k, before, v, c.dated(id))
		} else if judged(c.old, k) {
			c.findingOpened("", k, v, c.dated(id))
		}
	}
	for k, v := range was {
		id, _, _ := strings.Cut(k, "/")
		if _, both := is[k]; !both && judged(c.now, k) {
			c.findingClosed("", k, v, c.dated(id))
		}
	}
}
