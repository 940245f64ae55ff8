// Package starttls speaks the clear-text start-ups that lead to TLS: one file a protocol, one visible list, Kinds.
//
// A Func gets a connection that stands, brings it to the point where the peer expects a ClientHello, and returns all that
// the peer said on the way, as evidence. It dials nothing, sets no time limit of its own (the caller's context and the
// connection's deadline bound it), tries nothing twice and falls back to nothing.
//
// Three outcomes are told apart, because only the first is a fact about TLS: the peer said no (*Refused); the peer spoke
// something else, too much, or out of turn (*Unexpected); the connection failed or ran out of time (any other error, which
// wraps what the network said; io.ErrUnexpectedEOF for a peer that closed).
//
// Limits: a peer is heard for at most 64 KiB and 512 lines of at most 8 KiB each. Octets that arrive together with the
// go-ahead, before TLS can have started, are an *Unexpected (see RFC 3207 section 6 for the attack); what arrives later is
// left on the connection for the TLS reader. After TLS nothing is asked again, no user logs in and no mail is sent.
package starttls
