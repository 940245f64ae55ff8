// Package scan looks at what a port does. A Target says what to dial and how deep to look; a Probe turns a target into
// Questions and the Exchanges that answer them into facts; the Runner alone dials, times, counts, caps and records; an
// Observation holds the facts and the bytes they were read from.
//
// Nothing here judges: no verdict, no severity, no expectation. A question that failed is a Failure with its stage and
// kind, and leaves the fact unknown; it is never recorded as "no".
//
// Probes are pure: Next and Derive depend on the target and on the exchanges alone, so a stored observation can be derived
// again from its evidence, offline.
package scan
