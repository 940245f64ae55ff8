package report

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/scan"
)

// Schema names the form of a report's JSON.
const Schema = "portseal.report/v1"

// Report is one run: what was asked, what was seen, what was judged.
type Report struct {
	Schema       string            `json:"schema"`
	Tool         Tool              `json:"tool"`
	Run          Run               `json:"run"`
	Summary      Summary           `json:"summary"`
	Endpoints    []Endpoint        `json:"endpoints"`
	Certificates []Certificate     `json:"certificates"`
	Keyrings     []Keyring         `json:"keyrings"`
	Expectations []Expectation     `json:"expectations"`
	Findings     []Finding         `json:"findings"`
	QueryMonitor []QueryMonitor    `json:"query_monitor,omitempty"` // of each system with parameter files or NETSTAT output
	Phase        *Phase            `json:"phase,omitempty"`         // the step of the change night that was checked
	Installed    []Installed       `json:"installed,omitempty"`     // of each system with output of pasearch
	Stacks       []Stack           `json:"stacks,omitempty"`        // of each system with a TCP/IP profile
	Drift        *Drift            `json:"drift,omitempty"`         // since a baseline that was given
	Revocation   []RevocationCheck `json:"revocation,omitempty"`    // of the presented certificates, where it was asked for
	Plans        []Plan            `json:"plans,omitempty"`         // what the endpoints were asked
	Policies     *Policies         `json:"policies,omitempty"`      // the AT-TLS policy files that were judged
	Waivers      []Waiver          `json:"waivers"`
	Profiles     []Profile         `json:"profiles"` // that judged the run, and what they gave
	Rules        []string          `json:"rules"`    // ids of the rules that judged
	Digest       string            `json:"digest"`   // "sha256:" and hex, over the canonical JSON (RFC 8785) without this key
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the executable
}

// Run is the circumstances of a run.
type Run struct {
	ID              string    `json:"id"`
	Started         time.Time `json:"started"`
	Finished        time.Time `json:"finished"`
	JudgedAt        time.Time `json:"judged_at"` // the time that validity was judged as of
	Operator        string    `json:"operator,omitempty"`
	Vantage         string    `json:"vantage"`
	SourceAddresses []string  `json:"source_addresses,omitempty"`
	Proxy           string    `json:"proxy,omitempty"` // that every connection was made through
	Arguments       []string  `json:"arguments"`
	Probes          string    `json:"probes"`
	Intrusive       bool      `json:"intrusive,omitempty"`  // --intrusive: nobody was spared a question about vulnerabilities
	Revocation      bool      `json:"revocation,omitempty"` // --revocation: it was asked whether the presented certificates are revoked
	Pace            string    `json:"pace"`
	Estate          string    `json:"estate,omitempty"`
	Inputs          []Input   `json:"inputs,omitempty"`
	Clock           Clock     `json:"clock"`
	Scope           Scope     `json:"scope"`
	FailOn          string    `json:"fail_on,omitempty"`         // findings from this severity on fail the run; "never": none does
	MaxConnections  int       `json:"max_connections,omitempty"` // the budget of one endpoint; absent: none
	MaxInputAge     int64     `json:"max_input_age_s,omitempty"` // seconds: how old inputs from z/OS may be at judged_at
	Complete        bool      `json:"complete"`                  // false when the run was cut short
	PreviousDigest  string    `json:"previous_digest,omitempty"` // of the report that this one was compared with: verify --baseline, or the service's run before
	RejudgedFrom    string    `json:"rejudged_from,omitempty"`   // the digest of the report that this one was judged again from

	// Rounds counts how often failing endpoints were looked at again, and EarlierConnections what those earlier looks cost; the
	// summary counts the last look at each.
	Rounds             int `json:"rounds,omitempty"`
	EarlierConnections int `json:"earlier_connections,omitempty"`

	// Resumed counts the endpoints that an earlier run looked at, which was interrupted and which this one went on with. Their times and
	// costs are those of that look.
	Resumed int `json:"resumed,omitempty"`

	// Redacted says that names are pseudonyms and that evidence was left out, so that nothing can be checked against it; RedactedFrom is the
	// digest of the report that it was made from.
	Redacted     bool   `json:"redacted,omitempty"`
	RedactedFrom string `json:"redacted_from,omitempty"`
}

// Input is a file that the run read.
type Input struct {
	Path      string     `json:"path"`
	Kind      string     `json:"kind"` // estate, ring, attls, ...
	SHA256    string     `json:"sha256"`
	Collected *time.Time `json:"collected,omitempty"` // as its manifest says, else when the file was last changed
}

// Clock is what is known about the scanner's clock.
type Clock struct {
	Synchronised scan.Fact `json:"synchronised"`
}

// Scope is what the run was to look at.
type Scope struct {
	Declared int       `json:"declared"`
	Selected int       `json:"selected"`
	Skipped  []Skipped `json:"skipped,omitempty"`
}

