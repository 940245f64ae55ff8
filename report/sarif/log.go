package sarif

import "github.com/portseal/portseal/report"

// The parts of a log file that are written, by the sections of the standard.

type log struct { // 3.13
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []run  `json:"runs"`
}

type run struct { // 3.14
	Tool        tool         `json:"tool"`
	Invocations []invocation `json:"invocations,omitempty"`
	Automation  *automation  `json:"automationDetails,omitempty"`
	Baseline    string       `json:"baselineGuid,omitempty"`
	Artifacts   []artifact   `json:"artifacts,omitempty"`
	ColumnKind  string       `json:"columnKind"`
	Results     []result     `json:"results"`
	Properties  *about       `json:"properties,omitempty"`
}

// about is what the log of a report says of it beside the results.
type about struct {
	Verdict    report.Verdict `json:"verdict"`
	Findings   string         `json:"findings"`
	RunID      string         `json:"runId"`
	Digest     string         `json:"digest,omitempty"`
	Endpoints  int            `json:"endpoints"`
	StateKnown int            `json:"stateKnown"` // of how many endpoints it is known what they are
}

type automation struct { // 3.17
	ID   string `json:"id"`
	GUID string `json:"guid"`
}

type invocation struct { // 3.20
	CommandLine   string         `json:"commandLine,omitempty"`
	Arguments     []string       `json:"arguments,omitempty"`
	Start         string         `json:"startTimeUtc,omitempty"`
	End           string         `json:"endTimeUtc,omitempty"`
	ExitCode      int            `json:"exitCode"`
	ExitText      string         `json:"exitCodeDescription"`
	Successful    bool           `json:"executionSuccessful"`
	Notifications []notification `json:"toolExecutionNotifications,omitempty"`
}

type notification struct { // 3.58
	Level   string  `json:"level"`
	Message message `json:"message"`
}

type artifact struct { // 3.24
	Location artifactLocation  `json:"location"`
	Hashes   map[string]string `json:"hashes"`
}

type tool struct { // 3.18
	Driver driver `json:"driver"`
}

type driver struct { // 3.19
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Rules   []rule `json:"rules"`
}

type rule struct { // 3.49
	ID         string         `json:"id"`
	Short      message        `json:"shortDescription"`
	Help       *help          `json:"help,omitempty"`
	HelpURI    string         `json:"helpUri,omitempty"`
	Default    configuration  `json:"defaultConfiguration"`
	Properties ruleProperties `json:"properties"`
}

type ruleProperties struct {
	Score string   `json:"security-severity"`
	Tags  []string `json:"tags"`
}

type configuration struct { // 3.50
	Level string `json:"level"`
}

type message struct { // 3.11
	Text string `json:"text"`
}

type help struct { // 3.12, where the text may also be Markdown
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type result struct { // 3.27
	RuleID       string           `json:"ruleId"`
	RuleIndex    int              `json:"ruleIndex"`
	Kind         string           `json:"kind,omitempty"`
	Level        string           `json:"level"`
	Message      message          `json:"message"`
	Locations    []location       `json:"locations,omitempty"`
	Related      []location       `json:"relatedLocations,omitempty"`
	Fingerprints fingerprints     `json:"partialFingerprints"`
	Baseline     string           `json:"baselineState,omitempty"`
	Suppressions []suppression    `json:"suppressions,omitempty"`
	Properties   resultProperties `json:"properties"`
}

type fingerprints struct {
	Finding string `json:"portsealFinding/v1"`
}

type resultProperties struct {
	Severity    string   `json:"severity"`
	Remediation string   `json:"remediation,omitempty"`
	Evidence    []string `json:"evidence,omitempty"`
}

type location struct { // 3.28
	Physical *physical `json:"physicalLocation,omitempty"`
	Logical  []logical `json:"logicalLocations,omitempty"`
	Message  *message  `json:"message,omitempty"`
}

type physical struct { // 3.29
	Artifact artifactLocation `json:"artifactLocation"`
	Region   *region          `json:"region,omitempty"`
}

type artifactLocation struct { // 3.4
	URI string `json:"uri"`
}

type region struct { // 3.30
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
}

type logical struct { // 3.33
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type suppression struct { // 3.35
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}
