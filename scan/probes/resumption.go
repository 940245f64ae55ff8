package probes

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

const (
	featureSessionTicket = "session-ticket"
	featureSessionID     = "session-id-resumption"
	featureTicket        = "ticket-resumption"
	featurePSK           = "psk-resumption"
	featureEarlyData     = "early-data"
)

// resumption finds in which ways a session is resumed: by session ID and by ticket below TLS 1.3, by pre-shared key in TLS 1.3. A session must
// be whole before it can be resumed, so each way takes a complete handshake and one connection more. Below TLS 1.3 that is a raw hello: the listener's ServerHello says whether it takes the session (RFC 5246 section 7.4.1.3, RFC 5077
// section 3.4), and nothing further is needed. Early data is never sent: a ticket says whether the listener would take it.
type resumption struct{}

// Name returns "resumption".
func (resumption) Name() string { return "resumption" }

const (
	pskHandshake      = "resumption/psk/handshake"
	pskQuestion       = "resumption/psk"
	olderHandshake    = "resumption/handshake"
	ticketQuestion    = "resumption/ticket"
	withoutTicket     = "resumption/handshake/no-ticket"
	sessionIDQuestion = "resumption/session-id"
	extSessionTicket  = 35 // RFC 5077 section 3.2
	extPreSharedKey   = 41 // RFC 8446 section 4.2.11
)

// Next asks the next step of each way.
func (p resumption) Next(t scan.Target, log *scan.Log) []scan.Question {
	return append(p.nextPSK(t, log), p.nextOlder(t, log)...)
}

func (p resumption) nextPSK(t scan.Target, log *scan.Log) []scan.Question {
	if newestSpoken(log, tls13) != tls13 {
		return nil
	}
	first, asked := read(log, pskHandshake)
	if !asked {
		return []scan.Question{p.shake(t, log, tls13, pskHandshake)}
	}
	if !completed(first) || len(first.Handshake.Tickets) == 0 {
		return nil
	}
	return ask(log, pskQuestion, func() scan.Question {
		q := p.shake(t, log, tls13, pskQuestion)
		q.Handshake.Resume = pskHandshake
		return q
	})
}

func (p resumption) nextOlder(t scan.Target, log *scan.Log) []scan.Question {
	v := newestSpoken(log, cipher.TLSv12)
	if v < cipher.TLSv10 {
		return nil // no library completes SSLv3
	}
	full, asked := read(log, olderHandshake)
	if !asked {
		return []scan.Question{p.shake(t, log, v, olderHandshake)}
	}
	var out []scan.Question
	if completed(full) && full.flight.Ticket != nil {
		out = p.offer(t, log, v, ticketQuestion, keysOf(log, ticketQuestion).SessionID(), full.flight.Ticket.Ticket)
		if full, asked = read(log, withoutTicket); !asked {
			return append(out, p.shake(t, log, v, withoutTicket))
		}
	}
	if id := sessionIDOf(full); len(id) > 0 {
		out = append(out, p.offer(t, log, v, sessionIDQuestion, id, nil)...)
	}
	return out
}

// sessionIDOf is the session ID that a listener named in a handshake that was completed.
func sessionIDOf(r reading) []byte {
	if !completed(r) || r.flight.ServerHello == nil {
		return nil
	}
	return r.flight.ServerHello.SessionID
}

// completed says whether a handshake was completed, and nothing held against the client behind it: AT-TLS looks at its certificate only then.
func completed(r reading) bool {
	return r.Handshake != nil && r.Handshake.Completed == scan.Yes && r.Handshake.After != scan.AfterAlert
}

// shake asks for a complete handshake of a version.
func (resumption) shake(t scan.Target, log *scan.Log, v cipher.Version, id string) scan.Question {
	h := &scan.Handshake{MinVersion: v, MaxVersion: v, ServerName: t.ServerName, ClientCertificate: certificateToShow(t, log),
		NoTicket: id == withoutTicket, Keep: id == pskHandshake}
	if v != tls13 {
		h.Suites = suitesSeen(log, v)
	}
	return scan.Question{ID: id, Handshake: h}
}

// offer asks with a session, in a hello that is answered without one. A ticket goes with a session ID of the client's choice, which the
// listener repeats when it takes the ticket.
func (resumption) offer(t scan.Target, log *scan.Log, v cipher.Version, id string, sessionID, ticket []byte) []scan.Question {
	h, ok := spoken(t, log, v)
	if !ok {
		return nil
	}
	return pursue(log, id, func() scan.Question {
		h.SessionID = sessionID
		if ticket != nil {
			h.More = append(h.More, hello.Extension{ID: extSessionTicket, Data: ticket})
		}
		return question(log, id, h, hello.Answered)
	})
}

// Derive writes a feature for each way that was tried, and what the tickets say. Without a session to resume nothing is known of any way.
func (p resumption) Derive(_ scan.Target, log *scan.Log, o *scan.Observation) {
	if full, asked := read(log, olderHandshake); asked {
		v := newestSpoken(log, cipher.TLSv12)
		if completed(full) {
			o.Features = append(o.Features, issued(v, full))
			o.Features = append(o.Features, p.resumed(log, v, featureTicket, ticketQuestion)...)
			o.Features = append(o.Features, p.resumed(log, v, featureSessionID, sessionIDQuestion)...)
			o.Features = append(o.Features, unnamed(log, v, full)...)
		} else {
			o.Features = append(o.Features, incomplete(o, full, v, featureSessionTicket, featureTicket, featureSessionID)...)
		}
	}
	if first, asked := read(log, pskHandshake); asked {
		if completed(first) {
			o.Features = append(o.Features, tickets13(first)...)
		} else {
			o.Features = append(o.Features, incomplete(o, first, tls13, featureSessionTicket, featurePSK, featureEarlyData)...)
		}
	}
	if r, asked := read(log, pskQuestion); asked {
		o.Features = append(o.Features, psk(log, r))
	}
}

