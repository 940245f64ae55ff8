// Package archtest holds the rules of this repository that a compiler does not check, as tests: which package may import
// which (table_test.go is the list, with the reasons), that everything exported is documented, and what no code here does
// (initialise by registration, keep mutable globals, end the process, skip tests).
//
// It reads the source with go/parser, for every platform at once, and needs neither the network nor the go command.
//
// Limits: imports and names are read, not types. A value that reaches a package through an interface is not seen.
package archtest
