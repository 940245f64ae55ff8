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
	Name  string                  // as in an estate file and on the command line
	Ports []uint16                // where "auto" takes it for granted (IANA's service names and port numbers; 3268 is Active Directory's): TLS at once is not the rule there
	Start Func                    // nil: there is none, and TLS comes at once
	Wrap  func(net.Conn) net.Conn // carries the records behind Start in the protocol's packets; nil: they go as they are

	// Clear goes on without TLS as far as it takes to see whether the peer does too, and gives no credentials. Nil error: it does.
	// Nil Func: not known how, or not to be seen in that way.
	Clear    Func
	Unseen   string        // why nothing short of a login shows whether a peer goes on without TLS
	Served   string        // what such a peer does, for the fact's basis
	AtOnce   bool          // the same port may take a ClientHello from the first octet
	Patience time.Duration // how long a peer may lawfully be silent first

	Injection *Injection // nil: there is no command to put behind the one that asks for TLS, or not known how
}

// Kinds returns every start-up there is, by name. A new protocol is one file and one line here.
func Kinds() []Kind {
	return []Kind{
		{Name: "drda", Ports: []uint16{446}, Clear: goOn(drdaClear), Served: "EXCSAT is answered without TLS"},
		{Name: "ftp", Ports: []uint16{21}, Start: start(ftp), Clear: goOn(ftpClear), Served: "the session went on without TLS", AtOnce: true, Injection: ftpInjection()},
		{Name: "ftp-implicit", Start: start(ftpImplicit), AtOnce: true},
		{Name: "imap", Ports: []uint16{143}, Start: start(imap), Clear: goOn(imapClear), Served: "a client may log in without TLS", Injection: imapInjection()},
		{Name: "irc", Ports: []uint16{194, 6665, 6666, 6667, 6668, 6669}, Start: start(irc),
			Unseen: "a server says whether it takes a client without TLS when the client has registered, which is a login"},
		{Name: "ldap", Ports: []uint16{389, 3268}, Start: start(ldap), Clear: goOn(ldapClear), Served: "a search is answered without TLS"},
		{Name: "lmtp", Ports: []uint16{24}, Start: start(lmtp), Clear: goOn(lmtpClear), Served: mailServed, Injection: mailInjection(lmtp)},
		{Name: "mssql", Ports: []uint16{1433}, Start: start(mssql), Clear: goOn(mssqlClear), Served: "a login without TLS is next", Wrap: wrapTDS},
		{Name: "mysql", Ports: []uint16{3306}, Start: start(mysql),
			Unseen: "a server looks at require_secure_transport only when a login has succeeded: it refuses a wrong one alike with and without"},
		{Name: "nntp", Ports: []uint16{119}, Start: start(nntp), Clear: goOn(nntpClear), Served: "articles are looked up, or a client may log in, without TLS", Injection: nntpInjection()},
		{Name: "pop3", Ports: []uint16{110}, Start: start(pop3), Clear: goOn(pop3Clear), Served: "a client may log in without TLS", Injection: popInjection()},
		{Name: "postgres", Ports: []uint16{5432}, Start: start(postgres), Clear: goOn(postgresClear), Served: "authentication goes on without SSL"},
		{Name: "rdp", Ports: []uint16{3389}, Start: start(rdp), Clear: goOn(rdpClear), Served: "standard RDP security is taken instead of TLS"},
		{Name: "sieve", Ports: []uint16{4190}, Start: start(sieve), Clear: goOn(sieveClear), Served: "a client may log in without TLS", Injection: sieveInjection()},
		{Name: "smtp", Ports: []uint16{25, 587}, Start: start(smtp), Clear: goOn(smtpClear), Served: mailServed, Injection: mailInjection(smtp)},
		{Name: "telnet", Start: start(telnetStart), Clear: goOn(tn3270Clear), Served: "the session went on without TLS"},
		{Name: "tn3270", Ports: []uint16{23}, Start: start(tn3270), Clear: goOn(tn3270Clear), Served: "the session went on without TLS", AtOnce: true, Patience: telnetPatience},
		{Name: "vnc", Ports: []uint16{5900}, Start: start(vnc), Clear: goOn(vncClear), Served: "a security type without TLS is offered"},
		{Name: "xmpp", Ports: []uint16{5222}, Start: start(xmpp), Clear: goOn(xmppClear), Served: "a client may log in without TLS"},
		{Name: "xmpp-server", Ports: []uint16{5269}, Start: start(xmppServer), Clear: goOn(xmppServerClear), Served: "a server may identify itself without TLS"},
	}
}

// Lookup returns the start-up of that name, where it has one.
func Lookup(name string) (Func, bool) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k.Start, k.Start != nil
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

// start turns a dialogue into a Func, and looks for octets behind the go-ahead.
func start(speak dialogue) Func {
	return goOn(func(ctx context.Context, p *peer, host string) error {
		if err := speak(ctx, p, host); err != nil {
			return err
		}
		return p.nothingMore()
	})
}

// goOn turns a dialogue into a Func: it ties the connection to ctx.
func goOn(speak dialogue) Func {
	return func(ctx context.Context, conn net.Conn, host string) ([]byte, error) {
		stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
		defer stop()
		p := &peer{conn: conn, want: "a greeting"}
		err := speak(ctx, p, host)
		return p.said, err
	}
}
