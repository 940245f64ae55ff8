package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// siblings groups endpoints that are addresses of one listener: their ids are alike but for what follows the @. Groups of one are left out.
func siblings(endpoints []report.Endpoint) map[string][]*report.Endpoint {
	byName := map[string][]*report.Endpoint{}
	for i := range endpoints {
		name, _, several := strings.Cut(endpoints[i].ID, "@")
		if several {
			byName[name] = append(byName[name], &endpoints[i])
		}
	}
	out := map[string][]*report.Endpoint{}
	for _, group := range byName {
		if len(group) > 1 {
			out[group[0].ID] = group
		}
	}
	return out
}

// differentAddresses compares the addresses of a listener, fact by fact. The first address carries what is found: one difference, one finding.
// What is unknown at one of them is no difference.
func (c *Case) differentAddresses() []difference {
	var out []difference
	compare := func(what string, of func(*report.Endpoint) (text string, known bool)) {
		var order []string
		at, evidence := map[string][]string{}, []string{}
		for _, e := range c.siblings {
			text, known := of(e)
			if !known {
				continue
			}
			if at[text] == nil {
				order = append(order, text)
			}
			at[text] = append(at[text], e.Target.Address)
			if e == c.Endpoint {
				evidence = c.exchanges()
			}
		}
		if len(order) < 2 {
			return
		}
		var said []string
		for _, text := range order {
			said = append(said, fmt.Sprintf("%s at %s", text, strings.Join(at[text], ", ")))
		}
		out = append(out, difference{what + ": " + strings.Join(said, "; "), evidence})
	}
	compare("state", func(e *report.Endpoint) (string, bool) { return string(e.State), settledState(e.State) })
	for _, v := range cipher.Versions() {
		compare(v.String(), func(e *report.Endpoint) (string, bool) {
			f := e.Protocol(v).Supported
			return f.String(), f != scan.Unknown
		})
		common := c.commonSuites(v)
		compare(v.String()+" suites", func(e *report.Endpoint) (string, bool) { return suitesBeside(e.Protocol(v), common) })
		compare(v.String()+" certificate", func(e *report.Endpoint) (string, bool) { return leavesOf(e, v) })
	}
	compare("client certificate required", func(e *report.Endpoint) (string, bool) {
		if e.ClientAuth == nil {
			return "", false
		}
		return e.ClientAuth.Required.String(), e.ClientAuth.Required != scan.Unknown
	})
	return out
}

// settledState says whether a state is the listener's doing: what was not dialled, or got no answer, is compared with nothing.
func settledState(s scan.State) bool {
	switch s {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateClosed:
		return true
	}
	return false
}

// commonSuites are the suites of a version that every address accepts whose list is complete.
func (c *Case) commonSuites(v cipher.Version) map[string]bool {
	count, complete := map[string]int{}, 0
	for _, e := range c.siblings {
		p := e.Protocol(v)
		if !suitesComplete(p) {
			continue
		}
		complete++
		for _, s := range p.CipherSuites {
			count[s.Name]++
		}
	}
	common := map[string]bool{}
	for name, n := range count {
		common[name] = n == complete
	}
	return common
}

func suitesComplete(p scan.Protocol) bool {
	return p.Supported == scan.Yes && p.Enumeration == scan.EnumerationFull
}

// suitesBeside are a version's suites beside the common ones, whatever their order, where the list is complete.
func suitesBeside(p scan.Protocol, common map[string]bool) (string, bool) {
	var names []string
	for _, s := range p.CipherSuites {
		if !common[s.Name] {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return "no others", suitesComplete(p)
	}
	slices.Sort(names)
	return strings.Join(names, ", "), suitesComplete(p)
}

// leavesOf are the server certificates that a version presents to a client that names the server.
func leavesOf(e *report.Endpoint, v cipher.Version) (string, bool) {
	var names []string
	for _, p := range e.Presented {
		if cert := e.Certificates[p.Leaf]; cert != nil && p.SNI == e.Target.SNI && slices.Contains(p.Versions, v) {
			names = append(names, fmt.Sprintf("%s (%s, SHA-256 %.16s)", certificateName(cert), keyType(cert), p.Leaf))
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " and "), len(names) > 0
}
