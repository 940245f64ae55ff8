package report

import (
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
)

// What stands in this file is there so that a stored report can be judged again: see package internal/judge.

// Plan is what some endpoints were asked, without saying what is right: a partition of versions and suites into a named set and the rest.
type Plan struct {
	ID                 string           `json:"id"`                        // "p1"; Endpoint.Plan refers to it
	Depth              string           `json:"depth"`                     // standard, prove, quick, hello, connect, deep
	Versions           []cipher.Version `json:"versions,omitempty"`        // prove: the named versions
	CipherSuites       []cipher.ID      `json:"cipher_suites,omitzero"`    // prove: the named suites; absent: all
	Required           []cipher.ID      `json:"required,omitempty"`        // prove: suites asked one by one
	Groups             bool             `json:"groups,omitempty"`          // prove: the groups too
	StartUps           bool             `json:"start_ups,omitempty"`       // prove: how sessions begin too
	Vulnerabilities    bool             `json:"vulnerabilities,omitempty"` // deep: with octets that no healthy client sends
	Intrusive          bool             `json:"intrusive,omitempty"`       // deep: with such octets in sessions that stand, too
	DetectStartUp      bool             `json:"detect_start_up,omitempty"` // the start-up was to be found out; the endpoint's target has the one that was
	Members            int              `json:"members,omitempty"`         // how often deciding hellos are repeated: the listener is distributed
	ClientCertificates []string         `json:"client_certs,omitempty"`    // names of the client certificates that could be presented
}

// KeyringEntry is one certificate of a ring, with all that its listing or store says of it.
type KeyringEntry struct {
	Certificate   string           `json:"certificate"` // SHA-256
	Label         string           `json:"label,omitempty"`
	Owner         string           `json:"owner,omitempty"` // CERTAUTH, SITE, ID(user)
	Usage         string           `json:"usage,omitempty"` // PERSONAL, CERTAUTH, SITE
	Default       certchain.Answer `json:"default,omitempty"`
	Status        string           `json:"status,omitempty"`  // TRUST, NOTRUST, HIGHTRUST
	OnRing        certchain.Answer `json:"on_ring,omitempty"` // no when a listing of the ring does not have it
	ListedAt      *Location        `json:"listed_at,omitempty"`
	Trusted       certchain.Answer `json:"trusted,omitempty"` // does the store mark it as a trusted entry
	HasPrivateKey certchain.Answer `json:"has_private_key,omitempty"`
	Source        string           `json:"source,omitempty"` // the file that it was read from
}

// KeyringFile is a file that a ring was read from.
type KeyringFile struct {
	Path   string `json:"path"`
	Format string `json:"format"` // PEM, DER, PKCS#7, PKCS#12, JKS
	SHA256 string `json:"sha256"`
}

// KeyringProblem is a private key in a file of a ring.
type KeyringProblem struct {
	Location Location `json:"location"`
	Detail   string   `json:"detail"` // what kind of key; never anything of the key itself
}

// KeyringListing is what a listing of a ring says that its entries do not hold.
type KeyringListing struct {
	Ring     string              `json:"ring"` // OWNER/NAME as listed
	Location Location            `json:"location"`
	Whole    bool                `json:"whole,omitempty"` // it says all that the ring holds
	Unproven []ListedCertificate `json:"unproven,omitempty"`
}

// ListedCertificate is a certificate that a listing has, and no file proves.
type ListedCertificate struct {
	Label    string           `json:"label"`
	Owner    string           `json:"owner,omitempty"`
	Usage    string           `json:"usage,omitempty"`
	Default  certchain.Answer `json:"default,omitempty"`
	Status   string           `json:"status,omitempty"`
	SHA256   string           `json:"sha256,omitempty"`
	Serial   string           `json:"serial,omitempty"`
	Subject  string           `json:"subject,omitempty"`
	NotAfter time.Time        `json:"not_after,omitzero"` // in the local time of the system, written down as if it were UTC
	Location Location         `json:"location"`
}

// Policies are the AT-TLS policy files that the run judged, and whose they are.
type Policies struct {
	Files   []PolicyFile   `json:"files"`
	Systems []PolicySystem `json:"systems"`
}

// PolicyFile is a policy as it was judged: its text with comments and all that may be a secret blanked in place, so that lines and columns
// are those of the file.
type PolicyFile struct {
	Path     string `json:"path"`
	SHA256   string `json:"sha256"`             // of the file itself
	Encoding string `json:"encoding"`           // that it was read as
	Failure  string `json:"failure,omitempty"`  // why it is no text
	Deflate  []byte `json:"deflate,omitempty"`  // the text in UTF-8, compressed (RFC 1951)
	LeftOut  string `json:"left_out,omitempty"` // why the text is not here
}

// PolicySystem is a system, as far as its policy is judged by it.
type PolicySystem struct {
	System     string           `json:"system"`
	ZOSRelease string           `json:"zos_release,omitempty"`
	Files      []string         `json:"files"` // paths, in the order that the stack reads them
	Listeners  []PolicyListener `json:"listeners,omitempty"`
}

// PolicyListener is a port of a system that the estate file names, whether or not the run looks at it.
type PolicyListener struct {
	Name     string   `json:"name"`
	Role     string   `json:"role,omitempty"`
	Expect   string   `json:"expect,omitempty"`
	StartTLS string   `json:"starttls,omitempty"`
	Ports    []uint16 `json:"ports,omitempty"`
	Jobname  string   `json:"jobname,omitempty"`
}
