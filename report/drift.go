package report

import "time"

// Drift is what changed since an earlier report, the baseline. Only what both reports asked is compared.
type Drift struct {
	Baseline    Baseline       `json:"baseline"`
	Changes     []Change       `json:"changes"`
	NotCompared []NotCompared  `json:"not_compared,omitempty"`
	Unused      []Announcement `json:"unused,omitempty"` // changes that were announced and did not happen
}

// Baseline is the report that was compared with.
type Baseline struct {
	Path     string    `json:"path"`
	RunID    string    `json:"run_id"`
	Finished time.Time `json:"finished"`
	Digest   string    `json:"digest"`
}

// Change is one thing that is not as it was.
type Change struct {
	Kind     string        `json:"kind"`               // "listener-gone", "certificate-renewed", ...
	Endpoint string        `json:"endpoint,omitempty"` // absent for one about the whole estate
	What     string        `json:"what,omitempty"`     // "TLSv1.2", "C02F", a finding's id
	Old      string        `json:"old,omitempty"`
	New      string        `json:"new,omitempty"`
	Expected *Announcement `json:"expected,omitempty"` // the announcement that covers it
}

// NotCompared is a question that only one of the reports asked.
type NotCompared struct {
	Endpoint string `json:"endpoint,omitempty"`
	What     string `json:"what"`
	Why      string `json:"why"`
}

// Announcement is a change that was announced, so that it is no drift.
type Announcement struct {
	Kind     string    `json:"kind"`
	Endpoint string    `json:"endpoint,omitempty"` // globs allowed
	What     string    `json:"what,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Ticket   string    `json:"ticket,omitempty"`
	Location *Location `json:"location,omitempty"`
}
