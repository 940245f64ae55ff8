package scan

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Recorded is what a report keeps of the look at one target, beside the target itself.
type Recorded struct {
	Exchanges []Exchange // whole, in the order asked
	Stopped   string     // why no more was asked; empty when the probes had no more to ask
	Over      bool       // the run had ended before this target was dialled
}

// Deviation is a place where a log is not one that the probes can have led to.
type Deviation struct {
	Exchange int    // index in the log; the length of the log for what is missing at its end
	Key      string // of the exchange: "sent", "end", ...; empty for the exchange itself
	Stored   string // what the log says
	Derived  string // what it would say
}

// Agrees says where an answer does not fit its question: Deviations without the index.
type Agrees func(q Question, x Exchange) []Deviation

// Replay looks at a target again, without a network: it puts the questions that the probes have, takes the answers from the log, and
// derives the observation, as a Runner does of a live one. The deviations say where the log does not hold what was asked, or holds
// what nobody would have asked. Started, Finished, Vantage, Source and Cost are not its matter. The targets of one report share common.
func Replay(stages Stages, t Target, rec Recorded, agrees Agrees, common *Common) (o Observation, deviations []Deviation) {
	log := newLog(nil, common)
	o = blank(t)
	if notDialled(&o, t, rec.Over) {
		for i, x := range rec.Exchanges {
			deviations = append(deviations, Deviation{Exchange: i, Stored: x.Question, Derived: "no question: the target was not dialled"})
		}
		return o, deviations
	}
	defer func() {
		if p := recover(); p != nil {
			for _, x := range rec.Exchanges[len(log.exchanges):] {
				log.add(x)
			}
			o = blank(t)
			failed(&o, log, p)
		}
	}()
	r := replayer{target: t, rec: rec, agrees: agrees, log: log}
	r.ask(stages)
	log.Stopped = rec.Stopped
	conclude(&o, stages, t, log)
	return o, r.deviations
}

// replayer puts the questions of one target to its stored log.
type replayer struct {
	target     Target
	rec        Recorded
	agrees     Agrees
	log        *Log
	before     time.Time // when the last question of the rounds so far was put
	deviations []Deviation
}

func (r *replayer) deviate(d Deviation) { r.deviations = append(r.deviations, d) }

// ask is worker.ask with stored answers. What nobody asks is kept, so that facts are derived from all that the log holds.
func (r *replayer) ask(stages Stages) {
	for _, stage := range stages {
		for {
			questions := next(stage, r.target, r.log)
			if len(questions) == 0 || r.rec.Stopped != "" && r.done() {
				break
			}
			if !r.round(questions) {
				r.rest()
				return
			}
		}
	}
	r.rest()
}

func (r *replayer) done() bool { return len(r.log.exchanges) == len(r.rec.Exchanges) }

// round takes the answers to questions that were put side by side, and says whether there can be another round.
func (r *replayer) round(questions []Question) bool {
	from := len(r.log.exchanges)
	stored := r.rec.Exchanges[from:]
	var latest time.Time
	missing := ""
	round := r.log.round()
	for _, q := range questions {
		if len(stored) == 0 || stored[0].Question != q.ID {
			missing = cmp.Or(missing, q.ID)
			continue
		}
		x := stored[0]
		x.Round = round
		r.answer(q, x)
		latest = maxTime(latest, x.At)
		stored = stored[1:]
	}
	r.before = maxTime(r.before, latest)
	if missing == "" {
		return true
	}
	if r.rec.Stopped == "" {
		d := Deviation{Exchange: len(r.log.exchanges), Stored: "no more exchanges", Derived: "the question " + missing}
		if !r.done() {
			d.Stored = "the question " + r.rec.Exchanges[d.Exchange].Question
		}
		r.deviate(d)
	}
	return false
}

// answer checks one exchange, and adds it to the log.
func (r *replayer) answer(q Question, x Exchange) {
	at := len(r.log.exchanges)
	if x.At.Before(r.before) {
		r.deviate(Deviation{at, "at", stamp(x.At), "not before " + stamp(r.before) + ", when the questions before it were put"})
	}
	for _, d := range r.agrees(q, x) {
		d.Exchange = at
		r.deviate(d)
	}
	r.log.add(x)
}

// rest takes what is left in the log.
func (r *replayer) rest() {
	for i := len(r.log.exchanges); i < len(r.rec.Exchanges); i++ {
		x := r.rec.Exchanges[i]
		if !slices.ContainsFunc(r.deviations, func(d Deviation) bool { return d.Exchange == i }) {
			r.deviate(Deviation{Exchange: i, Stored: "the question " + x.Question, Derived: "no exchange: no probe asks this here"})
		}
		x.Round = r.log.round()
		r.log.add(x)
	}
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Name is the id of the exchange at an index of a log.
func Name(index int) string { return fmt.Sprintf("e%d", index+1) }
