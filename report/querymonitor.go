package report

import (
	"slices"
	"time"
)

// QueryMonitor is what the Query Monitor parameter files of one system say of its connections, what the estate file says of the
// same ports, and whom NETSTAT shows on them. Of the files' parameters only those named here are kept: others may be secret.
type QueryMonitor struct {
	System      string            `json:"system"`
	Server      *CAEServer        `json:"server,omitempty"` // absent when its file was not given
	Agent       *CAEAgent         `json:"agent,omitempty"`
	Configured  []ConfiguredPort  `json:"configured,omitempty"` // what the parameters make listen
	Declared    []DeclaredPort    `json:"declared,omitempty"`   // what the estate file has at such ports
	Lines       []ParameterLine   `json:"lines,omitempty"`      // what is wrong with lines of the files
	Listings    []NetstatListing  `json:"listings,omitempty"`
	Connections []ShownConnection `json:"connections,omitempty"` // on the ports above; at most 500
	LeftOut     int               `json:"left_out,omitempty"`    // how many connections more there are
	Policy      *AgentPolicy      `json:"policy,omitempty"`      // absent without an AT-TLS policy, or an agent
}

// AgentPolicy is what the AT-TLS policy of the system does with the connections that the agent's parameters lead to.
type AgentPolicy struct {
	Files       []string          `json:"files"`
	Listed      bool              `json:"listed,omitempty"` // as in Policy
	Connections []AgentConnection `json:"connections,omitempty"`
}

// AgentConnection is one kind of connection, at this system's end.
type AgentConnection struct {
	PolicyMatch
	Direction string   `json:"direction"` // Inbound or Outbound, as in a TTLSRule
	Ports     []uint16 `json:"ports"`     // of the end that accepts
}

// To returns the connections that someone makes in a direction to a port.
func (p *AgentPolicy) To(from, direction string, port uint16) []AgentConnection {
	var out []AgentConnection
	if p != nil {
		for _, c := range p.Connections {
			if c.From == from && c.Direction == direction && slices.Contains(c.Ports, port) {
				out = append(out, c)
			}
		}
	}
	return out
}

// CAEServer is what the CAE server's parameters say.
type CAEServer struct {
	File        string     `json:"file"`
	TLSPort     *Parameter `json:"tls_port,omitempty"`
	RC4Port     *Parameter `json:"rc4_port,omitempty"`
	Alias       *Parameter `json:"alias,omitempty"`
	RC4Off      *Parameter `json:"rc4_off,omitempty"`
	AliasParam  string     `json:"alias_param,omitempty"`   // the name of the alias's parameter; absent when the estate file does not say
	RC4OffParam string     `json:"rc4_off_param,omitempty"` // the name of the parameter that turns RC4 off, likewise
	RC4OffValue string     `json:"rc4_off_value,omitempty"`
}

// CAEAgent is what the CAE agent's parameters say, and which ports its server has.
type CAEAgent struct {
	File            string     `json:"file"`
	ServerAddress   *Parameter `json:"server_address,omitempty"`
	BackupAddress   *Parameter `json:"backup_address,omitempty"` // of the CAE server that takes over
	ServerPort      *Parameter `json:"server_port,omitempty"`
	ListenerPorts   *Parameter `json:"listener_ports,omitempty"`
	ISPFPort        *Parameter `json:"ispf_port,omitempty"`
	ATTLS           *Parameter `json:"attls,omitempty"`
	ServerSystem    string     `json:"server_system,omitempty"`    // the system of the estate that it connects to; absent when several may be meant
	ServerElsewhere bool       `json:"server_elsewhere,omitempty"` // SERVER_ADDRESS is at no CAE server of the estate, as far as is known
	BackupSystem    string     `json:"backup_system,omitempty"`    // the system that BACKUP_ADDRESS names; absent when it is none of the estate's
	ServerTLS       []uint16   `json:"server_tls,omitempty"`       // TLS ports of the server that it connects to
	ServerRC4       []uint16   `json:"server_rc4,omitempty"`       // RC4 ports
}

// Parameter is one parameter of a file.
type Parameter struct {
	Name     string   `json:"name"`
	Value    string   `json:"value"`
	Ports    []uint16 `json:"ports,omitempty"` // what the value names; absent where that could not be read
	Location Location `json:"location"`
}

// ConfiguredPort is a port that the parameters make the product listen on.
type ConfiguredPort struct {
	Role      string   `json:"role"`
	Port      uint16   `json:"port"`
	Parameter string   `json:"parameter"`
	Default   bool     `json:"default,omitempty"` // the parameter is not set
	Location  Location `json:"location"`
}

// DeclaredPort is a port of a listener of the estate file.
type DeclaredPort struct {
	Endpoint string `json:"endpoint"` // the id of one of its endpoints
	Role     string `json:"role"`
	Port     uint16 `json:"port"`
	Expect   string `json:"expect"`
	RetireBy string `json:"retire_by,omitempty"`
	ServedBy string `json:"served_by,omitempty"`
}

// ParameterLine is something wrong with a line of a parameter file.
type ParameterLine struct {
	Kind      string   `json:"kind"`                // leading-blank, placeholder, duplicate, unreadable
	Parameter string   `json:"parameter,omitempty"` // absent when the line has none
	Message   string   `json:"message"`
	Location  Location `json:"location"`
}

// NetstatListing is a file of NETSTAT output.
type NetstatListing struct {
	File      string     `json:"file"`
	Collected *time.Time `json:"collected,omitempty"` // when the file was last changed
	Clock     string     `json:"clock,omitempty"`     // the time that it shows, by the system's clock
	Truncated bool       `json:"truncated,omitempty"` // it says that it left something out
	Unread    []Location `json:"unread,omitempty"`    // lines that should be connections and cannot be read; at most 20
}

// ShownConnection is a connection or a listening socket that NETSTAT shows.
type ShownConnection struct {
	Job      string   `json:"job,omitempty"` // job name or user id
	ID       string   `json:"id"`            // connection id, hex
	Local    string   `json:"local"`         // address and port
	Foreign  string   `json:"foreign,omitempty"`
	State    string   `json:"state"`            // as in RFC 9293: LISTEN, ESTABLISHED, ...
	Policy   string   `json:"policy,omitempty"` // whether an AT-TLS rule was matched: yes or no; absent when not shown
	Rule     string   `json:"rule,omitempty"`   // AT-TLS rule
	Port     uint16   `json:"port"`             // the one of the ports above
	Location Location `json:"location"`

	// Now is what the AT-TLS policy does with such a connection when it is made today; absent where that is not certain.
	Now *PolicyMatch `json:"now,omitempty"`
}
