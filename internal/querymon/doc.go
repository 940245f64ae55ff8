// Package querymon reads the parameter files of IBM Db2 Query Monitor and says which listeners they make.
//
// The server's parameters are the NAME=value lines of the STDENV DD of started task CQMCAESV (or CQMCAEWD); ParseServer takes the lines
// by themselves or the whole JCL. IBM's page "CAE Server parameters (USS)" says that a line which begins with a blank is ignored:
// such a parameter is kept, and marked. The agent's parameters are the KEYWORD(value) of member CQMCPRMS, which ParseAgent reads.
//
// Both are tolerant, keep every parameter with its exact position, and never fail: what is wrong is in File.Problems, whose messages
// never hold a value, since the files may have passwords.
//
// What IBM's pages do not say, and what is done about it:
//
//   - comments: a # first on a server's line, a * in column 1 or before a word, and /* */ in the agent's member, as met;
//   - continuation: a value in parentheses may go on over lines, and a lone + - or comma between parameters means nothing;
//   - columns 73 to 80: eight digits there, after a blank in column 72, are a sequence number and no part of a value;
//   - a parameter set twice: the last one is used, and the second is a problem, since which one counts is not known;
//   - LISTENER_PORTS: numbers, ranges (a-b, a:b) and lists of them (commas or blanks) are read; anything else is a problem;
//   - the names of the parameters for the TLS key alias and for turning RC4 off, and the default of the RC4 port: Settings has what the
//     estate file says of them, and without it nothing is concluded.
package querymon
