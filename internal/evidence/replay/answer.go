package replay

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/portseal/portseal/scan"
)

// Agrees says where an exchange does not fit the question that it answers, of a target.
func Agrees(t scan.Target) scan.Agrees {
	return func(q scan.Question, x scan.Exchange) []scan.Deviation {
		var out []scan.Deviation
		deviate := func(key, stored, derived string) {
			out = append(out, scan.Deviation{Key: key, Stored: stored, Derived: derived})
		}
		plain := q.StartUp == scan.AtOnce || q.StartUp == "" && t.StartTLS == ""
		if plain && len(x.Preamble) > 0 {
			deviate("preamble", "bytes", "nothing: TLS begins at once")
		}
		switch {
		case x.Failure != nil:
			failedAnswer(x, plain, deviate)
		case q.Handshake != nil:
			completeHandshake(q, x, deviate)
		default:
			rawAnswer(q, x, deviate)
		}
		if q.Handshake == nil && x.Handshake != nil {
			deviate("handshake", "a complete handshake", "nothing: the question is a hello")
		}
		return out
	}
}

type deviate func(key, stored, derived string)

// failedAnswer is of a connection that did not stand, or whose start-up failed: nothing was asked over it.
func failedAnswer(x scan.Exchange, plain bool, deviate deviate) {
	if len(x.Sent) > 0 || len(x.Received) > 0 || x.End != "" || x.Handshake != nil {
		deviate("failure", shown(x.Failure), "nothing: the question was put, and answered")
	}
	switch stage := x.Failure.Stage; {
	case stage == scan.StageConnect:
	case stage == scan.StageStartTLS && !plain:
	default:
		deviate("failure/stage", string(stage), "connect, or starttls behind a start-up")
	}
}

// said is what a question sends to a listener that answers so.
func said(q scan.Question, x scan.Exchange) []byte {
	sent := q.Send
	for q.Follow != nil && len(sent) <= len(x.Sent) {
		more := q.Follow(sent, x.Received)
		if len(more) == 0 {
			break
		}
		sent = append(slices.Clip(sent), more...)
	}
	return sent
}

// rawAnswer is of a hello: its bytes are made again, and what ended the answer follows from the answer, but for a close, a reset or silence.
func rawAnswer(q scan.Question, x scan.Exchange, deviate deviate) {
	broken := x.End == scan.EndReset || x.End == scan.EndClose || x.End == scan.EndTimeout
	if want := said(q, x); !bytes.Equal(x.Sent, want) && (!broken || !bytes.HasPrefix(want, x.Sent)) {
		deviate("sent", fmt.Sprintf("%d bytes", len(x.Sent)), fmt.Sprintf("the %d bytes of this question", len(want)))
	}
	if q.Send == nil {
		if x.End != scan.EndCut && x.End != scan.EndReset || len(x.Received) > 0 {
			deviate("end", string(x.End), "cut: nothing was sent, and nothing waited for")
		}
		return
	}
	end, done := q.Enough(x.Received)
	switch {
	case done && x.End != end:
		deviate("end", string(x.End), string(end))
	case !done && !broken && (x.End != scan.EndCut || len(x.Preamble)+len(x.Received) < scan.MaxAnswer):
		deviate("end", string(x.End), "close, reset or timeout: the answer is not complete")
	}
}
