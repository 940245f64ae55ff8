// Package run makes one run: targets and expectations in, a sealed report out. It joins what the other packages do, in the order
// of the data: scan, join with the key rings, judge, slim the evidence, seal. The commands, the demo and whatever schedules
// runs go through it, so that all of them give the same report.
//
// It reads no flags and no files, and prints nothing: progress is handed to a function.
package run
