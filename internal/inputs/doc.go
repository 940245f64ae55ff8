// Package inputs is the form of the folders in which z/OS inputs are brought over: one folder a system, files with fixed names, and a
// manifest that says when each was gathered and what could not be. Package collect writes the programs that make such a folder, and
// package estate reads it.
//
// Limits: it knows names and the manifest; what is in the other files is for their own readers.
package inputs
