// Package replay checks a stored report by itself: it derives every fact again from the bytes in the report, with the very functions
// of the scan, judges again with what the report embeds, and names each place where the report says something else (a JSON Pointer,
// RFC 6901). It does not trust the report's digest: whoever changes a report can compute that anew.
//
// How: what a scan is given, and what came back from the wire, is taken from the report; all else is made anew, and the two documents
// are compared. The probes put their questions again, so an exchange that is missing, or that nobody would have asked, is found; the
// hellos that were sent are made again byte for byte; TLS 1.3 flights are opened with the throwaway secrets. Beside that, times,
// costs and counts must not contradict each other.
//
// Limits: nothing here shows who made a report, nor that the bytes came from the address that it names. What rests on the scanner's
// word is listed with the result; an author can only be shown by a signature.
package replay
