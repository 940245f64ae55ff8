package report

import "github.com/portseal/portseal/scan"

// Stack is what the TCP/IP profile of a system says of AT-TLS.
type Stack struct {
	System   string    `json:"system"`
	TTLS     scan.Fact `json:"ttls"` // whether TCPCONFIG TTLS is set; without it no AT-TLS policy takes any connection
	Includes []string  `json:"includes,omitempty"`
	Location Location  `json:"location"` // of the parameter, or of the file's beginning
}
