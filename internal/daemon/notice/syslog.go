package notice

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// What a syslog message is, RFC 5424.
const (
	facility    = 3 // system daemons
	dataID      = "portseal@32473"
	datagram    = 2048 // octets that a receiver should take: RFC 5424 section 6.1
	streamMost  = 8192 // RFC 5425 section 4.3.1
	valueWidth  = 100  // columns of one value of the structured data
	answersSoon = 300 * time.Millisecond
	endsSoon    = 2 * time.Second
)

// syslogSeverity maps severities to those of RFC 5424 section 6.2.1.
func syslogSeverity(s report.Severity) int {
	switch s {
	case report.Critical:
		return 2
	case report.High:
		return 3
	case report.Medium:
		return 4
	case report.Low:
		return 5
	}
	return 6
}

// event is one syslog message: the notice itself, or one thing that it lists.
type event struct {
	id       string // MSGID
	severity report.Severity
	data     [][2]string
	text     string
}

// events are a message's lines for syslog: the summary first, then all that it lists.
func (m *Message) events() []event {
	run := ""
	if m.Run != nil {
		run = m.Run.ID
	}
	summary := event{id: "notice", severity: m.Severity, text: m.Title, data: [][2]string{{"events", strings.Join(m.Events, ",")},
		{"new", fmt.Sprint(m.Counts.New)}, {"resolved", fmt.Sprint(m.Counts.Resolved)}, {"expiring", fmt.Sprint(m.Counts.Expiring)}}}
	if m.Run != nil {
		summary.data = append(summary.data, [2]string{"state", m.Run.State}, [2]string{"schedule", m.Run.Schedule})
		if m.Run.Message != "" {
			summary.text += ": " + m.Run.Message
		}
	}
	out := []event{summary}
	for _, f := range m.New {
		out = append(out, f.event(estate.NoticeNew, f.Severity))
	}
	for _, f := range m.Resolved {
		out = append(out, f.event(estate.NoticeResolved, report.Info))
	}
	for _, c := range m.Expiring {
		severity := map[int]report.Severity{0: report.High, 1: report.High, 7: report.Medium}[c.Level]
		out = append(out, event{id: estate.NoticeExpiring, severity: max(severity, report.Low), text: strings.Join(c.lines(), " "),
			data: [][2]string{{"sha256", c.SHA256}, {"subject", c.Subject}, {"not_after", c.NotAfter.UTC().Format(time.RFC3339)}, {"days", fmt.Sprint(c.Days)}}})
	}
	for i := range out {
		out[i].data = append([][2]string{{"notice", m.ID}, {"estate", m.Estate}, {"run", run}}, out[i].data...)
	}
	return out
}

func (f Finding) event(id string, s report.Severity) event {
	return event{id: id, severity: s, text: strings.Join(f.lines(), " "),
		data: [][2]string{{"finding", f.ID}, {"severity", f.Severity.String()}, {"endpoint", f.Endpoint}, {"item", f.Item}}}
}

// format writes one message of RFC 5424, of at most a number of octets.
func (e event) format(at time.Time, host string, most int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s portseal - %s [%s", facility*8+syslogSeverity(e.severity), at.UTC().Format("2006-01-02T15:04:05.000Z"), hostName(host), e.id, dataID)
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`)
	for _, pair := range e.data {
		if pair[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, pair[0], escape.Replace(text.Cut(pair[1], valueWidth)))
		}
	}
	b.WriteString("] ")
	words := text.Clean(strings.Join(strings.Fields(e.text), " "))
	if strings.IndexFunc(words, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		b.WriteString("\ufeff") // the mark of UTF-8, section 6.4
	}
	out := b.String() + words
	if len(out) > most {
		out = strings.ToValidUTF8(out[:most], "") // a rune that was cut
	}
	return []byte(out)
}

// hostName is what HOSTNAME may be: visible ASCII, at most 255.
func hostName(host string) string {
	odd := strings.IndexFunc(host, func(r rune) bool { return r <= ' ' || r > '~' })
	if host == "" || odd >= 0 || len(host) > 255 {
		return "-"
	}
	return host
}

// syslog sends a message's lines over one connection.
func (w wires) syslog(ctx context.Context, to *estate.Notice, m *Message) error {
	u, err := url.Parse(to.Syslog)
	if err != nil {
		return fmt.Errorf("the address of syslog is wrong: %w", err)
	}
	network, address := u.Scheme, u.Host
	switch u.Scheme {
	case "unix":
		network, address = "unixgram", u.Path
	case "tls":
		network = "tcp"
	}
	if err := w.lines(ctx, network, address, u, m); err != nil {
		return fmt.Errorf("syslog at %s: %w", address, err)
	}
	return nil
}

func (w wires) lines(ctx context.Context, network, address string, u *url.URL, m *Message) error {
	c, err := dial(ctx, network, address)
	if err != nil {
		return err
	}
	defer c.Close()
	line := c
	if u.Scheme == "tls" {
		secured := tls.Client(c, w.tls(u.Hostname()))
		if err := secured.HandshakeContext(ctx); err != nil {
			return err
		}
		line = secured
	}
	for _, e := range m.events() {
		out := e.format(m.Made, w.host, datagram)
		if network == "tcp" { // counted octets, RFC 6587 section 3.4.1 and RFC 5425 section 4.3
			out = e.format(m.Made, w.host, streamMost)
			out = append(fmt.Appendf(nil, "%d ", len(out)), out...)
		}
		if _, err := line.Write(out); err != nil {
			return err
		}
	}
	return settle(line, network)
}

// settle waits for what says that nobody took the lines: syslog has no answer, but a network may have one.
func settle(line net.Conn, network string) error {
	wait := answersSoon
	if network == "tcp" {
		if half, ok := line.(interface{ CloseWrite() error }); ok {
			if err := half.CloseWrite(); err != nil {
				return err
			}
		}
		wait = endsSoon
	}
	if network == "unixgram" {
		return nil
	}
	if err := line.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, line)
	if err != nil && !isTimeout(err) {
		return err
	}
	return nil
}
