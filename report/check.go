package report

// CheckSchema names the form of a check's JSON.
const CheckSchema = "portseal.check/v1"

// Check is what 'portseal report check' found of a stored report.
type Check struct {
	Schema      string       `json:"schema"`
	Report      Checked      `json:"report"`
	Agrees      bool         `json:"agrees"` // no difference
	Counts      CheckCounts  `json:"checked"`
	Differences []Difference `json:"differences"`
	Unchecked   []CheckNote  `json:"not_checked"`                // what could not be judged again, and why
	Word        []CheckNote  `json:"rests_on_the_scanners_word"` // what no byte of the report shows
	Signature   []string     `json:"only_a_signature_can_show"`
	Signed      *CheckedKey  `json:"signature,omitempty"` // absent: no key was given to check one with
}

// CheckedKey is what became of the check of a report's signature by a key.
type CheckedKey struct {
	Holds           bool   `json:"holds"`
	File            string `json:"file"`                       // with the signature
	Key             string `json:"key"`                        // SHA-256 of its SubjectPublicKeyInfo, hex
	SameBytes       bool   `json:"same_bytes,omitempty"`       // false where the report says what was signed in other bytes
	OtherSignatures int    `json:"other_signatures,omitempty"` // which were not checked
	Note            string `json:"note,omitempty"`             // what was not judged of a key that a certificate has
	Problem         string `json:"problem,omitempty"`          // why it does not hold
}

// Checked says which report it is.
type Checked struct {
	RunID  string `json:"run_id"`
	Digest string `json:"digest"`
	Tool   Tool   `json:"tool"` // that made the report
}

// CheckCounts is how much was checked.
type CheckCounts struct {
	Endpoints    int `json:"endpoints"`
	Exchanges    int `json:"exchanges"`
	Certificates int `json:"certificates"`
	Findings     int `json:"findings"`
	Signatures   int `json:"signatures"` // of handshakes, by the keys of the certificates that were sent
}

// Difference is a place where a report and its evidence do not agree.
type Difference struct {
	Pointer  string `json:"pointer"`  // JSON Pointer (RFC 6901) into the report; "" is the report as a whole
	Report   string `json:"report"`   // what the report says; "nothing" for what is not there
	Evidence string `json:"evidence"` // what follows from the rest of the report
}

// CheckNote is a matter, with how often it occurs where that is known.
type CheckNote struct {
	What  string `json:"what"`
	Why   string `json:"why,omitempty"`
	Count int    `json:"count,omitempty"`
}
