package scan

import "fmt"

// Pace bounds what a run does to the network and to a listener. A zero bound is no bound.
type Pace struct {
	Name           string
	PerPort        int     // connections open at one time to one port
	PerAddress     int     // connections open at one time to one address
	Rate           float64 // new connections a second to one address
	All            int     // connections open at one time in the whole run
	MaxConnections int     // dials for one target in one run
}

// Paces returns the named paces, politest first.
func Paces() []Pace {
	return []Pace{
		{Name: "gentle", PerPort: 1, PerAddress: 2, Rate: 5, All: 64, MaxConnections: 60},
		{Name: "normal", PerPort: 4, PerAddress: 8, Rate: 50, All: 256, MaxConnections: 500},
		{Name: "fast", PerPort: 8, PerAddress: 64, All: 1024},
	}
}

// ParsePace returns the pace of that name.
func ParsePace(name string) (Pace, error) {
	for _, p := range Paces() {
		if p.Name == name {
			return p, nil
		}
	}
	return Pace{}, fmt.Errorf("unknown pace %q: want gentle, normal or fast", name)
}
