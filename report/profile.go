package report

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

// Profile is a compliance baseline as it judged the run, and what it found.
type Profile struct {
	ID      string          `json:"id"`      // "mozilla-intermediate"
	Title   string          `json:"title"`   // of the document that it is made from
	Edition string          `json:"edition"` // version or date of that document
	Source  string          `json:"source"`  // where that document is
	Items   []ProfileItem   `json:"items"`
	Results []ProfileResult `json:"results"`
}

// ProfileItem is one requirement of a profile.
type ProfileItem struct {
	ID       string   `json:"id"`     // unique within the profile
	Clause   string   `json:"clause"` // of the document: "3.1", "Requirement 4.2.1"
	Title    string   `json:"title"`
	Severity Severity `json:"severity"`           // of a finding when it is not met
	InForce  string   `json:"in_force,omitempty"` // the first day, UTC, 2006-01-02; absent: it is in force
	Note     string   `json:"note,omitempty"`     // what of it could not be verified, or is judged in part only
}

// ProfileResult says what an item gave for some endpoints.
type ProfileResult struct {
	Item      string   `json:"item"`
	Outcome   Outcome  `json:"outcome"`
	Why       string   `json:"why,omitempty"`       // absent for a plain pass
	Endpoints []string `json:"endpoints,omitempty"` // sorted; absent for an item about the whole estate
}
