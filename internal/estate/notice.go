package estate

import "github.com/portseal/portseal/report"

// What a receiver of notices may be told.
const (
	NoticeNew      = "new"      // a finding that was not there before
	NoticeResolved = "resolved" // a finding that is there no longer
	NoticeExpiring = "expiring" // a certificate that ends soon
	NoticeFailed   = "failed"   // a run that failed
	NoticeMissed   = "missed"   // a run that was due and did not begin
)

// NoticeEvents lists them all.
func NoticeEvents() []string {
	return []string{NoticeNew, NoticeResolved, NoticeExpiring, NoticeFailed, NoticeMissed}
}

// How a mail server is spoken to.
const (
	MailStartTLS = "starttls" // TLS after STARTTLS, and nothing is sent without it
	MailTLS      = "tls"      // TLS from the first octet, as on port 465 (RFC 8314)
	MailPlain    = "none"     // no TLS; never with a password, but to this machine
)

// Notice is a receiver of notices. One of Webhook, SMTP and Syslog is set.
type Notice struct {
	Name  string
	On    []string        // of NoticeEvents
	Least report.Severity // of the findings that it is told of

	Webhook    string // URL: https, or http to this machine
	SecretFile string // with the key that signs, as it can be opened; empty for requests that are not signed

	SMTP         string   // HOST:PORT
	From         string   // a mail address
	To           []string // mail addresses
	User         string   // empty for a server that wants none
	PasswordFile string   // with the password of User, as it can be opened
	TLS          string   // MailStartTLS, MailTLS or MailPlain

	Syslog string // URL: udp, tcp or tls with host and port, or unix with the path of a socket

	At report.Location
}
