package report

import "github.com/portseal/portseal/scan"

// Policy is what the AT-TLS policy of a listener's system says of its connections: which rule takes them, and what counts for those
// that take it. It is a fact about files; whether the wire agrees is judged.
type Policy struct {
	Files      []string `json:"files"`
	ZOSRelease string   `json:"zos_release,omitempty"` // whose defaults were taken; absent: none that depends on the release
	Installs   bool     `json:"installs"`              // false: a fault for which Policy Agent installs nothing of it
	Listed     bool     `json:"listed,omitempty"`      // it is what pasearch lists as installed, and not what the policy files say

	// Matches has the connection from the vantage, those of the real peers, and that of the scanner itself where it is on the system.
	Matches []PolicyMatch `json:"matches"`

	// SameRule says whether the vantage's connection takes the rule of every real peer, or one with the same actions: only then does
	// the wire show what the peers meet. Unknown without peers.
	SameRule scan.Fact `json:"same_rule"`

	// Settings are what counts for the rule of the real peers, or of the vantage where no peer is known.
	Settings []PolicySetting `json:"settings,omitempty"`
}

// Who makes the connection of a PolicyMatch.
const (
	FromVantage = "vantage"
	FromPeer    = "peer"
	FromScanner = "scanner" // the vantage's own, outbound side: the scanner is on the system
	FromAgent   = "agent"   // Query Monitor's agent, to the CAE server
	FromServer  = "server"  // the CAE server, to the agent
	FromISPF    = "ispf"    // the ISPF client, to the agent's ISPF port
)

// PolicyMatch is one connection and the rule that takes it. Where none takes a peer's, Location is that of the condition that keeps it from
// the rule that takes the vantage's.
type PolicyMatch struct {
	From      string    `json:"from"`              // FromVantage, FromPeer, ...
	Address   string    `json:"address,omitempty"` // of the client, for FromAgent of the server; absent when not known
	Rule      string    `json:"rule,omitempty"`    // absent: none takes it
	Location  *Location `json:"location,omitempty"`
	ClearText scan.Fact `json:"clear_text"`
	Why       string    `json:"why"`
	Assumes   string    `json:"assumes,omitempty"` // "Jobname CQMCAE*": what was not said and is taken to hold
}

// PolicySetting is one thing that counts, in the words of the policy.
type PolicySetting struct {
	Key       string    `json:"key"` // a key of the expectation, or a parameter of AT-TLS
	Value     string    `json:"value"`
	Statement string    `json:"statement"`          // "TTLSCipherParms cipher1", or "default of z/OS 2.5"
	Location  *Location `json:"location,omitempty"` // absent for a default
}

// Setting finds what counts for a key.
func (p *Policy) Setting(key string) (PolicySetting, bool) {
	if p != nil {
		for _, s := range p.Settings {
			if s.Key == key {
				return s, true
			}
		}
	}
	return PolicySetting{}, false
}

// From returns the matches of one kind.
func (p *Policy) From(kind string) []PolicyMatch {
	var out []PolicyMatch
	if p != nil {
		for _, m := range p.Matches {
			if m.From == kind {
				out = append(out, m)
			}
		}
	}
	return out
}
