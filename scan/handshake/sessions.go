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
	for _, t := range w.tickets(keys) {
		res.Tickets = append(res.Tickets, scan.Ticket{LifetimeS: t.Lifetime, MaxEarlyData: t.MaxEarlyData})
	}
}

// tickets are those of TLS 1.3 that have come, up to what cannot be read.
func (w *watched) tickets(keys keyLog) []hello.Ticket {
	f := hello.Parse(w.received)
	if f.Open(w.received, keys.serverHandshake) != nil {
		return nil
	}
	tickets, _ := f.Tickets(w.received, keys.serverApplication)
	return tickets
}
