package report

import "time"

// DiffSchema names the form of a comparison's JSON.
const DiffSchema = "portseal.diff/v1"

// Diff is the comparison of two stored reports: what was compared, and the drift from the baseline to it.
type Diff struct {
	Schema string   `json:"schema"`
	Report Baseline `json:"report"` // the newer one
	Drift
}

// Drift is what changed since an earlier report, the baseline. Only what both reports asked is compared.
type Drift struct {
	Baseline    Baseline       `json:"baseline"`
	Changes     []Change       `json:"changes"`
	NotCompared []NotCompared  `json:"not_compared,omitempty"`
	Unused      []Announcement `json:"unused,omitempty"` // changes that were announced and did not happen, or happened too late
}

// Baseline is the report that was compared with.
type Baseline struct {
	Path     string    `json:"path"`
	RunID    string    `json:"run_id"`
	Estate   string    `json:"estate,omitempty"` // absent for an ad hoc scan
	Finished time.Time `json:"finished"`
	Digest   string    `json:"digest"`
}

// Change is one thing that is not as it was.
type Change struct {
	Kind     string        `json:"kind"`               // "listener-gone", "certificate-renewed", ...
	Severity Severity      `json:"severity"`           // that follows from the rest
	Endpoint string        `json:"endpoint,omitempty"` // absent for one about the whole estate
	What     string        `json:"what,omitempty"`     // "TLSv1.2", "TLSv1.2/C02F", a finding's id; parts stand between slashes
	Old      string        `json:"old,omitempty"`
	New      string        `json:"new,omitempty"`
	Expected *Announcement `json:"expected,omitempty"` // the announcement that covers it
}

// NotCompared is a question that only one of the reports answers.
type NotCompared struct {
	What  string   `json:"what"`
	Why   string   `json:"why"`
	Where []string `json:"where,omitempty"` // endpoints, systems, key rings or files, sorted; absent for the whole estate
}

// Announcement is a change that was announced, so that it is no drift.
type Announcement struct {
	Kind     string    `json:"kind"`
	Endpoint string    `json:"endpoint,omitempty"` // SYSTEM/LISTENER, globs allowed; absent: any, and the estate
	What     string    `json:"what,omitempty"`     // what, one of its parts, or its old or new value; globs allowed; absent: any
	Reason   string    `json:"reason,omitempty"`
	Ticket   string    `json:"ticket,omitempty"`
	Until    string    `json:"until,omitempty"` // the last day, UTC, 2006-01-02
	Location *Location `json:"location,omitempty"`
}

// Expired says whether the announcement's last day is over at a time.
func (a Announcement) Expired(at time.Time) bool {
	return a.Until != "" && at.UTC().Format(time.DateOnly) > a.Until
}

// The kinds of changes. Those that say added and gone, opened and closed, and so on, are each other's opposite; what is changed is its own.
const (
	ListenerAppeared = "listener-appeared"
	ListenerGone     = "listener-gone"
	ListenerMoved    = "listener-moved"
	StateChanged     = "state-changed"

	VersionAdded      = "version-added"
	VersionGone       = "version-gone"
	SuiteAdded        = "suite-added"
	SuiteGone         = "suite-gone"
	GroupAdded        = "group-added"
	GroupGone         = "group-gone"
	DHChanged         = "dh-changed"
	PreferenceChanged = "preference-changed"
	OrderChanged      = "order-changed"

	CertificateRenewed    = "certificate-renewed"
	CertificateRolledBack = "certificate-rolled-back"
	CertificateReplaced   = "certificate-replaced"
	CertificateAdded      = "certificate-added"
	CertificateGone       = "certificate-gone"
	ChainChanged          = "chain-changed"
	TrustChanged          = "trust-changed"
	ServedByChanged       = "served-by-changed"
	ClientAuthChanged     = "client-auth-changed"
	StartUpAdded          = "start-up-added"
	StartUpGone           = "start-up-gone"
	FeatureAdded          = "feature-added"
	FeatureGone           = "feature-gone"
	FeatureChanged        = "feature-changed"

	FindingOpened          = "finding-opened"
	FindingClosed          = "finding-closed"
	FindingSeverityChanged = "finding-severity-changed"
	FindingWaived          = "finding-waived"
	FindingUnwaived        = "finding-unwaived"
	ProfileFailed          = "profile-failed"
	ProfilePassed          = "profile-passed"
	ExpectationChanged     = "expectation-changed"

	RingAdded         = "keyring-added"
	RingGone          = "keyring-gone"
	RingAnchorAdded   = "keyring-anchor-added"
	RingAnchorGone    = "keyring-anchor-gone"
	RingPersonalAdded = "keyring-personal-added"
	RingPersonalGone  = "keyring-personal-gone"
	RingChanged       = "keyring-changed"

	PolicyRuleChanged    = "policy-rule-changed"
	PolicyClearText      = "policy-clear-text-changed"
	PolicySettingChanged = "policy-setting-changed"
	PolicyInstalled      = "policy-installed-changed"
	QueryMonitorChanged  = "query-monitor-changed"
)

