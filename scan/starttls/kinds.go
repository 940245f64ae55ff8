package starttls

import (
	"context"
	"net"
	"slices"
	"time"
)

// Func brings conn to the point where a ClientHello is expected. Host is the server's name, for protocols that send it.
// Preamble is all that the peer said, also when err is not nil: a *Refused, an *Unexpected, or what the connection failed
// with. When ctx ends, Func sets conn's deadline to the past and returns.
type Func func(ctx context.Context, conn net.Conn, host string) (preamble []byte, err error)

// Kind is one protocol's start-up.
type Kind struct {
	Name  string   // as in an estate file and on the command line
	Ports []uint16 // where "auto" takes it for granted: ports where this start-up is the rule and TLS at once is not
	Start Func
}

// Kinds returns every start-up there is, by name. A new protocol is one file and one line here.
func Kinds() []Kind {
	return []Kind{
		{"ftp", []uint16{21}, start(ftp)},
		{"ftp-implicit", nil, start(ftpImplicit)},
		{"imap", []uint16{143}, start(imap)},
		{"ldap", []uint16{389, 3268}, start(ldap)},
		{"lmtp", []uint16{24}, start(lmtp)},
		{"mysql", []uint16{3306}, start(mysql)},
		{"nntp", []uint16{119}, start(nntp)},
		{"pop3", []uint16{110}, start(pop3)},
		{"postgres", []uint16{5432}, start(postgres)},
		{"sieve", []uint16{4190}, start(sieve)},
		{"smtp", []uint16{25, 587}, start(smtp)},
		{"tn3270", []uint16{23}, start(tn3270)},
		{"xmpp", []uint16{5222}, start(xmpp)},
	}
}

// Lookup returns the start-up of that name.
func Lookup(name string) (Func, bool) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k.Start, true
		}
	}
	return nil, false
}

// ForPort returns the name of the kind that is the rule on a port: what "auto" means. False means TLS at once.
func ForPort(port uint16) (string, bool) {
	for _, k := range Kinds() {
		if slices.Contains(k.Ports, port) {
			return k.Name, true
		}
	}
	return "", false
}

// dialogue is one protocol, over a peer that keeps what was said and holds the caps.
type dialogue func(ctx context.Context, p *peer, host string) error

// start turns a dialogue into a Func: it ties the connection to ctx, and looks for octets behind the go-ahead.
func start(speak dialogue) Func {
	return func(ctx context.Context, conn net.Conn, host string) ([]byte, error) {
		stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
		defer stop()
		p := &peer{conn: conn, want: "a greeting"}
		err := speak(ctx, p, host)
		if err == nil {
			err = p.nothingMore()
		}
		return p.said, err
	}
}
