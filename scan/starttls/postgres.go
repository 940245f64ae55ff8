package starttls

import (
	"bytes"
	"context"
	"encoding/binary"
)

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

// postgresClear starts a session without SSL, as user and database portseal, whom the server need not know. It goes on to authentication, whatever
// comes of that, where a line of pg_hba.conf takes such connections, and ends before it where none does: then the error is of the server's
// ClientAuthentication ("no pg_hba.conf entry", "pg_hba.conf rejects"). Limit: lines for certain users or databases are not seen.
func postgresClear(_ context.Context, p *peer, _ string) error {
	const startup = "\x00\x00\x00\x29\x00\x03\x00\x00user\x00portseal\x00database\x00portseal\x00\x00"
	if err := p.send([]byte(startup), "an authentication request or an error in reply to StartupMessage"); err != nil {
		return err
	}
	if err := p.first("RE"); err != nil {
		return err
	}
	head, err := p.take(5)
	if err != nil {
		return err
	}
	if head[0] == 'R' {
		return nil
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size < 4 || size > maxLine {
		return p.unexpected()
	}
	body, err := p.take(int(size) - 4)
	if err != nil {
		return err
	}
	fields := map[byte]string{} // "Error and Notice Message Fields"
	for field := range bytes.SplitSeq(body, []byte{0}) {
		if len(field) > 0 {
			fields[field[0]] = string(field[1:])
		}
	}
	const sqlstate, routine = 'C', 'R'
	switch code := fields[sqlstate]; {
	case code == "28000" && fields[routine] == "ClientAuthentication":
		return p.refused("the reply to a start without SSL")
	case code == "28000", code == "28P01", code == "3D000": // no such user, wrong password, no such database: authentication was reached
		return nil
	}
	return p.unexpected()
}
