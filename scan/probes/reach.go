package probes

import (
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// reached is how far the questions got so far.
type reached uint8

const (
	reachNothing reached = iota // no connection, or an answer that is no TLS: nothing more to ask
	reachSilent                 // connections stand, and nothing is said, or not all of it in time
	reachMore                   // TLS records, or a listener that closes or resets: the next version may be welcome
)

// reach says whether it makes sense to go on asking.
func reach(log *scan.Log) reached {
	best := reachNothing
	for _, r := range readAll(log) {
		switch r.outcome() {
		case answered, alerted, closed, reset:
			return reachMore
		case silent:
			best = reachSilent
		}
	}
	return best
}

// deriveState writes the state, and what is known of a listener that is not TLS.
func deriveState(t scan.Target, log *scan.Log, o *scan.Observation) {
	all := readAll(log)
	if len(all) == 0 {
		o.State = scan.StateSkipped
		return
	}
	for _, r := range all {
		if r.spokeTLS() {
			o.State = scan.StateTLS
			if t.StartTLS != "" {
				o.State = scan.StateStartTLS
			}
			return
		}
	}
	for _, r := range all {
		if r.Connected() {
			deriveOpen(all, o)
			return
		}
	}
	o.Failure = all[0].Failure
	switch f := o.Failure; {
	case f.Stage == scan.StageStartTLS && f.Kind != scan.KindRefused:
		o.State = scan.StateError // busy, another protocol, or silence: nothing is known of TLS
	case f.Stage == scan.StageStartTLS:
		o.State = scan.StateNonTLS
		o.NonTLS = nonTLS("plaintext", all[0].Preamble)
	case f.Kind == scan.KindRefused:
		o.State = scan.StateClosed
	case f.Kind == scan.KindTimeout:
		o.State = scan.StateFiltered
	case f.Kind == scan.KindUnreachable:
		o.State = scan.StateUnreachable
	default:
		o.State = scan.StateError
	}
}

// deriveOpen describes a port that accepts connections and never sent a TLS record.
func deriveOpen(all []reading, o *scan.Observation) {
	o.State = scan.StateNonTLS
	var kind string
	for _, r := range all {
		if !r.Connected() {
			continue
		}
		switch {
		case r.Question == connectQuestion:
			o.State = scan.StateOpen
			return
		case len(r.Received) > 0 && hello.FirstBytes(r.Received) == hello.KindUndecided:
			o.State = scan.StateError
			o.Failure = &scan.Failure{Stage: scan.StageHello, Kind: kindOf(r.End),
				Message: "the answer began like a TLS record and ended inside it"}
			return
		case len(r.Received) > 0:
			o.NonTLS = nonTLS(describe(r.Received), r.Received)
			return
		case r.End == scan.EndReset && kind == "":
			kind = "resets"
		case r.End == scan.EndClose && kind == "":
			kind = "closes"
		case kind == "":
			kind = "silent"
		}
	}
	o.NonTLS = nonTLS(kind, nil)
}

func kindOf(e scan.End) scan.FailureKind {
	switch e {
	case scan.EndTimeout:
		return scan.KindTimeout
	case scan.EndReset:
		return scan.KindReset
	}
	return scan.KindProtocol
}
