// Package ebcdic turns the bytes of a text file from z/OS into text, whatever way it was transferred.
//
// It recognises UTF-8 and UTF-16 (with or without a byte order mark), ISO-8859-1 (bytes that are no UTF-8), and EBCDIC
// as IBM-1047 or IBM-037; line ends LF, CRLF, CR and NEL (EBCDIC 0x15 and 0x25, ISO-8859-1 0x85, U+0085); and fixed
// 80-column records that have no line ends at all. Decode says what was taken.
//
// IBM-1047 and IBM-037 differ in six characters only (the brackets, the circumflex, the not sign and two accented ones:
// IBM's code page charts CP01047 and CP00037), so a text may fit both. Brackets decide; without any it is IBM-1047,
// which z/OS UNIX and Policy Agent take.
//
// Limits: other EBCDIC code pages (IBM-273, IBM-1140 and so on) are read as one of these two, so that national
// characters may be wrong; everything that the languages of z/OS are written in is the same in all of them.
package ebcdic
