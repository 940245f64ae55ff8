package hello

// Ended is done only when the answer has ended: at a fatal alert, a close_notify, or bytes that can be no answer. It is for questions that
// speak again behind the server's first flight.
func Ended(received []byte) (end string, done bool) {
	f := Parse(received)
	return f.enough(false)
}

const typeHeartbeat = 24 // RFC 6520 section 3

// Heartbeat finds the first heartbeat record behind a server's first flight: the offset of its body, and how long its header says that this
// is. The body need not have come.
func Heartbeat(received []byte) (at, length int, ok bool) {
	f := Parse(received)
	rest := received[min(f.Rest, len(received)):]
	if !f.Done || len(rest) < 5 || rest[0] != typeHeartbeat || rest[1] != 3 {
		return 0, 0, false
	}
	return f.Rest + 5, int(rest[3])<<8 | int(rest[4]), true
}
