package report

// Installed is what pasearch shows of the AT-TLS policy that is installed on a system, and where that is not what the policy files
// say. It is a fact about files; what a difference is worth is judged.
type Installed struct {
	System  string `json:"system"`
	File    string `json:"file"`
	Stack   string `json:"stack,omitempty"`   // the TCP/IP image
	Release string `json:"release,omitempty"` // of Communications Server, as printed
	Listed  string `json:"listed,omitempty"`  // when pasearch ran, by the system's clock: "2024-12-23 04:52:29"
	Rules   int    `json:"rules"`             // AT-TLS rules that are listed

	// Used says that listeners were matched by it; false: it does not show one stack's AT-TLS policy.
	Used bool `json:"used"`

	Problems    []ListingProblem   `json:"problems,omitempty"`    // of each kind at most 20
	Differences []PolicyDifference `json:"differences,omitempty"` // at most 500; absent without policy files
	LeftOut     int                `json:"left_out,omitempty"`    // how many differences more there are
}

// ListingProblem is something in a listing that could not be read, or that it lacks.
type ListingProblem struct {
	Kind     string   `json:"kind"` // pasearch-unreadable, pasearch-unknown, pasearch-partial, pasearch-copies
	Message  string   `json:"message"`
	Location Location `json:"location"`
}

// PolicyDifference is one thing in which policy files and what is installed differ, or that could not be compared.
type PolicyDifference struct {
	Kind        string    `json:"kind"`            // not-installed, not-in-source, installed-differs, -inactive, -replaced, -uncompared
	Rules       []string  `json:"rules,omitempty"` // that it concerns; absent: the policy as a whole
	What        string    `json:"what"`            // a condition or keyword; "rule" for a whole rule
	Source      string    `json:"source,omitempty"`
	Installed   string    `json:"installed,omitempty"`
	SourceAt    *Location `json:"source_at,omitempty"`
	InstalledAt *Location `json:"installed_at,omitempty"` // for the first of the rules
}
