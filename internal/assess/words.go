package assess

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// expectedState says in words what the listener is to be.
func (c *Case) expectedState() string {
	if c.Expect == nil {
		return ""
	}
	switch c.Expect.Expect {
	case report.ExpectTLS:
		return "TLS"
	case report.ExpectStartTLS:
		if c.Expect.StartTLS != "" {
			return "TLS after STARTTLS (" + c.Expect.StartTLS + ")"
		}
		return "TLS after STARTTLS"
	case report.ExpectLegacyRC4:
		if c.Expect.RetireBy != "" {
			return "Query Monitor's RC4 socket, until " + c.Expect.RetireBy
		}
		return "Query Monitor's RC4 socket"
	case report.ExpectPlaintext:
		return "clear text"
	case report.ExpectClosed:
		return "closed"
	}
	return c.Expect.Expect
}

// observedState says in words how the listener behaved.
func (c *Case) observedState() string {
	o := c.Endpoint
	switch o.State {
	case scan.StateTLS:
		return "TLS"
	case scan.StateStartTLS:
		return "TLS after STARTTLS"
	case scan.StateNonTLS:
		if o.Failure != nil {
			return "open, not TLS: " + o.Failure.Message
		}
		return "open, not TLS: " + behaviour(o.NonTLS)
	case scan.StateOpen:
		return "open: a connection was accepted; nothing was sent, so whether it is TLS was not asked"
	case scan.StateClosed:
		return "closed: the connection was refused"
	case scan.StateFiltered:
		return "filtered: no answer to the connection request"
	case scan.StateSkipped:
		if o.Cost.Connections > 0 {
			return "dialled, and left before it had answered"
		}
		return "not dialled"
	}
	if o.Failure != nil {
		return o.Failure.Error()
	}
	return string(o.State)
}

// looksRandom says whether the first bytes have nearly the entropy that so many random bytes have: n bytes can show log2(n) bits an
// octet at most, 8 in the end.
func looksRandom(n *scan.NonTLS) bool {
	const enough = 16
	return len(n.Banner) >= enough && n.Entropy > 0.9*min(8, math.Log2(float64(len(n.Banner))))
}

// behaviour says what a listener that is not TLS did with a ClientHello, and which protocol that shows.
func behaviour(n *scan.NonTLS) string {
	switch {
	case n == nil:
		return "no TLS record ever came"
	case n.Protocol != "":
		return "it speaks " + n.Protocol + "; " + doings(n)
	}
	return doings(n)
}

func doings(n *scan.NonTLS) string {
	switch n.Kind {
	case "closes":
		return "it closed the connection after the ClientHello without a byte"
	case "resets":
		return "it reset the connection after the ClientHello without a byte"
	case "silent":
		return "it stayed silent after the ClientHello"
	case "banner":
		return fmt.Sprintf("it spoke first: %s", quoteBytes(n.Banner))
	case "plaintext":
		return fmt.Sprintf("it answered the ClientHello in clear text: %s", quoteBytes(n.Banner))
	case "opaque":
		if looksRandom(n) {
			return fmt.Sprintf("it answered with %s that look random, as encrypted data does", text.Count(len(n.Banner), "byte"))
		}
		return fmt.Sprintf("it answered with %s that are no TLS record", text.Count(len(n.Banner), "byte"))
	}
	return n.Kind
}

// quoteBytes shows what a peer sent: at most 60 octets, everything but printable ASCII escaped.
func quoteBytes(b []byte) string {
	const most = 60
	if len(b) <= most {
		return fmt.Sprintf("%+q", b)
	}
	return fmt.Sprintf("%+q and %s more", b[:most], text.Count(len(b)-most, "octet"))
}

// certificateName names a certificate on one line.
func certificateName(c *certchain.Certificate) string {
	if c.Subject == "" {
		return "certificate " + short(c.SHA256)
	}
	return c.Subject + " (" + short(c.SHA256) + ")"
}

func short(sha256 string) string { return sha256[:min(16, len(sha256))] }

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func list(items []string) string { return strings.Join(items, ", ") }
