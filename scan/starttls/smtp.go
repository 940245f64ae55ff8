package starttls

import (
	"context"
	"net/netip"
	"strings"
)

// smtp is RFC 3207: what z/OS's CSSMTP, which is a client only, asks of the server it sends mail to.
func smtp(_ context.Context, p *peer, _ string) error { return p.mail("EHLO") }

const mailServed = "AUTH is offered or mail is taken without TLS"

// smtpClear goes on without TLS.
func smtpClear(_ context.Context, p *peer, _ string) error { return p.mailClear("EHLO") }

// mail is what SMTP and LMTP share; hello is their only difference before TLS.
func (p *peer) mail(hello string) error {
	r, err := p.mailHello(hello)
	switch {
	case err != nil:
		return err
	case r.code != "250": // the command is unknown: a server without extensions (RFC 5321 section 4.1.1.1)
		return p.refused("it does not know " + hello)
	case !r.offers("STARTTLS"):
		return p.refused("the reply to " + hello + " does not offer STARTTLS")
	}
	return p.request("STARTTLS", "220")
}

// mailClear looks for AUTH among what a client without TLS is offered. Where it is not, a mail from nobody is begun, and no more said of it: a
// server that demands TLS answers 530 to that (RFC 3207 section 4).
func (p *peer) mailClear(hello string) error {
	r, err := p.mailHello(hello)
	if err != nil || r.offers("AUTH") {
		return err
	}
	const from = "MAIL FROM:<>"
	r, err = p.command(from)
	switch {
	case err != nil:
		return err
	case r.code == "530":
		return p.refused("the reply to " + from + " in clear")
	case r.code[0] == '2':
		return nil
	}
	p.want = "250 or 530 in reply to " + from
	return p.unexpected()
}

// mailHello reads the greeting and says hello. The reply's code is 250, or 500 or 502.
func (p *peer) mailHello(hello string) (reply, error) {
	p.want = "a 220 greeting"
	r, err := p.reply()
	if err != nil {
		return r, err
	}
	if r.code != "220" {
		return r, p.unexpected() // 554, 421: no service, for whatever reason
	}
	if r, err = p.command(hello + " " + p.self()); err != nil || r.code == "250" || r.code == "500" || r.code == "502" {
		return r, err
	}
	p.want = "250 in reply to " + hello
	return r, p.unexpected()
}

// offers says whether a reply to EHLO has that keyword. The first line is the server's name.
func (r reply) offers(keyword string) bool {
	for _, line := range r.lines[1:] {
		if word, _, _ := strings.Cut(line, " "); strings.EqualFold(word, keyword) {
			return true
		}
	}
	return false
}

// self is what this end calls itself: the address literal that RFC 5321 section 4.1.4 asks of a client without a name.
func (p *peer) self() string {
	local, err := netip.ParseAddrPort(p.conn.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	addr := local.Addr().Unmap().WithZone("")
	if addr.Is6() {
		return "[IPv6:" + addr.String() + "]"
	}
	return "[" + addr.String() + "]"
}
