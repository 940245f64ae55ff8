// Package endtoend proves the whole of verify with real servers: an AT-TLS policy, four key rings and Query Monitor's parameters
// beside stunnel, which is to a service what AT-TLS is, and Java, which the CAE server is. In one estate everything agrees, in the
// other it differs in named ways.
//
// Limits: it has tests only. All systems are this machine; RACDCERT listings are made of the certificates of the test.
package endtoend
