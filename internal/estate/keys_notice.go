package estate

import "github.com/portseal/portseal/report"

// rawNotice is a receiver as its file has it: which keys it may have depends on its kind.
type rawNotice struct {
	Notice
	node                                 *node
	webhook, smtp, syslog                *node
	secretFile, passwordFile, user, from *node
}

// noticeKinds are the keys that say what a receiver is, each with the keys that only it may have.
func noticeKinds() map[string][]string {
	return map[string][]string{"webhook": {"secret_file"}, "smtp": {"from", "to", "user", "password_file", "tls"}, "syslog": nil}
}

func noticeObject() *object[rawNotice] {
	return &object[rawNotice]{name: "a notice", doc: "A receiver of notices: one of webhook, smtp and syslog.", required: []string{"name"},
		fields: []field[rawNotice]{
			nameField("name", "Name of the receiver, unique in the estate.", func(r *rawNotice) *string { return &r.Name }),
			setField("on", "What it is told: new and resolved findings, expiring certificates, failed and missed runs; all without it.", enumShape(NoticeEvents()...),
				func(d *decoder, n *node) (string, bool) { return d.oneOf("on", n, NoticeEvents()) }, func(r *rawNotice) *[]string { return &r.On }),
			{"least", "The least severity of the findings that it is told of; medium without it.", enumShape(severityNames()...), func(d *decoder, n *node, r *rawNotice) {
				if word, ok := d.oneOf("least", n, severityNames()); ok {
					r.Least, _ = report.ParseSeverity(word)
				}
			}},
			nodeField("webhook", "URL that each notice is posted to: https, or http to this machine.", stringShape(), func(r *rawNotice) **node { return &r.webhook }),
			nodeField("secret_file", "File with the key that signs what is posted; only its owner may read it. Without it nothing is signed.", stringShape(),
				func(r *rawNotice) **node { return &r.secretFile }),
			nodeField("smtp", "Mail server, HOST:PORT.", stringShape(), func(r *rawNotice) **node { return &r.smtp }),
			nodeField("from", "Mail address of the sender.", stringShape(), func(r *rawNotice) **node { return &r.from }),
			setField("to", "Mail addresses of the receivers.", stringShape(), func(d *decoder, n *node) (string, bool) { return d.mailAddress("to", n) },
				func(r *rawNotice) *[]string { return &r.To }),
			nodeField("user", "Name that the mail server knows the sender by; with password_file.", textShape(), func(r *rawNotice) **node { return &r.user }),
			nodeField("password_file", "File with the password of user; only its owner may read it.", stringShape(), func(r *rawNotice) **node { return &r.passwordFile }),
			wordField("tls", "How the mail server is spoken to: starttls (the default), tls from the first octet (the default of port 465), or none.",
				[]string{MailStartTLS, MailTLS, MailPlain}, func(r *rawNotice) *string { return &r.TLS }),
			nodeField("syslog", "Where RFC 5424 messages go: udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT or unix:///dev/log.", stringShape(),
				func(r *rawNotice) **node { return &r.syslog }),
		}}
}

func severityNames() []string {
	var names []string
	for _, s := range report.Severities() {
		names = append(names, s.String())
	}
	return names
}
