// Package history is what the service remembers: runs, what each listener showed, findings, changes, and the report of every run, byte for
// byte; beside it users, sessions, tokens, what they did, waivers and notices on their way.
//
// Store is the one way in and out, and the only place that knows SQL lies below this folder: history/sqlite and history/postgres, which pass
// the same suite, history/historytest. Every run's report is a record of a report log (internal/evidence/runlog) that the same database
// holds, so a row that was changed or taken away behind the store's back is found by package verify.
//
// An endpoint that shows what it showed before is stored once: see report.Confirmed. What a listener, a finding or a certificate was is kept
// as a span, from the first run that saw it to the last.
//
// Limits: times are UTC, in microseconds. All of a database's runs have one log; one database may hold several estates, which nearly
// every question names.
package history

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Errors that callers tell apart; they come wrapped, with what was asked.
var (
	ErrNotFound = errors.New("not in the history")
	ErrTaken    = errors.New("taken by another")        // a due time that another service has begun, a name that is in use
	ErrBusy     = errors.New("the database is busy")    // it can be tried again
	ErrPruned   = errors.New("removed by retention")    // the report of a run that is still listed
	ErrNewer    = errors.New("made by a newer version") // the database's schema
)

// Refused is what a history is not opened for: what was named is none, or not one to use as it is. To try again does not mend it.
type Refused struct{ Err error }

// Error says what is wrong with it.
func (r Refused) Error() string { return r.Err.Error() }

// Unwrap returns the fault.
func (r Refused) Unwrap() error { return r.Err }

// State is how far a run has come.
type State string

// The states of runs. Only a finished one has a report.
const (
	Running   State = "running"
	Finished  State = "finished"
	Failed    State = "failed"    // portseal or its machine failed: Message says how
	Cancelled State = "cancelled" // a user, or the end of the service, stopped it before it had a report
	Missed    State = "missed"    // it was due while no service ran, or a blackout or an earlier run stood in its way: Message says which
)

// States lists them all, in the order above.
func States() []State { return []State{Running, Finished, Failed, Cancelled, Missed} }

// Trigger is what made a run begin.
type Trigger string

// The triggers.
const (
	BySchedule Trigger = "schedule"
	ByUser     Trigger = "user"   // run now, on the page or by the API
	ByStart    Trigger = "start"  // --run-at-start
	ByImport   Trigger = "import" // 'history import': made elsewhere
)

// Run is one run of an estate that was made, is being made, or should have been.
type Run struct {
	Seq      int64           `json:"-"`  // in the order in which they were begun
	ID       string          `json:"id"` // the id in its report too
	Estate   string          `json:"estate"`
	State    State           `json:"state"`
	Trigger  Trigger         `json:"trigger"`
	By       string          `json:"by,omitempty"`       // the user, for ByUser
	Schedule string          `json:"schedule,omitempty"` // its name, for BySchedule and for a schedule that was run now
	Due      *time.Time      `json:"due,omitempty"`      // for BySchedule and Missed; no two runs have the same estate, schedule and due time
	Probes   string          `json:"probes,omitempty"`
	Narrowed bool            `json:"narrowed,omitempty"` // it was to look at a part of the estate only: it makes no point of a trend
	Started  time.Time       `json:"started"`            // of a missed one: when that was noticed
	Finished *time.Time      `json:"finished,omitempty"`
	Verdict  report.Verdict  `json:"verdict,omitempty"` // of a finished one
	Digest   string          `json:"digest,omitempty"`  // of its report
	Summary  *report.Summary `json:"summary,omitempty"`
	Message  string          `json:"message,omitempty"` // what went wrong; a sentence for people
	Record   *int64          `json:"record,omitempty"`  // its number in the report log
	Pruned   bool            `json:"pruned,omitempty"`  // retention has removed its report
}

// Listener is what is known of one endpoint, as the last run that looked at it left it.
type Listener struct {
	Estate      string           `json:"-"`
	ID          string           `json:"id"` // of the endpoint
	System      string           `json:"system,omitempty"`
	Listener    string           `json:"listener,omitempty"`
	Role        string           `json:"role,omitempty"`
	Expect      string           `json:"expect,omitempty"`
	State       scan.State       `json:"state"`
	Worst       *report.Severity `json:"worst,omitempty"` // of its findings that count; absent without any
	Findings    int              `json:"findings"`        // open and not waived
	NotAssessed bool             `json:"not_assessed,omitempty"`
	RC4         bool             `json:"rc4,omitempty"`       // an open RC4 listener, as rc4_listeners_open counts them
	NotAfter    *time.Time       `json:"not_after,omitempty"` // of the leaf that ends first
	FirstRun    string           `json:"first_run"`           // the run that first saw it as it is
	Since       time.Time        `json:"since"`               // when that was
	LastRun     string           `json:"last_run"`
	Seen        time.Time        `json:"seen"` // by the last run
}

