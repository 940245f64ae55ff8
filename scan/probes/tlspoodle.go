package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// tlsPOODLE ends a handshake for each way to make a record in CBC mode, right and wrong ones (byhand.BadRecord), and sends it. Behind it stands a
// right close_notify, to which a listener that took the record answers as to a right one; who refuses the record says so by an alert, or closes.
// A listener that refuses all wrong ones alike tells nothing. Where one is taken, or answers differ, all are put once more: only what repeats
// counts. Each question is a session that breaks off, which a user must allow. What it does not see: differences in time, and those that show
// only behind the first alert.
type tlsPOODLE struct{}

// Name returns "tls-poodle".
func (tlsPOODLE) Name() string { return scan.FeatureTLSPOODLE }

// Why there is nothing to ask.
const (
	whyNotIntrusive = "not asked without --intrusive"
	whyNoCBC        = "no CBC suite is accepted from TLS 1.0 to 1.2"
	whyNoCBCByHand  = "no CBC suite is accepted with which a handshake is gone through by hand"
)

func poodleQuestion(b byhand.BadRecord) string { return "tls-poodle/" + strconv.Itoa(int(b)+1) }

// offer is the newest version with CBC suites, and those of them that are gone on with by hand; f says why there is nothing to ask.
func (tlsPOODLE) offer(t scan.Target, log *scan.Log) (v cipher.Version, list []cipher.ID, f scan.Feature) {
	f.Name = scan.FeatureTLSPOODLE
	known := true
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv11, cipher.TLSv10} {
		fact, _ := supports(log, v)
		accepted := acceptedSuites(t, log, v)
		known = known && (fact == scan.No || len(accepted) > 0)
		list = slices.DeleteFunc(accepted, func(id cipher.ID) bool { return !hasMAC(id) })
		switch {
		case len(list) == 0:
		case !t.Plan.Intrusive:
			f.Basis = whyNotIntrusive
			return 0, nil, f
		case len(byhand.CBC(list)) == 0:
			f.Basis = whyNoCBCByHand
			return 0, nil, f
		default:
			return v, byhand.CBC(list), f
		}
	}
	f.Answer, f.Basis = scan.No, whyNoCBC
	if !known {
		f.Answer, f.Basis = scan.Unknown, "not every suite was asked, and no CBC suite is known to be accepted"
	}
	return 0, nil, f
}

// Next asks with a right record first: a listener whose answer to that is not known is not asked further. Then with the wrong ones side by side,
// and with all once more where they are not refused alike.
func (p tlsPOODLE) Next(t scan.Target, log *scan.Log) []scan.Question {
	v, list, _ := p.offer(t, log)
	if v == 0 {
		return nil
	}
	h := offer(t, log, v, list)
	h.Groups = byhand.Groups()
	put := func(records []byhand.BadRecord, round string) (out []scan.Question) {
		for _, b := range records {
			id := poodleQuestion(b) + round
			out = append(out, ask(log, id, func() scan.Question { return p.question(log, id, h, b) })...)
		}
		return out
	}
	all := byhand.BadRecords()
	if first := put(all[:1], ""); len(first) > 0 {
		return first
	}
	if _, why := recordAnswer(log, poodleQuestion(byhand.RecordRight)); why != "" {
		return nil
	}
	if wrong := put(all[1:], ""); len(wrong) > 0 {
		return wrong
	}
	if said, _, why := recordAnswers(log, ""); why == "" && len(readRecords(said)) > 0 {
		return put(all, again)
	}
	return nil
}

// question goes through the handshake, and sends the record once the listener's Finished is there.
func (tlsPOODLE) question(log *scan.Log, id string, h hello.ClientHello, b byhand.BadRecord) scan.Question {
	q := question(log, id, h, hello.Ended)
	first, ended := len(q.Send), q.Enough
	q.Follow = func(sent, received []byte) []byte {
		s := recordSession(log, sent, received, id)
		if s == nil {
			return nil
		}
		flight := s.Flight()
		switch {
		case len(sent) == first:
			return flight
		case len(sent) == first+len(flight) && s.Hear(received).Finished:
			return s.Say(b)
		}
		return nil
	}
	q.Enough = func(received []byte) (scan.End, bool) {
		f := hello.Parse(received)
		if !f.Done {
			return ended(received)
		}
		s := recordSession(log, q.Send, received, id)
		if s == nil {
			return scan.EndCut, true
		}
		if heard := s.Hear(received); heard.Alert != nil || heard.Opaque {
			return scan.EndCut, true
		}
		return ended(received)
	}
	return q
}

// recordSession is the session of a first flight that goes on in CBC mode.
func recordSession(log *scan.Log, sent, received []byte, id string) *byhand.Session {
	if !byhand.Negotiates(hello.Parse(received)) {
		return nil
	}
	return sessionByHand(log, sent, received, id)
}

// Derive writes the feature.
func (p tlsPOODLE) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if !spokeTLSAtAll(log) {
		return
	}
	v, _, f := p.offer(t, log)
	if v != 0 {
		f = p.read(log)
	}
	o.Features = append(o.Features, f)
}

func (tlsPOODLE) read(log *scan.Log) scan.Feature {
	f := scan.Feature{Name: scan.FeatureTLSPOODLE}
	said, evidence, why := recordAnswers(log, "")
	f.Evidence = evidence
	switch {
	case why != "":
		f.Basis = why
	case len(readRecords(said)) > 0:
		readAgain(log, said, &f)
	case said[byhand.RecordRight] == said[byhand.RecordMAC]:
		f.Basis = "right and wrong records have one answer: " + said[byhand.RecordRight]
	default:
		f.Answer, f.Basis = scan.No, "wrong padding and wrong MACs have one answer: "+said[byhand.RecordMAC]
	}
	return f
}
