// Package certchain reads certificates, builds chains from what a listener sent and from a key ring, and judges them as
// the ring's consumer would, as of a given time.
//
// Parse never loses a certificate: its fields come from a lenient reader of ours, and ParsedBy says which parser accepts
// the encoding. A Ring is what package keyring reads from stores. Judge gives the two answers of a chain, JudgeFor the
// same for another purpose, Sent the facts of the list itself, CoversName, ServedBy and Authorities answer the other
// questions that a ring and a served certificate raise. ReadOCSP and ReadTimestamps read what a listener sends beside its certificates, ReadOCSP and ReadCRL what their issuers say about them later.
//
// Limits: nothing is fetched (no OCSP answer, no CRL, no missing intermediate), roots and the time are arguments. Signatures by
// MD2, Ed448, ML-DSA, SLH-DSA and over curves other than the NIST ones cannot be checked by any library linked here: they make an
// answer "unknown", never "no". Importing zcrypto's x509 package sets GODEBUG rsa1024min=0 for the whole process; key
// sizes are therefore always judged by the rules here.
package certchain
