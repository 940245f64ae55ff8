// Package words says what the values of a report mean, in the same words in its formats for people and on the pages of the service: how bad
// something is, what an endpoint turned out to be, what a ring answers, how long a certificate lasts, what is expected.
//
// Limits: it decides nothing and cleans nothing. Texts of a report are in what it returns as the report has them; who shows them makes them
// safe. Formats for programs keep the report's own values.
package words

import (
	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Kind is how a word is meant. Style sheets mark it by a sign and a colour besides, terminals by a colour.
type Kind string

// The kinds.
const (
	Good Kind = "good"
	Bad  Kind = "bad"
	Warn Kind = "warn" // to be looked at, or not known
	Note Kind = "note"
	None Kind = "none" // does not apply
)

// Word is a short answer and how it is meant.
type Word struct {
	Text string
	Kind Kind
}

// Says is a word of this kind.
func (k Kind) Says(text string) Word { return Word{text, k} }

// Severity is a severity's name.
func Severity(s report.Severity) Word {
	switch s {
	case report.Critical, report.High:
		return Bad.Says(s.String())
	case report.Medium:
		return Warn.Says(s.String())
	}
	return Note.Says(s.String())
}

// Verdict is the outcome of a run.
func Verdict(v report.Verdict) Word {
	switch v {
	case report.Pass:
		return Good.Says("pass")
	case report.Fail:
		return Bad.Says("fail")
	case report.Incomplete:
		return Warn.Says("incomplete")
	}
	return Warn.Says("unknown")
}

// Trusted is what a ring answers to a chain, good where that is as it should be; not: it must not trust it.
func Trusted(a certchain.Answer, not bool) Word {
	switch {
	case a != certchain.Yes && a != certchain.No: // unknown may be unsaid
		return Warn.Says(certchain.Unknown.String())
	case (a == certchain.No) == not:
		return Good.Says(a.String())
	}
	return Bad.Says(a.String())
}

// MayTurnOff is the answer to whether RC4 may be turned off, and the same as a sentence.
func MayTurnOff(f scan.Fact) (Word, string) {
	switch f {
	case scan.Yes:
		return Good.Says(f.String()), "RC4 may be turned off: every agent is on TLS."
	case scan.No:
		return Bad.Says(f.String()), "RC4 may not be turned off yet."
	}
	return Warn.Says(f.String()), "Whether RC4 may be turned off is not known."
}

// Migration is the state of an end of a connection of Query Monitor.
func Migration(s report.MigrationState) Word {
	switch s {
	case report.MigrationTLS:
		return Good.Says(string(s))
	case report.MigrationRC4:
		return Bad.Says(string(s))
	case report.MigrationBoth, report.MigrationUnknown:
		return Warn.Says(string(s))
	}
	return None.Says(string(s))
}