// Skipped is an endpoint that was not looked at, and why.
type Skipped struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Summary is the run in numbers.
type Summary struct {
	Endpoints        int                `json:"endpoints"`
	Assessed         int                `json:"assessed"`
	ByState          map[scan.State]int `json:"by_state"`
	BySeverity       map[string]int     `json:"by_severity"`            // findings that are not waived, but for those that say that something was not assessed
	NotAssessed      int                `json:"not_assessed,omitempty"` // those: they never fail a run
	RC4ListenersOpen int                `json:"rc4_listeners_open"`
	Connections      int                `json:"connections"`
	Verdict          Verdict            `json:"verdict"`
}

// Verdict is the whole run's outcome.
type Verdict string

// The verdicts.
const (
	Pass       Verdict = "pass"
	Fail       Verdict = "fail"
	Incomplete Verdict = "incomplete"
)

// Endpoint is one observation, with what the estate calls it and the answers that key rings give.
type Endpoint struct {
	scan.Observation
	System   string         `json:"system,omitempty"`
	Listener string         `json:"listener,omitempty"`
	Role     string         `json:"role,omitempty"`
	Plan     string         `json:"plan,omitempty"` // id of what it was asked
	Chains   []ChainVerdict `json:"chains,omitempty"`
	ServedBy *ServedBy      `json:"served_by,omitempty"`
	Logged   []LogMessage   `json:"logged,omitempty"` // what the scan itself will have made the target's z/OS log

	Confirmed *Confirmed `json:"confirmed,omitempty"` // this run saw what an earlier one had seen, and shows that one's look

	ClientAuthCandidates *ClientAuthCandidates `json:"client_auth_candidates,omitempty"`

	Vulnerabilities []Vulnerability `json:"vulnerabilities,omitempty"`
}

// Confirmed says that this run looked at the endpoint again and that every fact was as an earlier run had found it. The endpoint shows the
// earlier look, with its times, its cost and its evidence, so that a history keeps an unchanged listener once; what is said here is of the look
// of this run. Evidence of this look is not kept.
type Confirmed struct {
	Run         string    `json:"run"` // id of the run whose look is shown
	Started     time.Time `json:"started"`
	Finished    time.Time `json:"finished"`
	Source      string    `json:"source,omitempty"`
	SourcePorts []uint16  `json:"source_ports,omitempty"` // of this look's connections
	Cost        scan.Cost `json:"cost"`
}

// ClientAuthCandidates is which values of AT-TLS's ClientAuthType the outcomes of client certificates are consistent with. It asserts
// none: the wire shows neither AT-TLS nor its policy.
type ClientAuthCandidates struct {
	Types []string `json:"types"` // PassThru, Full, Required, SAFCheck; empty when none explains the outcomes
	Note  string   `json:"note"`
}

// LogMessage is a message that the scan will have caused in a z/OS log, so that nobody takes it for an attack. Which return code the
// stack writes is inferred, not documented case by case.
type LogMessage struct {
	Message     string   `json:"message"`      // "EZD1286I/EZD1287I"
	ReturnCodes string   `json:"return_codes"` // "402 or 412"
	Cause       string   `json:"cause"`
	Count       int      `json:"count"`
	SourcePorts []uint16 `json:"source_ports,omitempty"` // of the scanner's connections
}

// ChainVerdict is one cell of the trust matrix: a presented chain against a ring.
type ChainVerdict struct {
	Leaf          string           `json:"leaf"`
	Keyring       string           `json:"keyring"`
	Trusted       certchain.Answer `json:"trusted"`         // with what the ring adds
	TrustedAsSent certchain.Answer `json:"trusted_as_sent"` // with the ring's anchors alone
	Path          []string         `json:"path,omitempty"`  // SHA-256, leaf first
	Reason        string           `json:"reason,omitempty"`
	Code          string           `json:"code,omitempty"` // the reason as a code of certchain's
}

// ServedBy says whether the listener serves the ring's certificate that it should.
type ServedBy struct {
	Keyring string           `json:"keyring"`
	Label   string           `json:"label,omitempty"`
	Match   certchain.Answer `json:"match"`
	Reason  string           `json:"reason,omitempty"`
}

// Certificate is a certificate that some endpoint sent or some ring holds.
type Certificate struct {
	SHA256    string    `json:"sha256"`
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Serial    string    `json:"serial"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	Key       string    `json:"key"`
	Signature string    `json:"signature"`
	Names     []string  `json:"names,omitempty"`
	Note      string    `json:"note,omitempty"` // why strict parsers refuse it
	DER       []byte    `json:"der"`
}

// Keyring is a ring as it was judged with.
type Keyring struct {
	Name     string   `json:"name"`
	Anchors  []string `json:"anchors"`  // SHA-256
	Personal []string `json:"personal"` // SHA-256
	Consumer string   `json:"consumer"`
	Virtual  string   `json:"virtual,omitempty"`  // the virtual ring that it stands for
	Listed   string   `json:"listed,omitempty"`   // OWNER/NAME in the listing that it was joined to
	Default  string   `json:"default,omitempty"`  // SHA-256 of the default certificate, where a listing says
	Unproven []string `json:"unproven,omitempty"` // labels that are listed, and that no file holds

	Entries     []KeyringEntry   `json:"entries,omitempty"` // all that it holds, in its order
	Files       []KeyringFile    `json:"files,omitempty"`
	Listing     *KeyringListing  `json:"listing,omitempty"`
	PrivateKeys []KeyringProblem `json:"private_keys,omitempty"` // private keys in its files
}
