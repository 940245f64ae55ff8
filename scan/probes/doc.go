// Package probes holds the probes, and the one list of them. A probe puts questions by ClientHellos that it builds itself
// and reads the facts from the answers: suites, groups, certificates and client authentication need no key exchange of a TLS
// library.
//
// Every probe is a pair of pure functions of the target and of what was asked so far: see scan.Probe. What counts as a
// refusal is decided in one place, refusal.go. A probe judges nothing, and retries nothing that the rules there do not ask for.
package probes
