package history

import (
	"context"
	"time"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report"
)

// Page is a part of a list, newest or worst first. The zero value is the first hundred.
type Page struct {
	After string // the cursor that the page before returned; empty for the first
	Limit int    // at most 1,000; 0 is 100
}

// Store keeps a history. Its methods may be called from many goroutines and from several processes. What was not found is ErrNotFound;
// writes are durable when they return nil, and as if they had never been called otherwise.
type Store interface {
	Runs
	Looks
	Accounts
	Outbox

	// Log is the report log of the finished runs.
	Log() *runlog.Log
	// Ping says whether the database answers.
	Ping(ctx context.Context) error
	// Size is what the history takes, in octets.
	Size(ctx context.Context) (int64, error)
	Close() error
}

// Verifying is what a history is held against, beside itself.
type Verifying struct {
	runlog.Checking
	Progress func(done, of int) // records of the log; may be nil
}

// Verified is what became of that.
type Verified struct {
	runlog.Result
	Rows    int // that are as the reports say
	Resting int // that rest on reports which are no longer kept, and so on nothing that could be checked
}

// Storing is how a finished run is stored.
type Storing struct {
	Key    *sign.Key // signs the log's checkpoint; nil where the log is not signed
	Origin string    // the name of a log that is begun
	At     time.Time
	// Changes are those since the run before: history keeps them and does not find them.
	Changes []report.Change
}

// RunQuery picks runs, newest first.
type RunQuery struct {
	Estate   string // empty: of every estate
	States   []State
	Schedule string // empty: any
	Since    time.Time
	Page
}

// Runs are the runs and their reports.
type Runs interface {
	// Begin notes that a run begins, or was missed. ErrTaken: that due time of that schedule was begun already, here or by another
	// service; or another run of the same estate and schedule is running and alive.
	Begin(ctx context.Context, r Run) error
	// Alive notes that a running run still runs. ErrNotFound: it was taken for dead, and must stop.
	Alive(ctx context.Context, id string, at time.Time) error
	// Abandon turns running runs that gave no sign of life since a time into failed ones, and returns them.
	Abandon(ctx context.Context, silentSince, at time.Time) ([]Run, error)
	// End ends a running run without a report: failed, cancelled.
	End(ctx context.Context, id string, state State, message string, at time.Time) error
	// Add stores the sealed report of a run, of one that was begun or of one that was not (an import), adds it to the log, and brings listeners,
	// findings, certificates and changes up to date, all in one transaction. A report that is there already is no error, and changes nothing.
	Add(ctx context.Context, doc []byte, begun Run, s Storing) (*Run, error)

	Run(ctx context.Context, id string) (*Run, error)
	List(ctx context.Context, q RunQuery) (runs []Run, next string, err error)
	// Report is the bytes of a finished run's report, as they were added. ErrPruned where retention has removed it.
	Report(ctx context.Context, id string) ([]byte, error)
	// Last is the newest finished run of an estate, of the whole of it unless narrowed ones count too; ErrNotFound before the first.
	Last(ctx context.Context, estate string, narrowed bool) (*Run, error)
	// LastDue is the latest due time of a schedule that was begun or noted as missed; the zero time before the first.
	LastDue(ctx context.Context, estate, schedule string) (time.Time, error)
	// Shown is how the last run that looked left these endpoints: the observation with its evidence, and the run that made it. Endpoints that nobody
	// has looked at are absent.
	Shown(ctx context.Context, estate string, ids []string) (map[string]Shown, error)
	// Prune removes the reports of runs that finished before a time, but the newest of each estate, with what only they refer to, and says so in the log.
	// Notices that were done before that time go too.
	Prune(ctx context.Context, before time.Time, s Storing) (removed int, err error)
}

// Shown is the last look at an endpoint.
type Shown struct {
	Run      string
	Endpoint report.Endpoint // as in its report: certificates apart
	// Certificates are those that it names, with their DER.
	Certificates []report.Certificate
}

