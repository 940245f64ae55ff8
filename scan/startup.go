package scan

// StartUp is one way in which a session may begin on a port that has several, and whether the listener takes it.
type StartUp struct {
	Way      string   `json:"way"` // at-once, negotiated or clear
	Accepted Fact     `json:"accepted"`
	Basis    string   `json:"basis,omitempty"`
	Evidence []string `json:"evidence,omitempty"` // exchange ids
}

// The ways.
const (
	WayAtOnce     = "at-once"    // a ClientHello from the first octet
	WayNegotiated = "negotiated" // TLS after the protocol's own start-up
	WayClear      = "clear"      // no TLS at all
)
