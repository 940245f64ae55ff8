package scan

import (
	"strconv"
	"strings"
	"time"
)

// Stage is where a failure happened.
type Stage string

// The stages of a connection, in order.
const (
	StageResolve   Stage = "resolve"
	StageConnect   Stage = "connect"
	StageStartTLS  Stage = "starttls"
	StageHello     Stage = "hello"
	StageHandshake Stage = "handshake"
)

// FailureKind is how it failed.
type FailureKind string

// The kinds of failure.
const (
	KindRefused  FailureKind = "refused"
	KindTimeout  FailureKind = "timeout"
	KindReset    FailureKind = "reset"
	KindAlert    FailureKind = "alert"
	KindProtocol FailureKind = "protocol"
)

// Failure is a question that got no answer.
type Failure struct {
	Stage   Stage       `json:"stage"`
	Kind    FailureKind `json:"kind"`
	Message string      `json:"message"`
}

// Error returns stage, kind and message on one line.
func (f *Failure) Error() string { return string(f.Stage) + ": " + string(f.Kind) + ": " + f.Message }

// End is how an answer ended: "alert:N" (a fatal alert with its description), "close" (the peer's FIN), "reset",
// "timeout", or "cut" (portseal had what it asked for, or a cap was reached, and closed).
type End string

// The ends but for alerts.
const (
	EndClose   End = "close"
	EndReset   End = "reset"
	EndTimeout End = "timeout"
	EndCut     End = "cut"
)

// EndAlert returns the End of a fatal alert with that description code.
func EndAlert(description uint8) End { return End("alert:" + strconv.Itoa(int(description))) }

// Alert returns the alert description that ended the answer.
func (e End) Alert() (uint8, bool) {
	rest, ok := strings.CutPrefix(string(e), "alert:")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(rest, 10, 8)
	return uint8(n), err == nil
}

// Question is one connection's worth of asking.
type Question struct {
	ID        string                                     // unique within a target: "TLSv1.2/suites/3"
	Send      []byte                                     // sent at once after connect and STARTTLS; nil for a handshake or a bare connect
	Enough    func(received []byte) (end End, done bool) // pure: is the answer complete, and what ended it
	Follow    func(sent, received []byte) []byte         // pure: what to send now that so much has been sent and received; nil for a question of one flight. It rests on the octets up to those that decide, and on none behind them
	Keep      func(received []byte) int                  // pure: how many octets of the answer may be kept, those that prove what was asked for; nil keeps all. The rest is wiped before anything else sees it
	Handshake *Handshake                                 // a complete handshake instead of Send
	StartUp   string                                     // instead of the target's StartTLS: AtOnce, or a key of the Runner's
}

// Exchange is one question and all that came back: the evidence of facts.
type Exchange struct {
	ID         string           `json:"id"`       // "e7": unique within an observation
	Question   string           `json:"question"` // the Question's ID
	Sent       []byte           `json:"sent"`
	Received   []byte           `json:"received"`
	End        End              `json:"end,omitempty"` // absent when the connection failed
	At         time.Time        `json:"at"`            // when the dial began
	Round      int              `json:"-"`             // of questions put side by side, from 1: all had ended when the next round began
	SourcePort uint16           `json:"source_port,omitempty"`
	Failure    *Failure         `json:"failure,omitempty"`  // no connection, or STARTTLS failed
	Preamble   []byte           `json:"preamble,omitempty"` // what the peer said before TLS, in STARTTLS
	Secret     []byte           `json:"secret,omitempty"`   // server_handshake_traffic_secret of a throwaway TLS 1.3 handshake: opens the server's flight, and nothing else
	Handshake  *HandshakeResult `json:"handshake,omitempty"`
	SentAs     string           `json:"sent_as,omitempty"` // in a report: id of an earlier exchange that sent the same bytes; Sent is then empty
	Cut        []CutCertificate `json:"cut,omitempty"`     // certificates taken out of Received, in order; see report
}

// CutCertificate says that a certificate's bytes were taken out of Received at an offset of the remaining bytes.
type CutCertificate struct {
	At     int    `json:"at"`
	SHA256 string `json:"sha256"`
}

// Connected says whether a connection stood and the question was put.
func (x Exchange) Connected() bool { return x.Failure == nil }