// FindingQuery picks findings, worst first.
type FindingQuery struct {
	Estate   string
	Endpoint string          // empty: all, and those of the whole estate
	ID       string          // empty: any
	Least    report.Severity // and above
	Closed   bool            // those that are closed too
	Page
}

// Looks is what the runs have shown.
type Looks interface {
	Listeners(ctx context.Context, estate string) ([]Listener, error) // all, by id
	Spans(ctx context.Context, estate, endpoint string) ([]Span, error)
	Findings(ctx context.Context, q FindingQuery) (findings []Finding, next string, err error)
	// Changes are those of one run, or of one endpoint, or of all; newest first.
	Changes(ctx context.Context, estate, run, endpoint string, p Page) (changes []Change, next string, err error)
	Certificates(ctx context.Context, estate string) ([]Certificate, error) // of the last looks and the last rings, by end
	// Trend has the last n runs of the whole estate, oldest first: those that are finished, and, as gaps, those that were due and were missed,
	// failed or cancelled.
	Trend(ctx context.Context, estate string, n int) ([]Point, error)
	// Failures counts the failed questions of the last looks by stage and kind ("connect/refused").
	Failures(ctx context.Context, estate string) (map[string]int, error)
	Estates(ctx context.Context) ([]string, error)

	AddWaiver(ctx context.Context, estate string, w Waiver) (int64, error)
	ExpireWaiver(ctx context.Context, estate string, id int64, by string, at time.Time) error
	Waivers(ctx context.Context, estate string) ([]Waiver, error) // all that were ever made, newest first
}

// Accounts are users, their sessions and tokens, and what they did.
type Accounts interface {
	PutUser(ctx context.Context, u User) error // new, or in the place of the one of that name
	User(ctx context.Context, name string) (*User, error)
	Users(ctx context.Context) ([]User, error)
	DeleteUser(ctx context.Context, name string) error // with sessions and tokens

	PutSession(ctx context.Context, s Session) error
	Session(ctx context.Context, key [32]byte) (*Session, error)
	// UseSession notes that a session was used, and when it now ends. ErrNotFound: it has ended meanwhile, and stays so.
	UseSession(ctx context.Context, key [32]byte, used, expires time.Time) error
	DeleteSession(ctx context.Context, key [32]byte) error
	DeleteSessions(ctx context.Context, user string, expiredAt time.Time) error // a user's, and all that have expired; user may be empty

	AddToken(ctx context.Context, t Token) (int64, error) // ErrTaken: the user has one of that name
	Token(ctx context.Context, key [32]byte) (*Token, error)
	Tokens(ctx context.Context, user string) ([]Token, error) // empty: everyone's
	UseToken(ctx context.Context, id int64, at time.Time) error
	DeleteToken(ctx context.Context, id int64) error

	AddDeed(ctx context.Context, d Deed) error
	Deeds(ctx context.Context, p Page) (deeds []Deed, next string, err error) // newest first
}

// Outbox keeps notices until they are delivered.
type Outbox interface {
	DueNotices(ctx context.Context, at time.Time, limit int) ([]Notice, error) // not done, by next
	// ClaimNotice gives a notice to one of several services until a time; false where another has it, or it is done.
	ClaimNotice(ctx context.Context, id int64, now, until time.Time) (bool, error)
	PutNotice(ctx context.Context, n Notice) error // after a try
	Notices(ctx context.Context, p Page) (notices []Notice, next string, err error)
	// Tell stores a notice together with the memory of what it tells: all of it, or, with ErrTaken, nothing where another has told some of it.
	Tell(ctx context.Context, t Telling) error
	// Remembered are the keys of what was told that begin with a prefix, each with when that was.
	Remembered(ctx context.Context, estate, prefix string) (map[string]time.Time, error)
}

// Telling is a notice and what is remembered of it.
type Telling struct {
	Estate   string
	At       time.Time
	Notice   *Notice  // nil: only the memory changes
	Remember []string // keys that were not remembered before
	Forget   []string // keys that were; one may be remembered anew by the same Telling
}
