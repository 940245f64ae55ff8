// Package judge fills in all of a report that follows from the rest of it: which ring trusts which chain, findings, summary, the lists of
// certificates and rings, the outcome of a phase. A run calls it for what it has seen, and a later check for what a stored report says
// was seen, so the two cannot judge differently; and since it is given a report and nothing else, the report holds all that a verdict
// depends on.
//
// Given are: the endpoints with their facts, what they were asked (Plan) and their certificates; expectations, rings with all entries,
// waivers, inputs, the facts about Query Monitor, policies, stacks; the circumstances of the run (scope, judged_at, fail_on,
// max_input_age_s); the name and system of a phase. Profiles and drift are judged here too, in one place: see Report.
package judge
