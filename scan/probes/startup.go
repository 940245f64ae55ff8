package probes

import (
	"bytes"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
	"github.com/portseal/portseal/scan/starttls"
)

// startUp asks a listener with a start-up of its own which other ways it takes: a ClientHello from the first octet, which a TN3270
// port of CONNTYPE SECURE or ANY takes beside START_TLS, where its kind has that; and a session without TLS, which CONNTYPE ANY takes, an FTP server
// without SECURE_FTP REQUIRED, a mail server that lets users log in in clear. What counts as a session is the kind's matter (starttls.Kind's Clear).
// Of a kind that has nothing before TLS, DRDA's, the first question is answered by all the others.
type startUp struct{}

// Name returns "start-up".
func (startUp) Name() string { return "start-up" }

const (
	startUpQuestion = "start-up/"
	atOnceQuestion  = startUpQuestion + scan.WayAtOnce
	clearQuestion   = startUpQuestion + scan.WayClear
)

// ClearOf is the name of the dialogue that goes on without TLS, in the Runner's StartTLS.
func ClearOf(kind string) string { return kind + "/clear" }

// Next asks both, once the listener has said something in its own start-up.
func (startUp) Next(t scan.Target, log *scan.Log) []scan.Question {
	kind, ok := kindOfStartUp(t.StartTLS)
	if !ok || !reachedStartUp(log) {
		return nil
	}
	var out []scan.Question
	if kind.AtOnce {
		out = pursue(log, atOnceQuestion, func() scan.Question {
			q := question(log, atOnceQuestion, atOnceHello(t, log), nil)
			q.StartUp = scan.AtOnce
			return q
		})
	}
	if kind.Clear != nil {
		out = append(out, askClear(t, log)...)
	}
	return out
}

// askClear asks once, and once more where the connection ended: that may be an accident.
func askClear(t scan.Target, log *scan.Log) []scan.Question {
	q := scan.Question{ID: clearQuestion, StartUp: ClearOf(t.StartTLS)}
	if x, asked := log.Get(q.ID); asked {
		if x.Failure == nil || x.Failure.Stage != scan.StageStartTLS || x.Failure.Kind != scan.KindReset {
			return nil
		}
		return onceMore(log, reading{Exchange: x}, func() scan.Question { return q })
	}
	return []scan.Question{q}
}

func kindOfStartUp(name string) (starttls.Kind, bool) {
	for _, k := range starttls.Kinds() {
		if k.Name == name && (k.AtOnce || k.Clear != nil || k.Unseen != "") {
			return k, true
		}
	}
	return starttls.Kind{}, false
}

// reachedStartUp says whether a connection stood: a port that is closed has no ways.
func reachedStartUp(log *scan.Log) bool {
	for _, r := range readAll(log) {
		if r.Connected() || r.Failure.Stage == scan.StageStartTLS {
			return true
		}
	}
	return false
}

// atOnceHello offers what the listener chose behind its start-up, or, where it chose nothing, a short list of TLS 1.2.
func atOnceHello(t scan.Target, log *scan.Log) hello.ClientHello {
	v := newestTLS(log)
	list := suitesSeen(log, v)
	if len(list) == 0 {
		v = cipher.TLSv12
		list = cipher.Enumerable(v)
		list = list[:min(len(list), narrowSuites)]
	}
	return offer(t, log, v, list)
}

// Derive writes the ways.
func (startUp) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	kind, ok := kindOfStartUp(t.StartTLS)
	if !ok || !reachedStartUp(log) {
		return
	}
	if kind.AtOnce {
		o.StartUps = append(o.StartUps, atOnce(log))
	}
	o.StartUps = append(o.StartUps, negotiated(log, o, kind))
	switch {
	case kind.Unseen != "":
		o.StartUps = append(o.StartUps, unseen(log, o, kind))
	case log.Asked(clearQuestion):
		o.StartUps = append(o.StartUps, inClear(log, o, kind))
	}
	for _, s := range o.StartUps {
		if s.Accepted == scan.Unknown {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: startUpQuestion + s.Way, Why: s.Basis})
		}
	}
}

