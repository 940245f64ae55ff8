// Package assess judges: it compares what was observed with what was expected, and says where the two differ.
//
// Join writes the answers that key rings give into the endpoints; Judge runs every rule of All over every endpoint, applies
// the waivers and sums up. One rule is one file: its id, severity, reason, remedy, references and a pure function of a Case.
//
// Everything here is a function of its arguments: no network, no files, no clock. The same observation, time and
// expectation give the same findings, byte for byte. One difference gives one finding: what a listener's state already
// says (closed, not TLS) is not said again for each version and certificate. A fact that is unknown never passes and never
// fails: where an expectation asks for it the finding is NOT-ASSESSED. Good practice (SSLv2, SSLv3, RC4, NULL, anonymous,
// export, single DES, expiry, weak keys and signatures) is judged always, everything else only where an expectation asks.
//
// Limits: whether a port that speaks TLS would also take clear text is not observed, so there is no rule for it.
package assess
