package report

import "github.com/portseal/portseal/cipher"

// What a listener may be expected to be.
const (
	ExpectTLS       = "tls"
	ExpectStartTLS  = "starttls"
	ExpectLegacyRC4 = "legacy-rc4"
	ExpectPlaintext = "plaintext"
	ExpectClosed    = "closed"
	ExpectAny       = "any"
)

// The roles of listeners; CONTRACT: the first five are Query Monitor's.
const (
	RoleCAEWeb       = "cae-web"
	RoleCAEServerTLS = "cae-server-tls"
	RoleCAEServerRC4 = "cae-server-rc4"
	RoleCAEAgent     = "cae-agent"
	RoleCAEISPF      = "cae-ispf"
	RoleGeneric      = "generic"
)

// Expectation is what one endpoint should show. What is not said is not judged, but for good practice, which always is.
type Expectation struct {
	Endpoint             string           `json:"endpoint"`
	System               string           `json:"system"`
	Listener             string           `json:"listener"`
	Role                 string           `json:"role"`
	ZOSRelease           string           `json:"zos_release,omitempty"`
	Expect               string           `json:"expect"`
	Versions             []cipher.Version `json:"versions,omitempty"`               // exact: these and no other
	CipherSuites         []cipher.ID      `json:"cipher_suites,omitempty"`          // allowed: no other may be accepted
	RequiredCipherSuites []cipher.ID      `json:"required_cipher_suites,omitempty"` // each must be accepted
	Groups               []cipher.Group   `json:"groups,omitempty"`                 // allowed, and each must be accepted in some version
	Names                []string         `json:"names,omitempty"`                  // the certificate must cover each
	ServedBy             string           `json:"served_by,omitempty"`              // ring name
	Label                string           `json:"label,omitempty"`
	TrustedBy            []string         `json:"trusted_by,omitempty"` // ring names
	NotTrustedBy         []string         `json:"not_trusted_by,omitempty"`
	ClientAuth           string           `json:"client_auth,omitempty"` // none, requested, required
	StartTLS             string           `json:"starttls,omitempty"`
	RetireBy             string           `json:"retire_by,omitempty"` // the last day, UTC, 2006-01-02
	MinDaysLeft          int              `json:"min_days_left"`
	Profile              string           `json:"profile,omitempty"` // id of the compliance profile that the estate names for it
	Peers                []string         `json:"peers,omitempty"`
	Vantage              string           `json:"vantage,omitempty"`
	Reach                string           `json:"reach,omitempty"`
	Touch                string           `json:"touch,omitempty"`
	Distributed          bool             `json:"distributed,omitempty"`
	Jobname              string           `json:"jobname,omitempty"` // of the job that owns the socket
	Policy               *Policy          `json:"policy,omitempty"`  // what the AT-TLS policy of the system says of the listener
	Sources              []Source         `json:"sources,omitempty"` // where each part came from
}

// Source says where a part of an expectation came from.
type Source struct {
	Key  string `json:"key"`  // "versions"
	From string `json:"from"` // "estate.yaml:12:7, defaults of SYSA"
}
