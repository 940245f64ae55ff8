package starttls

import "strconv"

// Refused means that the peer speaks the protocol and said no to TLS: a fact about the listener.
type Refused struct {
	Said []byte // the answer that refused, as it came
	Why  string // which part of the protocol that answer is
}

// Error says what refused, and quotes it.
func (e *Refused) Error() string { return "TLS refused: " + e.Why + ": " + excerpt(e.Said) }

// Unexpected means that the peer said something that the protocol does not allow here, so that nothing is known of TLS.
type Unexpected struct {
	Want string // what would have been right
	Said []byte // what came since the last thing that was sent
}

// Error says what was expected and quotes what came.
func (e *Unexpected) Error() string {
	said := "expected " + e.Want + ", got " + excerpt(e.Said)
	if len(e.Said) > 1 && e.Said[0] >= 0x14 && e.Said[0] <= 0x17 && e.Said[1] == 3 {
		said += ", a TLS record: this port may speak TLS at once"
	}
	return said
}

// excerpt quotes the first octets of what a peer said in printable ASCII, so that nothing in it can act on a terminal.
func excerpt(said []byte) string {
	const most = 200
	if len(said) > most {
		return strconv.QuoteToASCII(string(said[:most])) + " and " + strconv.Itoa(len(said)-most) + " octets more"
	}
	return strconv.QuoteToASCII(string(said))
}
