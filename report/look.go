package report

import (
	"time"

	"github.com/portseal/portseal/scan"
)

// Look is when an endpoint was looked at, from where, and what that cost.
type Look struct {
	Started  time.Time
	Finished time.Time
	Source   string // the address that the connections came from; empty where none stood
	Cost     scan.Cost
}

// Look is the run's own look at the endpoint. For one that was confirmed it is a later one than that whose facts and evidence the endpoint
// shows.
func (e *Endpoint) Look() Look {
	if c := e.Confirmed; c != nil {
		return Look{c.Started, c.Finished, c.Source, c.Cost}
	}
	return Look{e.Started, e.Finished, e.Source, e.Cost}
}
