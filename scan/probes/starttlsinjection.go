package probes

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/starttls"
)

// startTLSInjection puts a second command in clear behind the one that asks for TLS, ends the handshake, and asks for the end of the session inside TLS: a
// listener that answers the second command first has kept it (starttls.Injection has the commands, and how their answers are told).
type startTLSInjection struct{}

// Name returns "starttls-injection".
func (startTLSInjection) Name() string { return scan.FeatureStartTLSInjection }

const injectionQuestion = startUpQuestion + "injection"

// InjectingOf is the name of the start-up with a second command, in the Runner's StartTLS.
func InjectingOf(kind string) string { return kind + "/injection" }

// injectionOf is how a start-up shows the fault; nil for none, and for one that has no commands.
func injectionOf(kind string) *starttls.Injection {
	for _, k := range starttls.Kinds() {
		if k.Name == kind {
			return k.Injection
		}
	}
	return nil
}

// Injects says whether a start-up has commands, so that a listener is asked.
func Injects(kind string) bool { return injectionOf(kind) != nil }

// Next asks once, and once more where TLS did not come to stand: the listener may have taken the command for TLS, or it may be an accident.
func (startTLSInjection) Next(t scan.Target, log *scan.Log) []scan.Question {
	v := newestTLS(log)
	i := injectionOf(t.StartTLS)
	if i == nil || !t.Plan.Vulnerabilities || v < cipher.TLSv10 {
		return nil
	}
	q := scan.Question{ID: injectionQuestion, StartUp: InjectingOf(t.StartTLS), Handshake: &scan.Handshake{MinVersion: v, MaxVersion: v,
		ServerName: t.ServerName, ClientCertificate: certificateToShow(t, log), Talk: &scan.Talk{Say: []byte(i.Says), Hear: func(said []byte, ended bool) scan.Fact {
			carried, known := i.Carried(said, ended)
			if !known {
				return scan.Unknown
			}
			return scan.FactOf(carried)
		}}}}
	if v != tls13 {
		q.Handshake.Suites = suitesSeen(log, v)
	}
	if r, asked := read(log, q.ID); asked {
		if !stopped(r) {
			return nil
		}
		return onceMore(log, r, func() scan.Question { return q })
	}
	return []scan.Question{q}
}

// stopped says whether the listener granted TLS, and then ended the connection before it stood, or went on in clear.
func stopped(r reading) bool {
	return r.Handshake != nil && (r.Handshake.Completed == scan.No || r.outcome() == strange && len(r.Received) > 0)
}

func howStopped(r reading) string {
	if r.outcome() == strange {
		return "what comes is no TLS"
	}
	return string(r.End)
}

// Derive writes the feature.
func (startTLSInjection) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if injectionOf(t.StartTLS) == nil || !spokeTLSAtAll(log) {
		return
	}
	f := scan.Feature{Name: scan.FeatureStartTLSInjection}
	r, asked := read(log, injectionQuestion)
	switch {
	case !t.Plan.Vulnerabilities:
		f.Basis = whySpared
	case !asked:
		f.Basis = cmp.Or(log.Stopped, "no version is known to be spoken in which a handshake can be completed")
	default:
		readInjection(log, o, r, &f)
	}
	o.Features = append(o.Features, f)
}

func readInjection(log *scan.Log, o *scan.Observation, r reading, f *scan.Feature) {
	f.Evidence = []string{r.ID}
	second, twice := read(log, injectionQuestion+again)
	lasts := twice && lasting(log, r.Exchange, second.Exchange)
	if twice {
		f.Evidence = append(f.Evidence, second.ID)
		if !stopped(second) {
			r, f.Evidence = second, []string{second.ID}
		}
	}
	switch {
	case r.Failure != nil:
		f.Basis = r.Failure.Error()
	case r.Handshake != nil && r.Handshake.Injected == scan.Yes:
		f.Answer, f.Basis = scan.Yes, "the answer to a command that was sent in clear came inside TLS"
	case r.Handshake != nil && r.Handshake.Injected == scan.No:
		f.Answer, f.Basis = scan.No, "a command that was sent in clear has no answer inside TLS, and the one behind it has"
	case stopped(r) && lasts && completesElsewhere(log):
		f.Answer, f.Basis = scan.No, "a command in clear where TLS is to begin ends the handshake, twice: "+howStopped(r)
	case completed(r):
		f.Basis = "TLS stands, and no answer inside it tells: " + errorOf(r)
	default:
		f.Basis = whyIncomplete(o, r)
	}
}

// completesElsewhere says whether the same handshake is completed where no command stands before it.
func completesElsewhere(log *scan.Log) bool {
	newest := newestTLS(log)
	return slices.ContainsFunc(readAll(log), func(r reading) bool { return completed(r) && r.Handshake.Version == newest })
}
