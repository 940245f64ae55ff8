// Package bench measures portseal beside the scanners that people use today, on the same listeners, in one run on one
// machine: wall time, processor time, peak memory, TCP connections (counted by a proxy, never by the tool itself) and what
// each found of what is true. "make bench" runs it and writes RESULTS.md; peers that are not installed are said to be not
// available. It also measures how large files from z/OS are read. "make bench-render" measures how a report of 10,000 endpoints is written
// in every format, and writes RENDERING.md.
//
// The package itself reads the peers' outputs and writes the table; the measurement is a test behind the build tag "bench",
// because the listeners of internal/tlstest belong to tests, and "go test ./..." must never measure.
//
// Limits: Linux only; loopback only, so a connection costs next to nothing here and everything on a real network: look at
// the connections. The listeners share the machine with the scanners, so wall times hold the server's work too.
package bench
