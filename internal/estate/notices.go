package estate

import (
	"maps"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// readNotices reads a file's receivers of notices.
func (l *loader) readNotices(doc *document) {
	if doc.notices == nil {
		return
	}
	object := noticeObject()
	for _, n := range l.items("notices", doc.notices) {
		r := &rawNotice{node: n}
		r.Least, r.At = report.Medium, l.location(n.at)
		if !object.read(&l.decoder, n, r) || !object.need(&l.decoder, n, map[string]string{"name": "a name, as in name: ops"}) {
			continue
		}
		l.once("notices", n, r.Name)
		if n.get("on") == nil {
			r.On = NoticeEvents()
		}
		switch l.noticeKind(n) {
		case "webhook":
			l.webhook(r)
		case "smtp":
			l.mail(r)
		case "syslog":
			l.syslog(r)
		}
		l.estate.Notices = append(l.estate.Notices, &r.Notice)
	}
}

// noticeKind is the one kind of a receiver; its other keys must belong to it.
func (l *loader) noticeKind(n *node) string {
	kinds := noticeKinds()
	names := slices.Sorted(maps.Keys(kinds))
	given := slices.DeleteFunc(slices.Clone(names), func(kind string) bool { return n.get(kind) == nil })
	if len(given) != 1 {
		if len(given) == 0 {
			l.faults.add(n.at, "webhook: the notice has no receiver; want one of %s", nearest.AnyOf(names))
			return ""
		}
		l.fail(n.get(given[1]), given[1], "stands beside %s; want one of %s, and a notice of its own for each", given[0], nearest.AnyOf(names))
		return ""
	}
	for _, kind := range names {
		for _, key := range kinds[kind] {
			if other := n.get(key); kind != given[0] && other != nil {
				l.fail(other, key, "is a key of %s, and this is %s; leave it out", kind, given[0])
			}
		}
	}
	return given[0]
}

func (l *loader) webhook(r *rawNotice) {
	text, ok := l.text("webhook", r.webhook)
	if !ok {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", !validHost(u.Hostname()), u.Fragment != "", !validPort(u):
		l.fail(r.webhook, "webhook", "%q is no address of the web; want https://HOST/PATH", withoutUser(text))
	case u.User != nil:
		l.fail(r.webhook, "webhook", "has a name or a password in it; want it without, and secret_file for what proves who sends")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		l.fail(r.webhook, "webhook", "%q is not encrypted; want https, or a host that is this machine", text)
	default:
		r.Webhook = text
	}
	r.SecretFile = l.privateFile("secret_file", r.secretFile)
}

// withoutUser keeps a password out of an error.
func withoutUser(text string) string {
	if _, after, ok := strings.Cut(text, "@"); ok {
		return "...@" + after
	}
	return text
}

func validPort(u *url.URL) bool {
	n, err := strconv.Atoi(u.Port())
	return u.Port() == "" || err == nil && n > 0 && n < 65536
}

func (l *loader) mail(r *rawNotice) {
	host, port, ok := l.hostPort(r)
	for _, key := range []string{"from", "to"} {
		if r.node.get(key) == nil {
			l.faults.add(r.node.at, "%s: the notice by mail has none; want a mail address, as in ops@example.com", key)
		}
	}
	if r.from != nil {
		r.From, _ = l.mailAddress("from", r.from)
	}
	if r.TLS == "" {
		r.TLS = map[bool]string{true: MailTLS, false: MailStartTLS}[port == "465"]
	}
	if (r.user == nil) != (r.passwordFile == nil) {
		l.faults.add(r.node.at, "user: user and password_file belong together; want both, or neither for a server that wants no password")
	}
	if r.user != nil {
		r.User, _ = l.text("user", r.user)
		if ok && r.TLS == MailPlain && !isLoopback(host) {
			l.fail(r.node.get("tls"), "tls", "none would send the password unprotected to %s; want starttls or tls, or no user", host)
		}
	}
	r.PasswordFile = l.privateFile("password_file", r.passwordFile)
}

// hostPort reads the mail server.
func (l *loader) hostPort(r *rawNotice) (host, port string, ok bool) {
	text, ok := l.text("smtp", r.smtp)
	if !ok {
		return "", "", false
	}
	host, port, err := net.SplitHostPort(text)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 1 || n > 65535 || !validHost(host) {
		l.fail(r.smtp, "smtp", "%q is no mail server; want HOST:PORT, as in smtp.example.com:587", text)
		return "", "", false
	}
	r.SMTP = text
	return host, port, true
}

func validHost(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return !a.IsUnspecified()
	}
	ascii, err := hostProfile.ToASCII(host)
	return err == nil && isHostName(ascii)
}

// mailAddress reads a bare mail address: what it is wrapped in would end up in a header.
func (d *decoder) mailAddress(key string, n *node) (string, bool) {
	s, ok := d.text(key, n)
	if !ok {
		return "", false
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		d.fail(n, key, "%q is no mail address; want it alone, as in ops@example.com", s)
		return "", false
	}
	return s, true
}

func (l *loader) syslog(r *rawNotice) {
	text, ok := l.text("syslog", r.syslog)
	if !ok {
		return
	}
	ports := map[string]string{"udp": "514", "tcp": "601", "tls": "6514"} // RFC 5426, RFC 6587 and RFC 5425
	u, err := url.Parse(text)
	fault := err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != ""
	switch {
	case !fault && u.Scheme == "unix" && u.Host == "" && path.IsAbs(u.Path):
		r.Syslog = text
	case !fault && ports[u.Scheme] != "" && validHost(u.Hostname()) && validPort(u) && (u.Path == "" || u.Path == "/"):
		port := u.Port()
		if port == "" {
			port = ports[u.Scheme]
		}
		r.Syslog = u.Scheme + "://" + net.JoinHostPort(u.Hostname(), port)
	default:
		l.fail(r.syslog, "syslog", "%q is no place for messages; want udp://HOST:514, tcp://HOST:601, tls://HOST:6514 or unix:///dev/log", withoutUser(text))
	}
}
