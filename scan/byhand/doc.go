// Package byhand makes what a client says behind a server's first flight below TLS 1.3: key exchange, ChangeCipherSpec, alerts, records
// that no TLS library would send. Bytes in, bytes out.
//
// Limits: it dials nothing, keeps no clock, judges nothing, and verifies nothing of a server. What it sends protects nothing.
package byhand
