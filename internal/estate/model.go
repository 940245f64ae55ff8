package estate

import (
	"net/netip"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/report"
)

// Estate is all that one estate file, and what it includes, describes.
type Estate struct {
	Path       string // of the estate file, as it was opened
	Name       string
	ZOSRelease string // "2.1" to "3.2"; empty when not said
	Systems    []*System
	Keyrings   []*Keyring // the estate's first, then each system's; all of them are loaded
	Waivers    []report.Waiver
	Inputs     []report.Input // every file that was read, in the order of reading; paths are relative to the estate file
	Notes      []Note

	Schedules []*schedule.Schedule // when the service looks
	Blackouts []schedule.Blackout  // when it does not
	Notices   []*Notice            // whom it tells

	MaxInputAge time.Duration // of inputs from z/OS, at the time that is judged
}

// Note is something about the estate's inputs that is worth a word and no fault.
type Note struct {
	At      report.Location // line and column are 0 for a whole file or folder
	Message string
}

// System is one LPAR or host.
type System struct {
	Name         string
	Host         string       // name (IDNA A-label) or address; empty when every listener has its own
	Addresses    []netip.Addr // to dial instead of resolving Host
	ZOSRelease   string       // its own, else the estate's
	Vantage      string       // the worker that must look; empty when any may
	Sysplex      string
	ATTLS        []File // policy files, in the order the stack reads them
	PASearch     *File
	Netstat      []File
	QueryMonitor *QueryMonitor
	TCPIPProfile *File // or its lines about AT-TLS
	Listeners    []*Listener
	At           report.Location

	keyrings map[string]*Keyring
}

// QueryMonitor is a system's Query Monitor parameter files, and what IBM's pages leave open about them.
type QueryMonitor struct {
	ServerParams  *File    // CQMCAESV's STDENV
	AgentParams   *File    // CQMCPRMS
	AliasParam    string   // the server parameter with the TLS key alias; empty when not said
	RC4OffParam   string   // the server parameter that turns RC4 off, with RC4OffValue; empty when not said
	RC4OffValue   string   //
	RC4Port       uint16   // the default of the server's RC4 port; 0 when not said
	ListenerPorts []uint16 // of the agent, instead of what LISTENER_PORTS says
	At            report.Location
}

// File is an input that is there and readable. Of its contents this package reads only the listings of key rings.
type File struct {
	Path      string // as it can be opened
	Name      string // as reports show it: relative to the estate file, with slashes
	Data      []byte // what it holds
	Collected time.Time
	At        report.Location
}

// Listener is one port, or several alike, of a system.
type Listener struct {
	System               *System
	Name                 string
	Role                 string
	Ports                []uint16
	Expect               string
	Host                 string // its own or the system's
	Addresses            []netip.Addr
	SNI                  string // the server name to send; empty sends none
	Names                []string
	Versions             []cipher.Version
	CipherSuites         []cipher.ID
	RequiredCipherSuites []cipher.ID
	Groups               []cipher.Group
	ServedBy             string // full ring name: RING, or RING@SYSTEM for a system's own
	Label                string
	TrustedBy            []string // full ring names
	NotTrustedBy         []string
	ClientAuth           string
	StartTLS             string
	RetireBy             string // 2006-01-02
	MinDaysLeft          int
	Profile              string // id of a profile, or the path of ProfileFile; empty for none
	ProfileFile          *File  // a profile of the user's own
	Peers                []netip.Addr
	Jobname              string // of the job that owns the socket; empty when not said
	Reach                string // "remote" or "local"
	Touch                string // "hello" or "connect"
	Distributed          bool
	Timeout              time.Duration // zero when not said
	At                   report.Location

	origins map[string]Origin
	served  *ringRef
	label   *node
	trust   []*ringRef
	refuse  []*ringRef
	at      position
	use     string
	profile *node
}

// Origin is where a listener's key was read.
type Origin struct {
	At      report.Location
	From    string // "defaults of SYSA", "template agent", "system SYSA"; empty for the listener itself
	Default bool   // it came from defaults
}

// Origin returns where a key of the listener was read, and false for one that nothing sets.
func (l *Listener) Origin(key string) (Origin, bool) {
	o, ok := l.origins[key]
	return o, ok
}

// own says whether the key is set, and not by defaults.
func (l *Listener) own(key string) bool {
	o, ok := l.origins[key]
	return ok && !o.Default
}

// Keyring is one ring of the file, with what was read for it.
type Keyring struct {
	Name     string          // as written
	System   string          // the system it belongs to; empty for the estate's own
	Ring     *certchain.Ring // its Name is FullName
	Problems []Problem       // what is worth a finding or a word, such as a private key in a ring file
	ListRing *File           // the ring's listing, joined to Ring
	At       report.Location

	at    position
	spec  ringSpec
	given *RingFile // what is read for this run in the place of its files; nil for a ring as the file has it
	added bool      // no file defines it
}

// Problem is something about a ring's file that does not keep the ring from being used.
type Problem struct {
	Kind     string          // a keyring.ProblemKind, or ListingProblem
	Location report.Location // the file, relative to the estate file; line and column are 0 where the format has none
	Detail   string
}

// ListingProblem is the kind of what was not understood in a ring's listing.
const ListingProblem = "listing"

// FullName returns RING, or RING@SYSTEM for a system's own ring.
func (k *Keyring) FullName() string {
	if k.System == "" {
		return k.Name
	}
	return k.Name + "@" + k.System
}

// Keyring returns the ring of a full name, or nil.
func (e *Estate) Keyring(fullName string) *Keyring {
	for _, k := range e.Keyrings {
		if k.FullName() == fullName {
			return k
		}
	}
	return nil
}
