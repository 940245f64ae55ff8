package starttls

import (
	"bytes"
	"context"
	"net"
	"regexp"
	"slices"
)

// Injection finds out whether a listener carries out inside TLS what stood in clear behind the command that asks for TLS (CVE-2011-0411, CVE-2021-38371 and
// others): then whoever is on the way has commands of his own carried out under a client's protection. A second command, which changes nothing, goes in the same
// write, and inside TLS the session is ended by another, whose answer is a different one. So the answer that comes first tells, and nothing rests on silence.
type Injection struct {
	speak            dialogue
	asks, also       string // the end of what asks for TLS, and what is put behind it
	Says             string // inside TLS, once it stands
	carried, dropped *regexp.Regexp
	whole            bool // dropped is of all that the peer says until it ends the session: the two answers do not differ, only their number does
}

// Start is the start-up with the second command behind the one that asks for TLS. What a peer says to it in clear may come together with the go-ahead: it counts
// for nothing, as when it comes later, and TLS is tried.
func (i Injection) Start(ctx context.Context, conn net.Conn, host string) ([]byte, error) {
	return goOn(i.speak)(ctx, injecting{conn, i}, host)
}

// Carried says whether what a peer has said inside TLS so far shows that the second command was carried out; not known where it shows nothing.
func (i Injection) Carried(said []byte, ended bool) (carried, known bool) {
	switch {
	case i.carried.Match(said):
		return true, true
	case i.dropped.Match(said) && (ended || !i.whole):
		return false, true
	}
	return false, false
}

// injecting is a connection on which the second command goes with the first.
type injecting struct {
	net.Conn
	Injection
}

// Write adds the second command to the write that asks for TLS.
func (c injecting) Write(b []byte) (int, error) {
	if !bytes.HasSuffix(b, []byte(c.asks)) {
		return c.Conn.Write(b)
	}
	n, err := c.Conn.Write(append(slices.Clone(b), c.also...))
	return min(n, len(b)), err
}

// mailInjection is SMTP's and LMTP's (RFC 5321 sections 4.1.1.9 and 4.1.1.10).
func mailInjection(speak dialogue) *Injection {
	return &Injection{speak: speak, asks: "STARTTLS\r\n", also: "NOOP\r\n", Says: "QUIT\r\n",
		carried: regexp.MustCompile(`(?m)^250 `), dropped: regexp.MustCompile(`\A221[ -]`)}
}

// ftpInjection takes 530 for NOOP's answer too, where QUIT's stands behind it: a server may want a login first.
func ftpInjection() *Injection {
	return &Injection{speak: ftp, asks: "AUTH TLS\r\n", also: "NOOP\r\n", Says: "QUIT\r\n",
		carried: regexp.MustCompile(`(?m)^200 |\A530 .*\n221[ -]`), dropped: regexp.MustCompile(`\A221[ -]`)}
}

// imapInjection tells the answers by their tags.
func imapInjection() *Injection {
	return &Injection{speak: imap, asks: "STARTTLS\r\n", also: "p2 NOOP\r\n", Says: "p3 LOGOUT\r\n",
		carried: regexp.MustCompile(`(?m)^p2 `), dropped: regexp.MustCompile(`(?m)^p3 `)}
}

// nntpInjection asks for the date (RFC 3977 section 7.1), for which a server may want a login (480).
func nntpInjection() *Injection {
	return &Injection{speak: nntp, asks: "STARTTLS\r\n", also: "DATE\r\n", Says: "QUIT\r\n",
		carried: regexp.MustCompile(`(?m)^111 |\A480 .*\n205 `), dropped: regexp.MustCompile(`\A205 `)}
}

// popInjection counts: POP3's answers have no codes, and NOOP may be refused before a login (RFC 1939 section 5).
func popInjection() *Injection {
	return &Injection{speak: pop3, asks: "STLS\r\n", also: "NOOP\r\n", Says: "QUIT\r\n", whole: true,
		carried: regexp.MustCompile(`\A(\+OK|-ERR).*\n(\+OK|-ERR)`), dropped: regexp.MustCompile(`\A\+OK.*\n\z`)}
}

// sieveInjection tells the answers by what NOOP is to repeat (RFC 5804 section 2.13): the capabilities, which come again inside TLS, do not count.
func sieveInjection() *Injection {
	return &Injection{speak: sieve, asks: "STARTTLS\r\n", also: "NOOP \"portseal-clear\"\r\n", Says: "NOOP \"portseal-tls\"\r\nLOGOUT\r\n",
		carried: regexp.MustCompile(`portseal-clear`), dropped: regexp.MustCompile(`portseal-tls`)}
}
