package starttls

import "context"

// postgres is SSLRequest (PostgreSQL documentation, "Frontend/Backend Protocol", section "SSL Session Encryption"). An
// ErrorResponse ('E') may mean a server from before TLS or one that has no room: it says nothing about TLS for certain.
func postgres(_ context.Context, p *peer, _ string) error {
	const sslRequest = "\x00\x00\x00\x08\x04\xD2\x16\x2F"
	if err := p.send([]byte(sslRequest), "S or N in reply to SSLRequest"); err != nil {
		return err
	}
	answer, err := p.ReadByte()
	switch {
	case err != nil:
		return err
	case answer == 'S':
		return nil
	case answer == 'N':
		return p.refused("the reply to SSLRequest")
	}
	return p.unexpected()
}