func atOnce(log *scan.Log) scan.StartUp {
	out := scan.StartUp{Way: scan.WayAtOnce, Basis: "not asked"}
	r, _ := settled(log, atOnceQuestion)
	second, twice := read(log, atOnceQuestion+again)
	if r.Question == "" {
		return out
	}
	out.Evidence = []string{r.ID}
	switch how := r.outcome(); {
	case how == answered, how == alerted:
		out.Accepted, out.Basis = scan.Yes, "a TLS record answered the ClientHello"
	case how == strange && len(r.Received) > 0 && !r.spokeTLS():
		out.Accepted, out.Basis = scan.No, "the answer to the ClientHello is no TLS record"
	case (how == reset || how == closed) && twice && second.outcome() == how && lasting(log, r.Exchange, second.Exchange):
		out.Accepted, out.Basis = scan.No, string(r.End)+" after the ClientHello, twice"
		out.Evidence = append(out.Evidence, second.ID)
	case how == failed:
		out.Basis = r.Failure.Error()
	default:
		out.Basis = "no answer to the ClientHello that counts (" + string(r.End) + ")"
	}
	return out
}

// negotiated reads what all the other questions found, each of which was put behind the start-up.
func negotiated(log *scan.Log, o *scan.Observation, kind starttls.Kind) scan.StartUp {
	out := scan.StartUp{Way: scan.WayNegotiated}
	if kind.Start == nil {
		out.Way = scan.WayAtOnce
	}
	all := readAll(log)
	switch {
	case o.State == scan.StateStartTLS && kind.Start == nil:
		out.Accepted, out.Basis = scan.Yes, "TLS was spoken"
	case o.State == scan.StateNonTLS && kind.Start == nil && o.NonTLS.Kind != "silent" && !accidents(log):
		out.Accepted, out.Basis = scan.No, "no TLS record answered a ClientHello ("+o.NonTLS.Kind+")"
	case o.State == scan.StateStartTLS:
		out.Accepted, out.Basis = scan.Yes, "TLS was spoken after the start-up"
	case o.Failure != nil && o.Failure.Stage == scan.StageStartTLS && o.Failure.Kind == scan.KindRefused:
		out.Accepted, out.Basis = scan.No, o.Failure.Message
	case o.Failure != nil:
		out.Basis = o.Failure.Error()
	default:
		out.Basis = "no TLS was seen after the start-up"
	}
	if len(all) > 0 {
		out.Evidence = []string{all[0].ID}
	}
	return out
}

// unseen is about a kind that shows only behind a login whether it goes on without TLS: what it refuses TLS on goes on without, or not at all.
func unseen(log *scan.Log, o *scan.Observation, kind starttls.Kind) scan.StartUp {
	out := scan.StartUp{Way: scan.WayClear, Basis: kind.Unseen}
	if n := negotiated(log, o, kind); n.Accepted == scan.No {
		out.Accepted, out.Basis, out.Evidence = scan.Yes, "no TLS is offered, so that all goes without", n.Evidence
	}
	return out
}

// inClear reads the dialogue without TLS. A connection that ends counts only when it repeats, and only as an answer to a refusal of ours, or at a port
// that speaks TLS from the first octet.
func inClear(log *scan.Log, o *scan.Observation, kind starttls.Kind) scan.StartUp {
	x, _ := log.Get(clearQuestion)
	second, twice := log.Get(clearQuestion + again)
	lasts := twice && lasting(log, x, second)
	out := scan.StartUp{Way: scan.WayClear, Evidence: []string{x.ID}}
	if twice {
		out.Evidence = append(out.Evidence, second.ID)
		if second.Failure == nil || second.Failure.Kind != scan.KindReset {
			x = second
		}
	}
	switch f := x.Failure; {
	case f == nil:
		out.Accepted, out.Basis = scan.Yes, kind.Served
		if o.NonTLS != nil && o.NonTLS.Protocol == "" {
			o.NonTLS.Protocol = kind.Name
		}
	case f.Kind == scan.KindRefused && f.Stage == scan.StageStartTLS:
		out.Accepted, out.Basis = scan.No, f.Message
	case f.Kind == scan.KindReset && lasts && askedForTLS(x) && askedForTLS(second):
		out.Accepted, out.Basis = scan.No, "the connection ended after WONT START_TLS, twice"
	case f.Kind == scan.KindReset && lasts && second.Failure != nil && second.Failure.Kind == scan.KindReset &&
		kind.Start == nil && o.State == scan.StateStartTLS:
		out.Accepted, out.Basis = scan.No, "the connection ended after a request in clear, twice"
	default:
		out.Basis = f.Error()
	}
	return out
}

// askedForTLS says whether a telnet server had asked for START_TLS.
func askedForTLS(x scan.Exchange) bool {
	const doStartTLS = "\xff\xfd\x2e" // IAC DO START_TLS
	return bytes.Contains(x.Preamble, []byte(doStartTLS))
}

// aboutStartUp says whether a question is one of this probe: what comes of it says nothing of TLS behind the start-up.
func aboutStartUp(question string) bool { return strings.HasPrefix(question, startUpQuestion) }
