package differ

import (
	"maps"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// Difference is one fact of which portseal and another scanner, or portseal and the configuration, say different things.
type Difference struct {
	Fact     string
	Portseal string
	Peer     string
	Right    string // "portseal", "peer", "neither", or "" where the configuration does not say
}

// Compare lists the facts of peer that portseal says otherwise. Of sets only what one of the two lacks is shown.
func Compare(portseal, peer, truth Facts) []Difference {
	var all []Difference
	for _, fact := range slices.Sorted(maps.Keys(peer)) {
		ours, said := portseal[fact]
		if !said {
			ours = "says nothing"
		}
		theirs := peer[fact]
		if v, err := cipher.ParseVersion(strings.TrimPrefix(fact, factSuites)); err == nil && v != 0 && (portseal[factState] == stateNone || peer[factState] == stateNone) {
			continue // what speaks no TLS speaks no version of it
		}
		if ours == theirs || !said && (theirs == no || theirs == "") {
			continue // that something is not there needs no words
		}
		d := Difference{Fact: fact, Portseal: ours, Peer: theirs}
		if true, known := truth[fact]; known {
			d.Right = "neither"
			switch true {
			case ours:
				d.Right = "portseal"
			case theirs:
				d.Right = "peer"
			}
		}
		if isSet(fact) && said {
			d.Portseal, d.Peer = onlyIn(ours, theirs), onlyIn(theirs, ours)
		}
		all = append(all, d)
	}
	return all
}

// Contradicts lists where portseal says something else than the configuration. That it does not know contradicts nothing.
func Contradicts(portseal, truth Facts) []Difference {
	return slices.DeleteFunc(Compare(portseal, truth, truth), func(d Difference) bool {
		ours, said := portseal[d.Fact]
		return !said || ours == unknown
	})
}

func isSet(fact string) bool {
	return strings.HasPrefix(fact, factSuites) || strings.HasPrefix(fact, factSignatures) ||
		slices.Contains([]string{factCurves, factFFDHE, factDHBits, factCertificates, factKeys, factChains, factALPN}, fact)
}

// onlyIn is what a has and b has not.
func onlyIn(a, b string) string {
	has := strings.Fields(b)
	var only []string
	for _, item := range strings.Fields(a) {
		if !slices.Contains(has, item) {
			only = append(only, item)
		}
	}
	return strings.Join(only, " ")
}
