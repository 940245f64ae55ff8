package handshake

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// Handshaker implements scan.Handshaker. Its zero value is ready, keeps nothing between handshakes, and may be used by many
// goroutines.
type Handshaker struct {
	Identities map[string]*Identity // client certificates, by the names that a scan.Handshake may ask for

	least time.Duration // to wait for the reaction to an empty certificate list; zero: leastWait. Tests on slow machines wait longer
}

var _ scan.Handshaker = Handshaker{}

// client is what this package needs of either library's connection.
type client interface {
	Handshake() error
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	CloseWrite() error // sends close_notify
	negotiated() (cipher.Version, cipher.ID)
}

// trace is what a library tells on the way.
type trace struct {
	keys      keyLog
	requested bool // the peer asked for a client certificate
}

// Handshake makes one handshake over conn and ends it with close_notify; closing conn is the caller's. It stops when ctx ends.
// Completed is No only when the peer ended it, by an alert, a close or a reset; End says which.
func (hs Handshaker) Handshake(ctx context.Context, conn net.Conn, h scan.Handshake) (res scan.HandshakeResult) {
	defer func() {
		if p := recover(); p != nil { // a peer must not end the run by what a library does not foresee
			res = scan.HandshakeResult{Library: res.Library, End: scan.EndCut,
				Error: fmt.Sprintf("%s failed on what the peer sent: %v", res.Library, p)}
		}
	}()
	identity := hs.Identities[h.ClientCertificate]
	if h.ClientCertificate != "" && identity == nil {
		return scan.HandshakeResult{End: scan.EndCut, Error: fmt.Sprintf("there is no client certificate %q", h.ClientCertificate)}
	}
	offer, err := choose(h, identity)
	if err != nil {
		return scan.HandshakeResult{End: scan.EndCut, Error: err.Error()}
	}
	res.Library = offer.library
	w := &watched{Conn: conn, keeps: h.Keep || h.Renegotiate}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	t := trace{keys: keyLog{tickets: h.Keep, renegotiates: h.Renegotiate}}
	c := offer.client(w, &t)
	err = c.Handshake()
	res.Secret = t.keys.serverHandshake
	if t.requested {
		res.CertificateRequested = scan.Yes
		if offer.identity != nil {
			res.ClientCertificate = offer.identity.Fingerprint()
		}
	}
	if err != nil {
		failed(&res, err)
		if res.Completed == scan.Unknown {
			res.ClientCertificate = "" // the library may have given up before it was sent
		}
		return res
	}
	res.Completed, res.CertificateRequested, res.End = scan.Yes, scan.FactOf(t.requested), scan.EndCut
	version, suite := c.negotiated()
	res.Version, res.Suite = version, &suite
	switch {
	case h.Talk != nil:
		talk(ctx, c, w, *h.Talk, &res)
	case t.requested || h.Keep && version == cipher.TLSv13:
		hs.watchAfter(ctx, c, w, t.keys, &res)
	}
	if h.Keep {
		offer.keep(&res, w, t.keys)
	}
	if h.Renegotiate && res.End == scan.EndCut {
		hs.renegotiate(ctx, w, h, &res, t.keys.master)
		return res // the library does not know of the records that were sent
	}
	if res.Alert == nil {
		_ = c.CloseWrite() // the peer may be gone already: there is nothing to lose
	}
	return res
}

// failed says how a handshake ended that was not completed.
func failed(res *scan.HandshakeResult, err error) {
	res.Error = err.Error()
	res.End, res.Alert = ending(err)
	switch _, alert := res.End.Alert(); {
	case alert, res.End == scan.EndClose, res.End == scan.EndReset:
		res.Completed = scan.No
	}
}
