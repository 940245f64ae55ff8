package starttls

import "context"

// nntpClear asks for an article that cannot exist: a server that demands TLS answers 483 to that (RFC 4642 section 2.2.2, RFC 3977 section 3.2.1). One
// that demands a login first is told a name and no password, which it takes or refuses in the same way (RFC 4643 section 2.3).
func nntpClear(_ context.Context, p *peer, _ string) error {
	const stat, user = "STAT <portseal@localhost.invalid>", "AUTHINFO USER portseal"
	if err := p.nntpGreeting(); err != nil {
		return err
	}
	r, err := p.command(stat)
	if err != nil {
		return err
	}
	if r.code == "480" {
		if r, err = p.command(user); err != nil {
			return err
		}
	}
	switch r.code {
	case "223", "430", "281", "381": // the article, none of that name, logged in, a password is next
		return nil
	case "483":
		return p.refused("the reply to a command in clear")
	}
	p.want = "a reply that accepts or refuses " + stat + " or " + user
	return p.unexpected()
}
