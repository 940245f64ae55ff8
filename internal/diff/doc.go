// Package diff compares two reports by meaning: what is not as it was, and what only one of the two answers.
//
// Compare is a pure function of two reports, and knows three values throughout: a fact that one of the reports leaves unknown has not
// changed, it is now known, or no longer known, and goes into NotCompared. So a frugal verify against a deep scan shows no drift. How a
// report is written does not count: the order of lists, names of vantages, exchange ids, lines of files, the time of judging (where it
// was given with --at, what rests on time alone is not compared). Expect then takes out what was announced.
//
// Limits: a certificate is compared with the one of the same key type, so with two of one type, of which a frugal report saw one, a
// change of the other goes unseen. What is no TLS is compared by its state alone, not by the bytes that it sent. Live sessions come and
// go, and are not compared. Severities are those of internal/assess.
package diff
