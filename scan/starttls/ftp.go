package starttls

import "context"

// ftp is AUTH TLS (RFC 4217 section 4): on z/OS a server with EXTENSIONS AUTH_TLS.
func ftp(ctx context.Context, p *peer, host string) error {
	if err := ftpImplicit(ctx, p, host); err != nil {
		return err
	}
	return p.request("AUTH TLS", "234")
}

// ftpImplicit is the z/OS server on its TLSPORT, usually 990, with SECUREIMPLICITZOS TRUE, the default: it says 220 in clear
// and then waits for a ClientHello, without AUTH TLS (IBM, "SECUREIMPLICITZOS (FTP client and server) statement"). With FALSE,
// as on other systems' port 990, TLS comes first and there is no start-up to speak; a port alone does not tell which, so
// "auto" never takes this kind.
func ftpImplicit(_ context.Context, p *peer, _ string) error {
	p.want = "a 220 greeting"
	r, err := p.reply()
	for err == nil && r.code == "120" { // ready in some minutes, and 220 follows (RFC 959 section 5.4)
		r, err = p.reply()
	}
	if err != nil {
		return err
	}
	if r.code != "220" {
		return p.unexpected()
	}
	return nil
}

// ftpClear names a user in clear, without AUTH: a server with SECURE_FTP REQUIRED refuses (RFC 4217 section 11.1; 534 in RFC 2228).
// No password is sent, so nobody logs in.
func ftpClear(ctx context.Context, p *peer, host string) error {
	if err := ftpImplicit(ctx, p, host); err != nil {
		return err
	}
	const user = "USER portseal"
	r, err := p.command(user)
	switch {
	case err != nil:
		return err
	case r.code[0] == '2', r.code[0] == '3':
		return nil
	case r.code[0] == '5':
		return p.refused("the reply to USER in clear")
	}
	p.want = "a reply that accepts or refuses " + user
	return p.unexpected()
}
