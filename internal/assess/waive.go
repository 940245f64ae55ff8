package assess

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

// Apply marks the findings that a waiver covers, and appends WAIVER-EXPIRED and WAIVER-UNUSED. A waiver holds up to and
// including its last day, UTC. It never covers what was not assessed, nor findings about waivers. Scope has the ids of the
// endpoints of this run, when it looks at a part of the estate only: a waiver for others is not judged, be it unused or
// expired. Nil means the whole estate.
//
// A waiver's listener is a pattern of path.Match, in which * does not cross the slash: "SYSA/web" and "SYSA/*" match
// every port and address of their listeners, "SYSA/web:8443" and "SYSA/web@192.0.2.1" one. A waiver without a listener
// covers findings about no endpoint. One with an item covers that item of a compliance profile alone; its item is a pattern too.
//
// What a comment in a policy accepts, which has no last day, stays accepted.
func Apply(findings []report.Finding, waivers []report.Waiver, scope []string, at time.Time) []report.Finding {
	out := slices.Clone(findings)
	var uses []WaiverUse
	for _, w := range waivers {
		if concerns(w, scope) {
			uses = append(uses, WaiverUse{Waiver: w, Moot: moot(w, findings, scope)})
		}
	}
	for i := range out {
		f := &out[i]
		if f.Waived != nil && f.Waived.Until != "" {
			f.Waived = nil // by a waiver of an earlier judgement
		}
		if f.Inconclusive {
			continue
		}
		for j := range uses {
			w := &uses[j]
			if !CoversFinding(w.Waiver, *f) {
				continue
			}
			w.Used = true
			if !w.Expired(at) && f.Waived == nil {
				f.Waived = &report.Waived{Reason: w.Reason, Until: w.Until, ApprovedBy: w.ApprovedBy, Ticket: w.Ticket}
			}
		}
	}
	return append(out, judgeEstate(&Estate{Waivers: uses, At: at})...)
}

// concerns says whether a waiver is for an endpoint of the run, or for the estate.
func concerns(w report.Waiver, scope []string) bool {
	return scope == nil || w.Listener == "" || slices.ContainsFunc(scope, func(id string) bool { return Covers(w.Listener, id) })
}

// moot says whether a run cannot tell if a waiver is needed.
func moot(w report.Waiver, findings []report.Finding, scope []string) bool {
	if scope != nil && w.Listener == "" && strings.HasPrefix(w.Finding, "QM-") {
		return true // parameter files are judged for systems that are looked at in whole
	}
	return slices.ContainsFunc(findings, func(f report.Finding) bool { return f.Inconclusive && Covers(w.Listener, f.Endpoint) }) &&
		!inconclusive(w.Finding)
}

// inconclusive says whether an id is of a rule that no waiver can cover.
func inconclusive(id string) bool {
	r, _ := Lookup(id)
	return r.Inconclusive
}

// CoversFinding says whether a finding is one that a waiver is for; whether the waiver still holds is not asked.
func CoversFinding(w report.Waiver, f report.Finding) bool {
	if w.Item != "" {
		if ok, err := path.Match(w.Item, f.Item); !ok || err != nil {
			return false
		}
	}
	return w.Finding == f.ID && Covers(w.Listener, f.Endpoint)
}

// Covers says whether a waiver's listener matches an endpoint's id, SYSTEM/LISTENER[:PORT][@ADDRESS], in full or without its
// port, address or both.
func Covers(pattern, endpoint string) bool {
	if pattern == "" || endpoint == "" {
		return pattern == endpoint
	}
	whole, address, hasAddress := strings.Cut(endpoint, "@")
	listener := whole
	if colon := strings.LastIndexByte(whole, ':'); colon > strings.IndexByte(whole, '/') {
		listener = whole[:colon]
	}
	forms := []string{endpoint, whole, listener}
	if hasAddress {
		forms = append(forms, listener+"@"+address)
	}
	return slices.ContainsFunc(forms, func(form string) bool {
		ok, err := path.Match(pattern, form)
		return ok && err == nil
	})
}

// waiverFinding begins a finding about a waiver.
func waiverFinding(w WaiverUse) report.Finding {
	f := report.Finding{Location: w.Location}
	where := ""
	if w.Location != nil {
		where = fmt.Sprintf("%s:%d: ", w.Location.File, w.Location.Line)
	}
	what := "waiver"
	if s := w.Service; s != nil {
		what = fmt.Sprintf("waiver %d of the service", s.ID)
	}
	f.Detail = fmt.Sprintf("%s%s of %s for %s: %s", where, what, w.About(), listenerWords(w.Listener), w.Reason)
	return f
}

func listenerWords(pattern string) string {
	if pattern == "" {
		return "the estate"
	}
	return pattern
}
