package netstat

import (
	"net/netip"
	"time"

	"github.com/portseal/portseal/report"
)

// Output is one file of NETSTAT output.
type Output struct {
	Path        string
	Encoding    string    // of the bytes, as internal/ebcdic names it
	Collected   time.Time // as the caller knows it; zero when unknown
	Headers     []Header  // one a report
	Connections []Connection
	Groups      []Group
	Newest      string // the latest start of a connection, as "2006-01-02 15:04:05" by the system's clock; empty when none is shown
	Truncated   bool   // NETSTAT says that it left something out: who is not shown may be connected all the same
	Problems    []Problem
}

// Header is the line that a report begins with.
type Header struct {
	Release string // "3.1", "V2R5"
	Stack   string // the TCP/IP started task; empty when not shown
	Clock   string // "19:51:22"; empty when not shown
	At      report.Location
}

// State is the state of a TCP connection by its name in RFC 9293 section 3.3.2, or UDP; another one is as it was written.
type State string

// The states that decide something.
const (
	Listen      State = "LISTEN"
	Established State = "ESTABLISHED"
	UDP         State = "UDP"
)

// Connection is a connection, a listening socket, or a UDP socket.
type Connection struct {
	Job               string // the job name or user id that owns the socket
	ID                string // hex, in upper case
	Local             netip.AddrPort
	Foreign           netip.AddrPort // not valid when there is none
	State             State
	Started           string // as Newest has it
	Policy            string // whether an AT-TLS rule was matched: "yes", "no", empty when the output does not say
	Rule              string // AT-TLS rule and actions; empty when not shown
	GroupAction       string
	EnvironmentAction string
	ConnectionAction  string
	SecurityLevel     string // as shown, "TLS Version 1.2"
	Cipher            string
	At                report.Location // where it is shown first
}

// Group is an AT-TLS group that is installed or still in use.
type Group struct {
	Action      string
	ID          string
	Connections int
	At          report.Location
}

// Problem is a line that should say something and cannot be read.
type Problem struct {
	At      report.Location
	Message string
}
