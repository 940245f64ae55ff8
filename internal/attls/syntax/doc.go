// Package syntax reads the text of AT-TLS policies into a tree with the exact position of everything, and writes it back.
//
// It is tolerant in what it reads and exact in what it reports: whatever a file holds, Parse returns a tree of all that
// could be understood and, in File.Problems, every fault at once. What Policy Agent does with a file that has a hard
// fault is in Problem.Hard: for AT-TLS "if errors are detected during parsing, no new policies are installed"
// (z/OS Communications Server, IP Configuration Reference, TTLSConfig statement).
//
// The language is the table of keywords (Blocks): which statement holds which parameter, its kind of value, its range,
// the releases that know it and its default. Values are checked here as far as the table goes (a missing value, a word
// that is none of those allowed, a number out of range). Addresses, ports, suites, curves, signature pairs and times get
// their meaning, and References their targets, in internal/attls.
//
// Limits: columns count characters, and a tab is one. Names are any run of characters that are not blank. What follows
// a value is kept as part of the line, though Policy Agent ignores it; only the table knows where a value ends.
package syntax
