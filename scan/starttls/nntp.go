package starttls

import "context"

// nntp is RFC 4642 section 2.2. STARTTLS is sent without asking for capabilities first: the answer is the fact.
func nntp(_ context.Context, p *peer, _ string) error {
	if err := p.nntpGreeting(); err != nil {
		return err
	}
	return p.request("STARTTLS", "382")
}

func (p *peer) nntpGreeting() error {
	p.want = "a 200 or 201 greeting"
	r, err := p.reply()
	if err == nil && r.code != "200" && r.code != "201" {
		err = p.unexpected()
	}
	return err
}
