package scan

import "github.com/portseal/portseal/cipher"

// MemberAnswer is one answer to a hello that was put several times, octet for octet. A server answers the same octets in the same way: where
// there are two answers to a question, two members of a distributor gave them (or the listener was changed meanwhile). Nothing that is shown
// of one member is said of another.
type MemberAnswer struct {
	Question    string         `json:"question"`               // the first of the repeated questions
	Version     cipher.Version `json:"version,omitempty"`      // chosen; absent for a refusal
	CipherSuite *CipherSuite   `json:"cipher_suite,omitempty"` // chosen
	Group       cipher.Group   `json:"group,omitempty"`        // of the key exchange, where there is one
	Leaf        string         `json:"leaf,omitempty"`         // SHA-256 of the certificate, hex; absent where it was not seen
	Refused     End            `json:"refused,omitempty"`      // the alert of a refusal
	Connections int            `json:"connections"`            // that were answered so
	Evidence    []string       `json:"evidence"`               // exchange ids
}

// Same says whether two answers to one question can be one member's: what only one of them shows is no difference.
func (a MemberAnswer) Same(b MemberAnswer) bool {
	if a.Refused != "" || b.Refused != "" {
		return a.Refused != "" && b.Refused != ""
	}
	return a.Version == b.Version && a.CipherSuite.Code == b.CipherSuite.Code &&
		(a.Group == b.Group || a.Group == 0 || b.Group == 0) && (a.Leaf == b.Leaf || a.Leaf == "" || b.Leaf == "")
}

// MembersDiffer says whether one question has more than one answer.
func (o *Observation) MembersDiffer() bool {
	seen := map[string]bool{}
	for _, a := range o.Members {
		if seen[a.Question] {
			return true
		}
		seen[a.Question] = true
	}
	return false
}
