package starttls

import (
	"context"
	"net/netip"
	"strings"
)

// smtp is RFC 3207: what z/OS's CSSMTP, which is a client only, asks of the server it sends mail to.
func smtp(_ context.Context, p *peer, _ string) error { return p.mail("EHLO") }

// mail is what SMTP and LMTP share; hello is their only difference before TLS.
func (p *peer) mail(hello string) error {
	p.want = "a 220 greeting"
	r, err := p.reply()
	if err != nil {
		return err
	}
	if r.code != "220" {
		return p.unexpected() // 554, 421: no service, for whatever reason
	}
	if r, err = p.command(hello + " " + p.self()); err != nil {
		return err
	}
	switch r.code {
	case "250":
	case "500", "502": // the command is unknown: a server without extensions (RFC 5321 section 4.1.1.1)
		return p.refused("it does not know " + hello)
	default:
		p.want = "250 in reply to " + hello
		return p.unexpected()
	}
	if !r.offers("STARTTLS") {
		return p.refused("the reply to " + hello + " does not offer STARTTLS")
	}
	return p.request("STARTTLS", "220")
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
