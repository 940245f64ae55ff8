package handshake

import (
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// keep puts into res what the peer said of its tickets, and the session that the last of them resumes.
func (o offer) keep(res *scan.HandshakeResult, w *watched, keys keyLog) {
	if o.sessions != nil && o.sessions.kept != nil {
		res.Session = o.sessions.kept
	}
	f := hello.Parse(w.received)
	if f.Open(w.received, keys.serverHandshake) != nil {
		return
	}
	tickets, _ := f.Tickets(w.received, keys.serverApplication) // those before what cannot be read
	for _, t := range tickets {
		res.Tickets = append(res.Tickets, scan.Ticket{LifetimeS: t.Lifetime, MaxEarlyData: t.MaxEarlyData})
	}
}