// Span is what a listener once was, for its history: the runs between saw the same.
type Span struct {
	FirstRun string     `json:"first_run"`
	LastRun  string     `json:"last_run"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	State    scan.State `json:"state"`
	Runs     int        `json:"runs"` // that looked
}

// Finding is a finding with its life: a finding that was closed and opens again is another one.
type Finding struct {
	report.Finding
	FirstRun string     `json:"first_run"`
	LastRun  string     `json:"last_run"`
	Opened   time.Time  `json:"opened"`
	Closed   *time.Time `json:"closed,omitempty"` // when a run looked and no longer found it
}

// Change is a change that a run found since the run before it that looked at the same.
type Change struct {
	Run string    `json:"run"`
	At  time.Time `json:"at"`
	report.Change
}

// Certificate is one that a listener presented or a key ring holds.
type Certificate struct {
	report.Certificate
	Endpoints []string `json:"endpoints,omitempty"` // that present it as their leaf, sorted
	Chains    []string `json:"chains,omitempty"`    // endpoints that send it above their leaf
	Keyrings  []string `json:"keyrings,omitempty"`
}

// Point is one run in a trend.
type Point struct {
	Run        string         `json:"run"`
	At         time.Time      `json:"at"` // when it finished, or was due
	State      State          `json:"state"`
	BySeverity map[string]int `json:"by_severity,omitempty"` // of a finished one
	RC4Open    int            `json:"rc4_listeners_open"`
	Verdict    report.Verdict `json:"verdict,omitempty"`
}

// Waiver is one that was made on the page or by the API. It counts beside those of the estate file.
type Waiver struct {
	ID int64 `json:"id"`
	report.Waiver
	By        string     `json:"by"` // the user who made it
	Made      time.Time  `json:"made"`
	Expired   *time.Time `json:"expired,omitempty"` // when a user ended it, before its last day
	ExpiredBy string     `json:"expired_by,omitempty"`
}

// User is someone who may sign in. A password is kept as its argon2id hash alone, and leaves the store in no JSON.
type User struct {
	Name     string    `json:"name"`
	Role     string    `json:"role"`
	Hash     string    `json:"-"` // PHC string: $argon2id$v=19$...
	Made     time.Time `json:"made"`
	Disabled bool      `json:"disabled,omitempty"`
}

// Session is a browser that is signed in. Its key is the SHA-256 of the cookie, so that a copy of the database signs nobody in.
type Session struct {
	Key     [32]byte
	User    string
	Made    time.Time
	Used    time.Time
	Expires time.Time
}

// Token lets a script use the API.
type Token struct {
	ID      int64      `json:"id"`
	Name    string     `json:"name"`
	Key     [32]byte   `json:"-"` // SHA-256 of the token
	User    string     `json:"user"`
	Role    string     `json:"role"` // at most what its user may do
	Made    time.Time  `json:"made"`
	Expires *time.Time `json:"expires,omitempty"`
	Used    *time.Time `json:"used,omitempty"`
}

// Deed is one line of the audit log: who did what.
type Deed struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`  // user, or "" for nobody who is known
	From   string    `json:"from"` // address, or "command line", or "service"
	What   string    `json:"what"` // "login", "login-failed", "run-started", "waiver-added", ...
	Object string    `json:"object,omitempty"`
	Detail string    `json:"detail,omitempty"`
}

// Notice is a message on its way to one receiver. It stays until it was delivered or given up.
type Notice struct {
	ID       int64           `json:"id"`
	Receiver string          `json:"receiver"` // its name in the estate file
	Key      string          `json:"key"`      // the id of its message
	Body     json.RawMessage `json:"body"`
	Made     time.Time       `json:"made"`
	Next     time.Time       `json:"next"` // when to try
	Tries    int             `json:"tries"`
	Error    string          `json:"error,omitempty"` // of the last try
	Done     *time.Time      `json:"done,omitempty"`
	GivenUp  bool            `json:"given_up,omitempty"`
}
