package handshake

import (
	"context"
	"time"

	"github.com/portseal/portseal/scan"
)

// talk says something inside a session, and hears the peer until its answer shows what it was to show, it ends the session, or the time is up. What
// was heard is gone with the function.
func talk(ctx context.Context, c client, w *watched, t scan.Talk, res *scan.HandshakeResult) {
	limit(ctx, w)
	_, _ = c.Write(t.Say) // a peer that is gone may have said something first
	var said []byte
	for buffer := make([]byte, 4096); len(said) < mostAfter; {
		n, err := c.Read(buffer)
		said = append(said, buffer[:n]...)
		end, alert := ending(err)
		if res.Injected = t.Hear(said, err != nil && end == scan.EndClose); res.Injected != scan.Unknown {
			return
		}
		if alert != nil || end == scan.EndReset {
			res.After, res.Alert = scan.AfterAlert, alert
		}
		if err != nil {
			res.End, res.Error = end, err.Error()
			return
		}
	}
	res.Error = errEnough.Error()
}

// limit bounds what is still to come in a session.
func limit(ctx context.Context, w *watched) {
	deadline, ok := ctx.Deadline()
	if most := time.Now().Add(mostWait); !ok || most.Before(deadline) {
		deadline = most
	}
	_ = w.SetDeadline(deadline)
	if ctx.Err() != nil { // it ended before the deadline was set
		_ = w.SetDeadline(time.Unix(1, 0))
	}
}
