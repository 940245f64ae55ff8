// Package estate reads estate files: the YAML that says which listeners exist and what each should show.
//
// Load reads the file, what it includes, and every file that it names (key rings are read into certchain rings and joined
// to their listings; of the others the SHA-256 is taken). It is strict: an unknown key, a value of the wrong type, a name used twice, a ring that
// does not exist or two settings that contradict each other are errors, and all errors of all files are returned at once
// as Errors, each with file, line, column, what is wrong and what would be right.
//
// Codes, releases, labels and names are the scalar's source text, never a YAML number: 0035 stays "0035", 3.10 stays
// "3.10", and NO is a name. YAML anchors, aliases and merge keys (<<) are supported, tags and several documents in one
// file are not.
//
// A listener's key is looked for in this order: beside a use of a template, in the listener, in the system's defaults, in
// the defaults of the file that the system stands in, in the defaults of the files that include it. Defaults that do not
// apply to a listener (TLS settings for one that is expected to be closed) are left out; the same settings in the listener
// itself are a contradiction.
//
// Limits: nothing is resolved or dialled, and nothing is judged. The contents of AT-TLS policies, pasearch and NETSTAT
// output and Query Monitor parameters are not read; the files must be there and readable. A file may have 16 MiB.
package estate

//go:generate go run ./docgen ../../docs/ESTATE.md
