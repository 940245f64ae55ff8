package probes

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
	"github.com/portseal/portseal/scan/starttls"
)

// detecting asks as its probe does, of a target whose start-up is not known beforehand (Plan.DetectStartUp). The first question is put at once,
// by itself. A listener that answers it by TLS has cost nothing more; one that answers as a protocol with a start-up does is asked it again
// behind that start-up, and all the others there. The probe sees what came after that, and a target that has the start-up.
type detecting struct{ scan.Probe }

func detect(p scan.Plan, probe scan.Probe) scan.Probe {
	if p.DetectStartUp {
		return detecting{probe}
	}
	return probe
}

// behindStartUp begins the name of the question that is put a second time.
const behindStartUp = "behind/"

// Next names the start-up in every question.
func (d detecting) Next(t scan.Target, log *scan.Log) []scan.Question {
	t, seen := detected(t, log)
	questions := d.Probe.Next(t, seen)
	switch all := log.All(); {
	case len(all) == 0:
		questions = questions[:min(len(questions), 1)]
	case len(all) == 1 && seen == log && opensWithMore(t): // the rest of what would have been asked beside it
		questions = slices.DeleteFunc(d.Probe.Next(t, scan.NewLog(nil)), func(q scan.Question) bool { return q.ID == all[0].Question })
	}
	for i, q := range questions {
		questions[i].StartUp = cmp.Or(q.StartUp, t.StartTLS, scan.AtOnce)
		if seen != log && log.All()[0].Question == q.ID {
			questions[i].ID = behindStartUp + q.ID
		}
	}
	return questions
}

// opensWithMore says whether several questions are put before anything is known.
func opensWithMore(t scan.Target) bool {
	return asksVersions(t) && len(openingVersions(t)) > 1
}

// Derive writes the start-up into the target, and what the probe finds behind it.
func (d detecting) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	t, seen := detected(t, log)
	if len(seen.All()) == 0 { // the run ended before anything was asked behind it
		t.StartTLS, seen = "", log
	}
	o.Target.StartTLS = t.StartTLS
	d.Probe.Derive(t, seen, o)
}

// detected returns the target with the start-up that the first answer names, and what was asked behind that: all, when it names none.
func detected(t scan.Target, log *scan.Log) (scan.Target, *scan.Log) {
	t.StartTLS = ""
	if len(log.All()) == 0 {
		return t, log
	}
	first := log.All()[0]
	if len(first.Received) == 0 || hello.FirstBytes(first.Received) != hello.KindOther {
		return t, log
	}
	kind := starttls.Recognise(first.Received)
	if _, ok := starttls.Lookup(kind); !ok {
		return t, log
	}
	t.StartTLS = kind
	return t, log.After(1, func(question string) string {
		if question == behindStartUp+first.Question {
			return first.Question
		}
		return question
	})
}
