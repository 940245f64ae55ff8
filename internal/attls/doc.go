// Package attls understands AT-TLS policies as Policy Agent and the TCP/IP stack do: which rule takes a connection, what
// its three actions and the defaults of a z/OS release make of it, which rules can never match, which ports are in clear
// text, and where two policies differ in meaning.
//
// Load reads the files of one stack. Match, Fold, NeverMatched, Coverage and Diff then answer questions; none changes the
// policy, so they may be asked side by side.
//
// Limits: what could not be verified stays unknown and is never guessed (the default suites of z/OS 2.1 to 3.1, the value
// that counts of two that differ in one statement, wildcards other than a trailing "*"). A policy with a hard fault is
// read all the same, though Policy Agent installs nothing of it: see Policy.Installs. Environment variables of an Envfile
// are not read. Nothing here judges: that is internal/attls/lint's.
//
// Sources: z/OS Communications Server, IP Configuration Reference, "AT-TLS policy statements"; IP Configuration Guide,
// "AT-TLS policy rules"; output of pasearch.
package attls
