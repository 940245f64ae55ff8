// Package saf reads what RACF lists about key rings and certificates: the output of RACDCERT LISTRING, LIST, LISTCHAIN and
// CHECKCERT, alone or one after the other in a file, with the commands, messages and prompts that a terminal session or a
// batch job leaves around them. Join puts a listing to the certificates that were exported from the ring.
//
// A reader never fails: what it does not understand is a Problem with line and column. Listings are for people and lose
// information: distinguished names are written without escapes and dates in local time, so a listed certificate is taken for an
// exported one by its SHA-256 fingerprint, or by serial number, validity, key and subject together, never by names alone.
//
// Limits: listings of ACF2 and Top Secret are not read. Which words LISTCHAIN sums a chain up with is not documented exactly, so
// that part is read by its key words.
//
// Sources: z/OS Security Server RACF Command Language Reference, RACDCERT LISTRING, LIST, LISTCHAIN, CHECKCERT; RACF Callable
// Services, R_datalib (virtual key rings, NOTRUST).
package saf
