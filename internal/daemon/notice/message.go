package notice

import (
	"time"

	"github.com/portseal/portseal/report"
)

// Schema names the form of a message's JSON.
const Schema = "portseal.notice/v1"

// Message is what one receiver is told at one time. All text that came from listeners is clean: see report/text.
type Message struct {
	Schema   string          `json:"schema"`
	ID       string          `json:"id"` // the same at every try
	Made     time.Time       `json:"made"`
	Estate   string          `json:"estate"`
	Receiver string          `json:"receiver"`
	Events   []string        `json:"events"`   // "new", "resolved", "expiring", "failed", "missed": of which there is something
	Severity report.Severity `json:"severity"` // of the worst thing told
	Title    string          `json:"title"`
	Run      *Run            `json:"run,omitempty"` // absent where no run is the reason
	Counts   Counts          `json:"counts"`
	New      []Finding       `json:"new,omitempty"`      // the worst first, mostListed at most; counts has all
	Resolved []Finding       `json:"resolved,omitempty"` // likewise
	Expiring []Certificate   `json:"expiring,omitempty"` // the first to end first, likewise
	Tool     string          `json:"tool"`
}

// mostListed is how many findings or certificates a message names.
const mostListed = 50

// Counts are all that the message is about, listed or not.
type Counts struct {
	New           int            `json:"new"`
	NewBySeverity map[string]int `json:"new_by_severity,omitempty"`
	Resolved      int            `json:"resolved"`
	Expiring      int            `json:"expiring"`
	Held          int            `json:"held,omitempty"`   // findings that come and go, and of which nothing is told now
	Untold        int            `json:"untold,omitempty"` // runs of the same schedule that failed or were missed since this was last told
}

// Run is the run that is the reason.
type Run struct {
	ID       string         `json:"id"`
	State    string         `json:"state"`
	Schedule string         `json:"schedule,omitempty"`
	By       string         `json:"by,omitempty"`
	Due      *time.Time     `json:"due,omitempty"`
	Started  time.Time      `json:"started"`
	Finished *time.Time     `json:"finished,omitempty"`
	Verdict  report.Verdict `json:"verdict,omitempty"`
	Message  string         `json:"message,omitempty"`
}

// Finding is one that opened or closed.
type Finding struct {
	ID       string          `json:"id"`
	Severity report.Severity `json:"severity"`
	Was      string          `json:"was,omitempty"`   // the severity that it was told with before
	Again    bool            `json:"again,omitempty"` // it comes and goes
	Endpoint string          `json:"endpoint,omitempty"`
	Item     string          `json:"item,omitempty"`
	Title    string          `json:"title"`
	Detail   string          `json:"detail,omitempty"`
	Expected string          `json:"expected,omitempty"`
	Observed string          `json:"observed,omitempty"`
	Opened   *time.Time      `json:"opened,omitempty"`
	Closed   *time.Time      `json:"closed,omitempty"`
}

// Certificate is one that ends soon, or has ended.
type Certificate struct {
	SHA256    string    `json:"sha256"`
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	NotAfter  time.Time `json:"not_after"`
	Days      int       `json:"days"`                // whole days that are left; negative when it has ended
	Level     int       `json:"level"`               // 30, 14, 7 or 1 days; 0: it has ended
	Endpoints []string  `json:"endpoints,omitempty"` // that present it, mostListed at most
	Keyrings  []string  `json:"keyrings,omitempty"`  // that hold it, likewise
}
