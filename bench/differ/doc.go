// Package differ compares what portseal says about a listener with what sslscan, nmap, sslyze and testssl.sh say, fact by fact, and both with what the
// listener's configuration makes true. "make bench-differences" runs it and writes bench/DIFFERENCES.md: every difference of one run.
// docs/differences.md explains each kind of them.
//
// The package itself reads the scanners' outputs into the same facts, and compares; the run is a test behind the build tag "bench", because the
// listeners of internal/tlstest belong to tests.
//
// Limits: Linux only; one listener an output; what only portseal reports is no difference. Another scanner is never the truth: where the
// configuration does not say, nobody is said to be right here.
package differ
