package facts

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// GroupKind is one kind of key exchange, and what is known of its groups at a listener.
type GroupKind struct {
	Name                         string // Hybrid, PostQuantum, Classical
	Offered, NotOffered, Unknown []string
}

// The kinds of key exchange. A hybrid is classical and post-quantum at once: it holds while either does.
const (
	Hybrid      = "hybrid"
	PostQuantum = "pure post-quantum"
	Classical   = "classical"
)

func kindOf(g cipher.Group) string {
	switch cipher.DescribeGroup(g).Kind {
	case cipher.KindHybrid:
		return Hybrid
	case cipher.KindMLKEM:
		return PostQuantum
	}
	return Classical
}

// GroupKinds sorts the groups that a listener was asked for by kind. A classical group counts as offered when any version takes it.
// Hybrid and post-quantum groups exist in TLS 1.3 alone: a listener that does not speak it offers none.
func GroupKinds(e *report.Endpoint) []GroupKind {
	facts := map[cipher.Group]scan.Fact{}
	var order []cipher.Group
	for _, g := range e.Groups {
		if _, known := facts[g.Code]; !known {
			order = append(order, g.Code)
			facts[g.Code] = g.Supported
		} else {
			facts[g.Code] = best(facts[g.Code], g.Supported)
		}
	}
	no13 := e.Protocol(cipher.TLSv13).Supported == scan.No
	for _, g := range cipher.PostQuantumGroups() {
		if _, asked := facts[g]; !asked {
			order = append(order, g)
			if no13 {
				facts[g] = scan.No
			}
		}
	}
	slices.Sort(order)
	out := []GroupKind{{Name: Hybrid}, {Name: PostQuantum}, {Name: Classical}}
	for _, g := range order {
		k := &out[slices.IndexFunc(out, func(k GroupKind) bool { return k.Name == kindOf(g) })]
		name := cipher.DescribeGroup(g).Name
		switch facts[g] {
		case scan.Yes:
			k.Offered = append(k.Offered, name)
		case scan.No:
			k.NotOffered = append(k.NotOffered, name)
		default:
			k.Unknown = append(k.Unknown, name)
		}
	}
	return out
}

// best is yes where either is, and no where both are.
func best(a, b scan.Fact) scan.Fact {
	switch {
	case a == scan.Yes || b == scan.Yes:
		return scan.Yes
	case a == scan.No && b == scan.No:
		return scan.No
	}
	return scan.Unknown
}

// Ready says whether a listener's key exchange can withstand a quantum computer with some client.
func Ready(e *report.Endpoint) scan.Fact {
	out := scan.No
	for _, k := range GroupKinds(e)[:2] {
		switch {
		case len(k.Offered) > 0:
			return scan.Yes
		case len(k.Unknown) > 0:
			out = scan.Unknown
		}
	}
	return out
}
