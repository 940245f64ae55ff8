package report

import (
	"time"

	"github.com/portseal/portseal/scan"
)

// MigrationSchema names the form of a migration's JSON.
const MigrationSchema = "portseal.migration/v1"

// Migration is how far Query Monitor's move from its built-in RC4 encryption to TLS is, and whether RC4 may be turned off.
type Migration struct {
	Schema       string            `json:"schema"`
	Estate       string            `json:"estate"`
	JudgedAt     time.Time         `json:"judged_at"`
	ReportDigest string            `json:"report_digest"` // of the report that this was made from
	RC4          RC4Verdict        `json:"rc4"`
	Systems      []MigrationSystem `json:"systems"`
}

// MigrationSystem is one row of the matrix.
type MigrationSystem struct {
	System string          `json:"system"`
	Cells  []MigrationCell `json:"cells"`
}

// The connections of Query Monitor, as IBM's article names them.
const (
	ConnectionWeb   = "A" // browser to CAE server
	ConnectionAgent = "B" // CAE server and CAE agent, in both directions
	ConnectionISPF  = "C" // ISPF client to CAE agent, on one system
)

// The ends of connections that a system may have; each is a column of the matrix.
const (
	EndWeb      = "web"       // A: where browsers connect to the CAE server
	EndServer   = "server"    // B: where agents connect to the CAE server, its RC4 and its TLS port
	EndAgentOut = "agent-out" // B: where this system's agent connects to
	EndAgentIn  = "agent-in"  // B: where the CAE server connects to this system's agent
	EndISPF     = "ispf"      // C: where the ISPF client connects to the agent
)

// MigrationState is what an end of a connection uses.
type MigrationState string

// The states.
const (
	MigrationRC4     MigrationState = "rc4"
	MigrationBoth    MigrationState = "both"
	MigrationTLS     MigrationState = "tls"
	MigrationClosed  MigrationState = "closed"
	MigrationUnknown MigrationState = "unknown"
)

// MigrationCell is one end of a connection. Its state is what was observed; what is configured stands beside it.
type MigrationCell struct {
	Connection string          `json:"connection"`
	End        string          `json:"end"`
	State      MigrationState  `json:"state"`
	Configured MigrationState  `json:"configured"`
	Observed   MigrationState  `json:"observed"`
	MayStay    bool            `json:"may_stay_rc4,omitempty"` // the estate file lets it keep RC4 for good
	Facts      []MigrationFact `json:"facts"`
}

// Where a MigrationFact comes from.
const (
	FactParameters = "parameters"
	FactPolicy     = "policy"
	FactEstate     = "estate"
	FactWire       = "wire"
	FactNetstat    = "netstat"
)

// MigrationFact is one thing that is configured (parameters, policy, estate) or observed (wire, netstat).
type MigrationFact struct {
	Kind  string         `json:"kind"`
	State MigrationState `json:"state"`
	Says  string         `json:"says"`
	From  string         `json:"from,omitempty"` // FILE:LINE:COLUMN, or an endpoint
}

// RC4Verdict answers whether the RC4 port may be turned off.
type RC4Verdict struct {
	MayTurnOff scan.Fact   `json:"may_be_turned_off"` // on every CAE server
	Servers    []RC4Server `json:"servers"`
	Obstacles  []Obstacle  `json:"obstacles"`
}

// RC4Server is the answer for one CAE server.
type RC4Server struct {
	System     string    `json:"system"`
	Ports      []uint16  `json:"ports"` // its RC4 ports, by estate file and parameters
	MayTurnOff scan.Fact `json:"may_be_turned_off"`
}

// What an Obstacle is about.
const (
	AboutRun        = "run"
	AboutParameters = "parameters"
	AboutRing       = "ring"
	AboutNetstat    = "netstat"
	AboutListener   = "listener"
)

// Obstacle is what stands in the way of turning RC4 off, or what is missing to say that nothing does.
type Obstacle struct {
	Answer scan.Fact `json:"answer"`           // no: it stands in the way; unknown: it is missing
	About  string    `json:"about"`            // run, parameters, ring, netstat, listener
	Server string    `json:"server,omitempty"` // the system of the CAE server; absent for one that concerns all
	System string    `json:"system,omitempty"` // whose agent or listing it is
	What   string    `json:"what"`
	From   string    `json:"from,omitempty"` // FILE:LINE:COLUMN, or an endpoint
}

// Cell returns an end of a system; nil when it has none.
func (m *Migration) Cell(system, end string) *MigrationCell {
	for i := range m.Systems {
		if m.Systems[i].System != system {
			continue
		}
		for j := range m.Systems[i].Cells {
			if m.Systems[i].Cells[j].End == end {
				return &m.Systems[i].Cells[j]
			}
		}
	}
	return nil
}

// Ends are the columns of the matrix in their order, with the connection that each belongs to and its words.
func Ends() [][3]string {
	return [][3]string{
		{EndWeb, ConnectionWeb, "browser to server"},
		{EndServer, ConnectionAgent, "server's ports for agents"},
		{EndAgentOut, ConnectionAgent, "agent to server"},
		{EndAgentIn, ConnectionAgent, "server to agent"},
		{EndISPF, ConnectionISPF, "ISPF to agent"},
	}
}
