package netstat

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseSocket reads ADDRESS..PORT. An asterisk, as UDP sockets have it, gives a socket that is not valid.
func parseSocket(s string) (socket netip.AddrPort, ok bool) {
	i := strings.LastIndex(s, "..")
	if i < 0 {
		return socket, false
	}
	address, port := s[:i], s[i+2:]
	if address == "*" && (port == "*" || port == "0") {
		return socket, true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if address == "*" {
		address = "0.0.0.0"
	}
	a, aerr := netip.ParseAddr(address)
	if err != nil || aerr != nil {
		return socket, false
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(n)), true // ParseUint keeps it within 16 bits
}

func isHex(s string) bool {
	return s != "" && len(s) <= 16 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// isID says whether a word can be a connection id: eight hex digits.
func isID(s string) bool { return len(s) == 8 && isHex(s) }

// isMessage says whether a word is a message id such as EZZ2587I or EZD0101I.
func isMessage(s string) bool {
	return len(s) == 8 && strings.HasPrefix(s, "EZ") && strings.Trim(s[3:7], "0123456789") == ""
}

// stateNames are the short names of states: those of TSO and z/OS UNIX, then the console's where they differ.
var stateNames = map[string]State{
	"listen": Listen, "synsent": "SYN-SENT", "synrcvd": "SYN-RECEIVED", "establsh": Established, "established": Established, "finwait1": "FIN-WAIT-1",
	"finwait2": "FIN-WAIT-2", "closwait": "CLOSE-WAIT", "closing": "CLOSING", "lastack": "LAST-ACK", "timewait": "TIME-WAIT",
	"closed": "CLOSED", "udp": UDP,
	"estblsh": Established, "finwt1": "FIN-WAIT-1", "finwt2": "FIN-WAIT-2", "closwt": "CLOSE-WAIT", "timewt": "TIME-WAIT",
}

func parseState(s string) State {
	if known, ok := stateNames[strings.ToLower(s)]; ok {
		return known
	}
	return State(s)
}

func isState(s string) bool {
	_, ok := stateNames[strings.ToLower(s)]
	return ok
}
