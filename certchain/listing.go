package certchain

import (
	"slices"
	"time"
)

// Status is RACF's trust status of a certificate (RACDCERT LIST). The zero value is not known.
type Status string

// The statuses that RACF has.
const (
	StatusTrust     Status = "TRUST"
	StatusNoTrust   Status = "NOTRUST" // the R_datalib callable service does not return it: for its callers it is not there
	StatusHighTrust Status = "HIGHTRUST"
)

// Place is a place of a listing; line and column count from 1, and the zero value is none.
type Place struct {
	File         string
	Line, Column int
}

// Listing is what a listing of a SAF key ring says that the ring's entries do not hold.
type Listing struct {
	Ring     string // "OWNER/NAME" as listed
	At       Place
	Whole    bool     // it says all that the ring holds, as LISTRING does
	Unproven []Listed // the certificates that it lists and no file proves
}

// Listed is a certificate of which only a listing is known. It is no anchor and completes no path, for want of its key.
type Listed struct {
	Label   string
	Owner   string // "CERTAUTH", "SITE", "ID(user)"
	Usage   Usage
	Default Answer
	Status  Status
	// What follows comes from RACDCERT LIST, and is empty where the listing has none.
	SHA256   string    // of the certificate, lower-case hex
	Serial   string    // lower-case hex
	Subject  string    // as RACF writes it, which is not unambiguous
	NotAfter time.Time // in the local time of the system, written down as if it were UTC
	At       Place
}

// Usable says whether the ring's users can see the certificate.
func (l Listed) Usable() bool { return l.Status != StatusNoTrust }

// anchor says whether the certificate would end a path if it were at hand.
func (l Listed) anchor() bool {
	return l.Usable() && l.Usage != UsagePersonal
}

// Usable says whether the ring's users can see the certificate: not when it is NOTRUST, nor when the ring's listing says
// that it is not connected.
func (e Entry) Usable() bool { return e.Status != StatusNoTrust && e.OnRing != No }

// Unproven returns the certificates that a listing of the ring has and no file proves.
func (r *Ring) Unproven() []Listed {
	if r == nil || r.Listing == nil {
		return nil
	}
	return r.Listing.Unproven
}

// UnprovenAnchors returns those at which a path could end for all that is known.
func (r *Ring) UnprovenAnchors() []Listed {
	return slices.DeleteFunc(slices.Clone(r.Unproven()), func(l Listed) bool { return !l.anchor() })
}

// UnprovenPersonal returns those that could be served.
func (r *Ring) UnprovenPersonal() []Listed {
	return slices.DeleteFunc(slices.Clone(r.Unproven()), func(l Listed) bool { return l.Usage != UsagePersonal || !l.Usable() })
}

// is says whether the listed certificate is c: by fingerprint, and without one by serial number, of which only a difference
// decides.
func (l Listed) is(c *Certificate) Answer {
	switch {
	case l.SHA256 != "":
		return AnswerOf(l.SHA256 == c.SHA256)
	case l.Serial != "" && c.Serial != "" && !SameSerial(l.Serial, c.Serial):
		return No
	}
	return Unknown
}

// SameSerial compares serial numbers written in hex, leading zeros apart.
func SameSerial(a, b string) bool {
	trim := func(s string) string {
		for len(s) > 1 && s[0] == '0' {
			s = s[1:]
		}
		return s
	}
	return trim(a) == trim(b)
}
