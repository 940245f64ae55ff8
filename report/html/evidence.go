package html

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// dumpLength is how many bytes of a flight are shown in hex; what is longer follows whole, in base64 as in the JSON report.
const dumpLength = 256

// exchange is one question to an endpoint and what came back.
type exchange struct {
	ID, Question, End string
	Fields            []field
	Flights           []flight
	Pointer           string // RFC 6901, into the JSON report
}

// flight is bytes in one direction.
type flight struct {
	Name string
	Size int
	Dump string
	Rest string // base64 of all of them, when the dump does not show all
}

func exchangeOf(e *report.Endpoint, endpoint, i int) exchange {
	x := &e.Evidence[i]
	out := exchange{ID: clean(x.ID), Question: clean(x.Question), End: endOf(x), Pointer: fmt.Sprintf("/endpoints/%d/evidence/%d", endpoint, i)}
	add := func(name, text string) {
		if text != "" {
			out.Fields = append(out.Fields, field{name, text})
		}
	}
	add("Asked", clock(x.At))
	if x.SourcePort > 0 {
		add("From port", fmt.Sprint(x.SourcePort))
	}
	if x.Failure != nil {
		add("Failure", clean(x.Failure.Error()))
	}
	add("Handshake", handshakeOf(x.Handshake))
	if x.SentAs != "" {
		add("Sent", "the same bytes as in "+clean(x.SentAs))
	}
	for _, cut := range x.Cut {
		add("Taken out", fmt.Sprintf("at byte %d, the certificate with SHA-256 %s", cut.At, clean(cut.SHA256)))
	}
	if len(x.Secret) > 0 {
		add("Opened with", fmt.Sprintf("%x (handshake traffic secret of this throwaway connection)", x.Secret))
	}
	for _, f := range []flight{flightOf("Said before TLS", x.Preamble), flightOf("Sent", x.Sent), flightOf("Received", x.Received)} {
		if f.Size > 0 {
			out.Flights = append(out.Flights, f)
		}
	}
	return out
}

// endOf says how an answer ended, in words.
func endOf(x *scan.Exchange) string {
	if n, ok := x.End.Alert(); ok {
		return fmt.Sprintf("fatal alert %d", n)
	}
	switch x.End {
	case scan.EndClose:
		return "closed by the peer"
	case scan.EndReset:
		return "reset by the peer"
	case scan.EndTimeout:
		return "no further answer in time"
	case scan.EndCut:
		return "answered; ended by portseal"
	case "":
		return "no connection"
	}
	return clean(string(x.End))
}

func handshakeOf(h *scan.HandshakeResult) string {
	if h == nil {
		return ""
	}
	parts := []string{"completed: " + h.Completed.String()}
	add := func(lead, text string) {
		if text != "" {
			parts = append(parts, lead+text)
		}
	}
	if h.Version != 0 {
		add("", h.Version.String())
	}
	if h.Suite != nil {
		add("suite ", h.Suite.String())
	}
	add("by ", clean(h.Library))
	add("client certificate requested: ", h.CertificateRequested.String())
	add("sent the certificate with SHA-256 ", clean(h.ClientCertificate))
	add("then: ", clean(string(h.After)))
	if h.Alert != nil {
		add("alert ", fmt.Sprint(*h.Alert))
	}
	if h.Injected != scan.Unknown {
		add("carried out what came in clear: ", h.Injected.String())
	}
	add("error: ", clean(h.Error))
	return strings.Join(parts, "; ")
}

func flightOf(name string, b []byte) flight {
	f := flight{Name: name, Size: len(b), Dump: dump(b[:min(len(b), dumpLength)])}
	if len(b) > dumpLength {
		f.Rest = base64.StdEncoding.EncodeToString(b)
	}
	return f
}

// dump writes bytes as offset, hex and ASCII, sixteen a line.
func dump(b []byte) string {
	var out strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		fmt.Fprintf(&out, "%04x  %-47s  ", at, fmt.Sprintf("% x", line))
		for _, c := range line {
			if c < ' ' || c > '~' {
				c = '.'
			}
			out.WriteByte(c)
		}
		out.WriteByte('\n')
	}
	return out.String()
}