// ChangeKind is a kind of change, in words, and what it is called the other way round.
type ChangeKind struct{ Name, About, Opposite string }

// ChangeKinds returns every kind. It is the one list of them.
func ChangeKinds() []ChangeKind {
	pair := func(name, about, opposite, other string) []ChangeKind {
		return []ChangeKind{{name, about, opposite}, {opposite, other, name}}
	}
	var out []ChangeKind
	add := func(kinds ...ChangeKind) { out = append(out, kinds...) }
	same := func(name, about string) { add(ChangeKind{name, about, name}) }
	add(pair(ListenerAppeared, "a listener that the baseline does not have", ListenerGone, "a listener that only the baseline has")...)
	same(ListenerMoved, "another address or port")
	same(StateChanged, "TLS, STARTTLS, no TLS, closed")
	add(pair(VersionAdded, "a protocol version is accepted now", VersionGone, "a protocol version is refused now")...)
	add(pair(SuiteAdded, "a cipher suite is accepted now", SuiteGone, "a cipher suite is refused now")...)
	add(pair(GroupAdded, "a group is accepted now", GroupGone, "a group is refused now")...)
	same(DHChanged, "other finite-field parameters")
	same(PreferenceChanged, "whose order of suites counts")
	same(OrderChanged, "the listener's own order of suites")
	add(pair(CertificateRenewed, "the same key, or subject and issuer, for longer", CertificateRolledBack, "the same, with an earlier end")...)
	same(CertificateReplaced, "another certificate of the same key type")
	add(pair(CertificateAdded, "a certificate of one more key type", CertificateGone, "no certificate of a key type any more")...)
	same(ChainChanged, "other certificates beside the listener's own")
	same(TrustChanged, "whether a key ring trusts the listener")
	same(ServedByChanged, "whether its ring's certificate is served")
	same(ClientAuthChanged, "whether client certificates are asked for, and how")
	add(pair(StartUpAdded, "a way to begin a session is accepted now", StartUpGone, "a way to begin a session is refused now")...)
	add(pair(FeatureAdded, "a feature of the handshake is there now", FeatureGone, "a feature of the handshake is not there any more")...)
	same(FeatureChanged, "other values of a feature")
	add(pair(FindingOpened, "a finding that the baseline does not have", FindingClosed, "a finding that only the baseline has")...)
	same(FindingSeverityChanged, "a finding has another severity")
	add(pair(FindingWaived, "a finding is waived now", FindingUnwaived, "a finding is not waived any more")...)
	add(pair(ProfileFailed, "an item of a profile is not met any more", ProfilePassed, "an item of a profile is met now")...)
	same(ExpectationChanged, "what the estate file says of the listener")
	add(pair(RingAdded, "a key ring that the baseline does not have", RingGone, "a key ring that only the baseline has")...)
	add(pair(RingAnchorAdded, "a key ring has one more anchor", RingAnchorGone, "a key ring lacks an anchor that it had")...)
	add(pair(RingPersonalAdded, "a ring has one more personal certificate", RingPersonalGone, "a ring lacks a personal certificate it had")...)
	same(RingChanged, "a key ring's default certificate or consumer")
	same(PolicyRuleChanged, "the AT-TLS rule that takes a connection")
	same(PolicyClearText, "whether AT-TLS leaves a connection in clear text")
	same(PolicySettingChanged, "a setting of the AT-TLS policy")
	same(PolicyInstalled, "whether a system's AT-TLS policy is in effect")
	same(QueryMonitorChanged, "a parameter of Query Monitor's connections")
	return out
}
