package bench

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
)

// Suites are accepted cipher suites by version.
type Suites map[cipher.Version]map[cipher.ID]bool

// Add notes one accepted suite; a second time changes nothing.
func (s Suites) Add(version cipher.Version, id cipher.ID) {
	if s[version] == nil {
		s[version] = map[cipher.ID]bool{}
	}
	s[version][id] = true
}

// Count is the number of pairs of version and suite.
func (s Suites) Count() (n int) {
	for _, suites := range s {
		n += len(suites)
	}
	return n
}

// Truth makes Suites of what tlstest says that a server accepts.
func Truth(byVersion map[uint16][]uint16) Suites {
	s := Suites{}
	for version, codes := range byVersion {
		for _, code := range codes {
			s.Add(cipher.Version(version), cipher.TLS(code))
		}
	}
	return s
}

// Against counts the pairs that are true, and those that are not.
func (s Suites) Against(truth Suites) (right, wrong int) {
	for version, suites := range s {
		for id := range suites {
			if truth[version][id] {
				right++
			} else {
				wrong++
			}
		}
	}
	return right, wrong
}

// Score is a cell of the table: right ones of all true ones, and the inventions where there are any.
func (s Suites) Score(truth Suites) string {
	right, wrong := s.Against(truth)
	text := fmt.Sprintf("%d/%d", right, truth.Count())
	if wrong > 0 {
		text += fmt.Sprintf(" and %d wrong", wrong)
	}
	return text
}

// Endpoint is what a scanner says about one listener.
type Endpoint struct {
	Port   uint16
	Suites Suites
	Says   string // its own words for the state of the port, shortened
	Failed int    // questions about suites that it could not finish, where it says so
	Named  bool   // it says that the port accepts but speaks no TLS, and not only that nothing was found
}
