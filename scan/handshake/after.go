package handshake

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"syscall"
	"time"

	"github.com/portseal/portseal/scan"
)

// How long the peer's reaction to the client's certificate, or to its empty list, is waited for. Under TLS 1.3 the client's side
// of the handshake is complete before the peer has seen it; and a peer may check more once the handshake is over, as AT-TLS
// does (return codes 5001 and 5002 are its own, not System SSL's).
const (
	leastWait   = 500 * time.Millisecond
	mostWait    = 3 * time.Second // nothing is held idle beyond it
	waitedTrips = 4
	leastLinger = 50 * time.Millisecond
	mostAfter   = 64 << 10 // octets of application data read
)

// watchAfter reads on after a handshake in which the peer asked for a certificate, or for tickets alone. An alert or a reset is a refusal; a
// ticket or data, with neither within a round trip more, is acceptance; a bare close is neither. Where no certificate was asked for there is nothing to
// refuse: then what comes at once behind a ticket is all that is waited for, and a ticket may have come with the first flight (RFC 8446 section 4.6.1).
func (hs Handshaker) watchAfter(ctx context.Context, c client, w *watched, keys keyLog, res *scan.HandshakeResult) {
	least := hs.least
	if least == 0 {
		least = leastWait
	}
	deadline := time.Now().Add(max(min(waitedTrips*w.trip, mostWait), least))
	full := true
	if end, ok := ctx.Deadline(); ok && end.Before(deadline) {
		deadline, full = end, false
	}
	w.after = true
	trip := w.trip
	if res.CertificateRequested != scan.Yes {
		trip = 0
	}
	w.linger = func() time.Time {
		if soon := time.Now().Add(max(trip, leastLinger)); soon.Before(deadline) {
			return soon
		}
		return deadline
	}
	defer func() { w.linger = nil }() // what is read later has a deadline of its own
	_ = w.SetReadDeadline(deadline)
	if res.CertificateRequested != scan.Yes && len(w.tickets(keys)) > 0 {
		w.records++
		_ = w.SetReadDeadline(w.linger())
	}
	if ctx.Err() != nil {
		_ = w.SetReadDeadline(time.Unix(1, 0)) // ctx ended before the deadline above was set
	}
	err := readAway(c)
	end, alert := ending(err)
	records := w.records
	if errors.Is(err, io.EOF) || alert != nil {
		records-- // the alert itself, close_notify or another
	}
	switch {
	case alert != nil:
		res.After, res.Alert, res.End, res.Error = scan.AfterAlert, alert, end, err.Error()
	case end == scan.EndReset: // also behind a ticket: System SSL may have sent one before AT-TLS refuses the client
		res.After, res.End, res.Error = scan.AfterAlert, end, err.Error()
	case records > 0:
		res.After = scan.AfterData
	case end == scan.EndClose:
		res.After, res.End, res.Error = scan.AfterClose, end, "the peer closed the connection after the handshake, without an alert"
	case end == scan.EndTimeout && full && ctx.Err() == nil:
		res.After = scan.AfterSilence
	case end == scan.EndTimeout:
		res.Error = "the time was up before the peer's reaction to the client's certificate"
	default:
		res.Error = err.Error()
	}
}

var errEnough = errors.New("enough data")

// readAway reads until the connection ends, the deadline, or mostAfter octets.
func readAway(c client) error {
	buffer := make([]byte, 4096)
	for read := 0; read < mostAfter; {
		n, err := c.Read(buffer)
		read += n
		if err != nil {
			return err
		}
	}
	return errEnough
}

// ending says how an error of a library or of the connection ended it: by the peer's alert, close or reset, by the deadline,
// or, as "cut", by the library itself.
func ending(err error) (scan.End, *uint8) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		// Both libraries put an alert of an own integer type there, and crypto/tls does not export its.
		if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
			description := uint8(v.Uint())
			return scan.EndAlert(description), &description
		}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		const windowsAborted, windowsReset = 10053, 10054 // WSAECONNABORTED, WSAECONNRESET
		switch errno {
		case syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, windowsAborted, windowsReset:
			return scan.EndReset, nil
		}
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return scan.EndTimeout, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return scan.EndClose, nil
	}
	return scan.EndCut, nil
}
