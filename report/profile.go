package report

import "github.com/portseal/portseal/cipher"

// Outcome is what an item of a profile gives for an endpoint.
type Outcome string

// The outcomes.
const (
	OutcomePass          Outcome = "pass"
	OutcomeFail          Outcome = "fail"
	OutcomeNotApplicable Outcome = "not-applicable" // it is about something that the endpoint is not
	OutcomeNotAssessed   Outcome = "not-assessed"   // the facts that it needs are unknown: never a pass
	OutcomeNotInForce    Outcome = "not-in-force"   // not met, and the item's day has not come
)

// Outcomes returns all, the ones to act on first.
func Outcomes() []Outcome {
	return []Outcome{OutcomeFail, OutcomeNotAssessed, OutcomeNotInForce, OutcomePass, OutcomeNotApplicable}
}

// Profile is a compliance baseline as it judged the run, and what it found.
type Profile struct {
	ID         string          `json:"id"`                   // "mozilla-intermediate"
	Title      string          `json:"title"`                // of the document that it is made from
	Edition    string          `json:"edition"`              // version or date of that document
	Published  string          `json:"published,omitempty"`  // the day of that edition, 2006-01-02
	Source     string          `json:"source"`               // where that document is
	About      string          `json:"about"`                // what of the document it covers
	Everywhere bool            `json:"everywhere"`           // it judges every endpoint, not only those whose expectation names it
	Afterwards bool            `json:"afterwards,omitempty"` // it judged a report that was made without it: nothing was asked for it
	Items      []ProfileItem   `json:"items"`
	Results    []ProfileResult `json:"results"`
}

// ProfileItem is one requirement of a profile.
type ProfileItem struct {
	ID        string       `json:"id"`     // unique within the profile
	Clause    string       `json:"clause"` // of the document: "3.1", "Requirement 4.2.1"
	Title     string       `json:"title"`
	Severity  Severity     `json:"severity"`            // of a finding when it is not met; info is a recommendation, which never holds up a run
	Applies   []string     `json:"applies"`             // to which endpoints: all words must hold
	InForce   string       `json:"in_force,omitempty"`  // the first day, UTC, 2006-01-02; absent: it is in force
	Source    string       `json:"source,omitempty"`    // absent: the profile's
	Edition   string       `json:"edition,omitempty"`   // of Source
	Published string       `json:"published,omitempty"` // the day of that edition
	Verified  bool         `json:"verified"`            // the clause itself was read in this edition
	Note      string       `json:"note,omitempty"`      // what of it could not be verified, or is judged in part only
	Check     ProfileCheck `json:"check"`
}

// ProfileCheck is what an item asks, as data: a stored report can be judged again from it. Which members count depends on the kind.
type ProfileCheck struct {
	Kind     string           `json:"kind"`               // "versions", "suites", ...: internal/profile has the list
	Versions []cipher.Version `json:"versions,omitempty"` // only in these

	// Sets of versions, suites ("C030", "class:cbc") or groups ("x25519", "class:hybrid").
	Required  []string `json:"required,omitempty"`  // each must be there
	AnyOf     []string `json:"any_of,omitempty"`    // at least one must be there
	Allowed   []string `json:"allowed,omitempty"`   // nothing else may be there
	Forbidden []string `json:"forbidden,omitempty"` // none may be there

	Of          string         `json:"of,omitempty"`         // leaf or sent; server or client; certificates or protocols
	MinBits     map[string]int `json:"min_bits,omitempty"`   // of keys, by their algorithm; of DHE's prime as "DH"
	Algorithms  []string       `json:"algorithms,omitempty"` // of keys
	Curves      []string       `json:"curves,omitempty"`     // of ECDSA keys
	Hashes      []string       `json:"hashes,omitempty"`     // of certificates' signatures
	MaxDays     int            `json:"max_days,omitempty"`
	MinDaysLeft int            `json:"min_days_left,omitempty"`
	KeyUsage    []string       `json:"key_usage,omitempty"`     // RFC 5280 names
	ExtKeyUsage []string       `json:"ext_key_usage,omitempty"` // RFC 5280 names
	SAN         bool           `json:"san,omitempty"`           // a subjectAltName is asked for
	Setting     string         `json:"setting,omitempty"`       // a parameter of AT-TLS
	Reason      string         `json:"reason,omitempty"`        // why a scan cannot say
}

// ProfileResult says what an item gave for some endpoints.
type ProfileResult struct {
	Item      string   `json:"item"`
	Outcome   Outcome  `json:"outcome"`
	Why       string   `json:"why,omitempty"`       // absent for a plain pass
	Endpoints []string `json:"endpoints,omitempty"` // sorted; absent for an item about the whole run
}