// issued says whether the listener issues tickets below TLS 1.3.
func issued(v cipher.Version, r reading) scan.Feature {
	if sent, err := hello.ParseClientHello(r.Sent); err != nil || !slices.ContainsFunc(sent.Extensions, func(e hello.Extension) bool { return e.ID == extSessionTicket }) {
		return scan.Feature{Name: featureSessionTicket, Version: v, Basis: "the library that speaks the listener's suites asks for no tickets", Evidence: []string{r.ID}}
	}
	f := scan.Feature{Name: featureSessionTicket, Version: v, Answer: scan.FactOf(r.flight.Ticket != nil), Evidence: []string{r.ID}}
	switch {
	case r.flight.Ticket == nil:
	case r.flight.Ticket.Lifetime == 0: // RFC 5077 section 3.3
		f.Values = []string{"lifetime not stated"}
	default:
		f.Values = []string{fmt.Sprintf("lifetime %d s", r.flight.Ticket.Lifetime)}
	}
	return f
}

// forgotten is why a session that was not resumed shows nothing.
const forgotten = "a new session was begun, and in this run answers were lost: the listener may have forgotten the session"

// losesAnswers says whether something in this run was lost, by accident or for good.
func losesAnswers(log *scan.Log) bool {
	return accidents(log) || slices.ContainsFunc(readAll(log), func(r reading) bool { return r.outcome() == silent || r.End == scan.EndTimeout })
}

// resumed says what became of a session that was offered: a listener that takes it repeats the session ID.
func (resumption) resumed(log *scan.Log, v cipher.Version, name, question string) []scan.Feature {
	if !log.Asked(question) {
		return nil
	}
	r, _ := settled(log, question)
	if r.outcome() != answered || r.flight.ServerHello == nil {
		return []scan.Feature{unanswered(name, v, r)}
	}
	f := scan.Feature{Name: name, Version: v, Answer: scan.No, Basis: "a new session was begun", Evidence: []string{r.ID}}
	if sent, err := hello.ParseClientHello(r.Sent); err == nil && bytes.Equal(sent.SessionID, r.flight.ServerHello.SessionID) {
		f.Answer, f.Basis = scan.Yes, ""
	} else if log.Asked(question + again) { // a listener may forget a session whose first use was cut off (RFC 5246 section 7.2.2)
		f.Answer, f.Basis = scan.Unknown, "the question was cut off once, and a new session was begun the second time"
	} else if losesAnswers(log) { // nor is it known then that the first use ended as it should
		f.Answer, f.Basis = scan.Unknown, forgotten
	}
	return []scan.Feature{f}
}

// unnamed says that a listener which was asked without tickets names no session ID, and so resumes by none.
func unnamed(log *scan.Log, v cipher.Version, full reading) []scan.Feature {
	if without, asked := read(log, withoutTicket); asked {
		full = without
	} else if full.flight.Ticket != nil {
		return nil // it was not asked without
	}
	if !completed(full) || len(sessionIDOf(full)) > 0 {
		return nil
	}
	return []scan.Feature{{Name: featureSessionID, Version: v, Answer: scan.No, Basis: "the listener names no session ID", Evidence: []string{full.ID}}}
}

// tickets13 says whether tickets came after the TLS 1.3 handshake, how long they hold, and whether they are good for early data.
func tickets13(r reading) []scan.Feature {
	h := r.Handshake
	f := scan.Feature{Name: featureSessionTicket, Version: tls13, Answer: scan.Yes, Evidence: []string{r.ID}}
	switch {
	case len(h.Tickets) == 0 && h.After == scan.AfterData:
		f.Answer, f.Basis = scan.No, "data came, and no ticket before it"
		return []scan.Feature{f}
	case len(h.Tickets) == 0: // a listener has no way to say that it issues none, and silence may be the network's
		f.Answer, f.Basis = scan.Unknown, "none came within the time that was waited"
		return []scan.Feature{f}
	}
	early := scan.Feature{Name: featureEarlyData, Version: tls13, Answer: scan.No, Basis: "no ticket has the early_data extension", Evidence: []string{r.ID}}
	f.Values = []string{fmt.Sprintf("lifetime %d s", h.Tickets[0].LifetimeS)}
	for _, t := range h.Tickets {
		if t.MaxEarlyData > 0 {
			early.Answer, early.Basis, early.Values = scan.Yes, "a ticket has the early_data extension; nothing was sent", []string{fmt.Sprintf("at most %d octets", t.MaxEarlyData)}
			break
		}
	}
	return []scan.Feature{f, early}
}

// psk says whether the session was resumed: the ServerHello then has pre_shared_key.
func psk(log *scan.Log, r reading) scan.Feature {
	if r.outcome() != answered || r.flight.ServerHello == nil {
		return unanswered(featurePSK, tls13, r)
	}
	f := scan.Feature{Name: featurePSK, Version: tls13, Answer: scan.No, Basis: "a new session was begun", Evidence: []string{r.ID}}
	if _, taken := r.flight.ServerHello.Extension(extPreSharedKey); taken {
		f.Answer, f.Basis = scan.Yes, ""
	} else if losesAnswers(log) {
		f.Answer, f.Basis = scan.Unknown, forgotten
	}
	return f
}
