package attls

import (
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/zos"
	"github.com/portseal/portseal/report"
)

// Release is a z/OS release; the empty one was not said, and then only defaults that all releases share are known.
type Release = zos.Release

// Policy is all that the files of one stack say, as Policy Agent would understand it. It is not changed after Load.
type Policy struct {
	Files    []*syntax.File
	Rules    []*Rule          // in the order of the files
	Problems []syntax.Problem // of syntax and of meaning, in the order of files and positions

	named   map[globalName]*syntax.Statement
	used    map[*syntax.Statement]bool
	ordered []*Rule
}

// globalName identifies a statement that others may refer to: each type has its own names, and their case counts.
type globalName struct{ keyword, name string }

// Direction is who opens the connection. The zero value is not said.
type Direction string

// The directions of a rule. Inbound: the stack's socket accepted; Outbound: it connected. Only a rule can be Both.
const (
	Inbound  Direction = "Inbound"
	Outbound Direction = "Outbound"
	Both     Direction = "Both"
)

// Rule is a TTLSRule. Several addresses or ports of one condition, given in one rule or in groups, are taken as their
// union: the manual's guide says so, and what Policy Agent does with a repeated LocalPortRange could not be verified.
type Rule struct {
	Name      string
	At        report.Location
	Statement *syntax.Statement

	Priority                uint32    // 1 when not coded
	Direction               Direction // empty when missing or wrong
	LocalAddr, RemoteAddr   AddrSet
	LocalPorts, RemotePorts PortSet
	Jobname, Userid         string          // a name, or its beginning and "*"; empty: any
	DirectionAt             report.Location // of the parameter, as the next two
	JobnameAt, UseridAt     report.Location
	Times                   []TimeCondition
	twice                   [askTimes]bool // coded twice with different values: which one counts is not known

	// Nil when not referred to, or when the reference leads nowhere: then there is a Problem.
	Group, Environment, Connection *Action
}

// Action is a TTLSGroupAction, TTLSEnvironmentAction or TTLSConnectionAction.
type Action struct {
	Name, Type string
	At         report.Location
	Statement  *syntax.Statement
	parms      map[string]*block // by type of statement: its own, and each kind of parms that it refers to or holds
}

// Parms is the statement of a type, such as TTLSCipherParms, that the action uses: of several, inline or referred to, the
// last, which replaces the earlier ones. It is nil when there is none, or when its reference leads nowhere.
func (a *Action) Parms(keyword string) *syntax.Statement {
	if a == nil || a.parms[keyword] == nil {
		return nil
	}
	return a.parms[keyword].statement
}

// Statement finds a global statement by its type (the table's spelling) and name.
func (p *Policy) Statement(keyword, name string) (*syntax.Statement, bool) {
	s, ok := p.named[globalName{keyword, name}]
	return s, ok
}

// Unused returns the global statements, rules apart, that nothing refers to, in the order of the files.
func (p *Policy) Unused() []*syntax.Statement {
	var out []*syntax.Statement
	for _, f := range p.Files {
		for _, n := range f.Body {
			s, ok := n.(*syntax.Statement)
			if !ok || s.Keyword == typeRule || s.Name == "" || p.used[s] {
				continue
			}
			if block, known := syntax.LookupBlock(s.Keyword); known && block.Global {
				out = append(out, s)
			}
		}
	}
	return out
}

// Installs says whether Policy Agent would install the policy: with one hard fault it installs nothing.
func (p *Policy) Installs() bool {
	for _, problem := range p.Problems {
		if problem.Hard {
			return false
		}
	}
	return true
}

// The types of statements whose meaning this package knows.
const (
	typeRule        = "TTLSRule"
	typeGroup       = "TTLSGroupAction"
	typeEnvironment = "TTLSEnvironmentAction"
	typeConnection  = "TTLSConnectionAction"
	typeGroupAdv    = "TTLSGroupAdvancedParms"
	typeEnvAdv      = "TTLSEnvironmentAdvancedParms"
	typeConnAdv     = "TTLSConnectionAdvancedParms"
	typeCiphers     = "TTLSCipherParms"
	typeSignatures  = "TTLSSignatureParms"
	typeKeyring     = "TTLSKeyringParms"
	typeGskAdvanced = "TTLSGskAdvancedParms"
	typeTime        = "IpTimeCondition"
	typeAddr        = "IpAddr"
	typeAddrSet     = "IpAddrSet"
	typeAddrGroup   = "IpAddrGroup"
	typePorts       = "PortRange"
	typePortGroup   = "PortGroup"
)
