package scan

import "fmt"

// What follows makes an observation of a target and its log. A Runner and Replay share it.

// blank is the observation of a target of which nothing is known yet.
func blank(t Target) Observation {
	return Observation{ID: t.ID, Target: t.Observed()}
}

// notDialled fills in the observation of a target to which no connection is made, and says whether it is one.
func notDialled(o *Observation, t Target, over bool) bool {
	switch {
	case t.Skip != "":
		o.State = StateSkipped
		o.NotTested = []NotTested{{Question: All, Why: t.Skip}}
	case t.Failure != nil:
		o.State, o.Failure = StateError, t.Failure
		o.NotTested = []NotTested{{Question: All, Why: t.Failure.Error()}}
	case over:
		o.State, o.Interrupted = StateSkipped, true
		o.NotTested = []NotTested{{Question: All, Why: NotBegun}}
	default:
		return false
	}
	return true
}

// failed fills in the observation of a target on whose answers a probe broke down.
func failed(o *Observation, log *Log, fault any) {
	o.State = StateError
	o.Failure = &Failure{Stage: StageHello, Kind: KindLocal, Message: fmt.Sprintf("portseal failed on what this target sent: %v", fault)}
	o.Evidence = log.All()
}

// conclude fills in what a log shows.
func conclude(o *Observation, stages Stages, t Target, log *Log) {
	o.Evidence = log.All()
	Derive(stages, t, log, o)
}

// next collects the questions of a stage that can be put now, each once.
func next(stage []Probe, t Target, log *Log) []Question {
	var out []Question
	seen := map[string]bool{}
	for _, p := range stage {
		for _, q := range p.Next(t, log) {
			if seen[q.ID] || log.Asked(q.ID) {
				continue
			}
			seen[q.ID] = true
			out = append(out, q)
		}
	}
	return out
}

// All is the question of NotTested that says why nothing was asked at all.
const All = "all"

// Interrupted is why no more is asked of a target once the run's context has ended.
const Interrupted = "the run was interrupted"

// NotBegun is why nothing was asked of a target that an interrupted run had not come to.
const NotBegun = "the run was interrupted before this target was dialled"

// UsedUp is why no more was asked once so many connections had been made.
func UsedUp(connections int) string {
	return fmt.Sprintf("the budget of %d connections was used up", connections)
}
