// Package resume keeps the finished observations of a run in a file, so that a run that was interrupted can go on where it
// stopped instead of dialling everything again.
//
// The file is text, one JSON document a line: first a header that binds it to one program and one work (targets, plans, probes
// and bounds: all that decides what an observation holds), then one observation a line, each with the SHA-256 of its own text. How a
// run is judged and how fast it is are not bound: the one decides nothing that is kept, the other may be changed to go on.
//
// A last line that is cut is no damage: a program that is killed leaves one, and its observation is made again. Anything else that
// is not as it was written is an error, since facts of a report would rest on it.
//
// Limits: lines are not forced to the disk one by one, so a machine (not a program) that stops may lose the last ones. The file
// proves nothing: the evidence in its observations does, as in a report.
package resume
