package querymon

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
)

// Settings is what the estate file says of things that IBM's pages leave open. The zero value says nothing.
type Settings struct {
	AliasParam    string   // the server parameter with the TLS key alias
	RC4OffParam   string   // the server parameter that turns RC4 off when it has RC4OffValue
	RC4OffValue   string   //
	RC4Port       uint16   // where the server opens RC4 when nothing is said
	ListenerPorts []uint16 // of the agent, instead of what LISTENER_PORTS says
}

// Server returns what a server's file says. A value that should name a port and does not becomes a problem of the file.
func (s Settings) Server(f *File) *report.CAEServer {
	if f == nil {
		return nil
	}
	out := &report.CAEServer{File: f.Path, AliasParam: s.AliasParam, RC4OffParam: s.RC4OffParam, RC4OffValue: s.RC4OffValue,
		Alias: f.fact(s.AliasParam), RC4Off: f.fact(s.RC4OffParam), TLSPort: f.ports(ServerTLSPort)}
	if s.RC4OffParam == ServerRC4Port && s.off(out.RC4Off) {
		return out // a value such as 0 turns the port off, and names none
	}
	out.RC4Port = f.ports(ServerRC4Port)
	return out
}

// Agent returns what an agent's file says; likewise.
func (s Settings) Agent(f *File) *report.CAEAgent {
	if f == nil {
		return nil
	}
	out := &report.CAEAgent{File: f.Path, ServerAddress: f.fact(AgentServerAddress), BackupAddress: f.fact(AgentBackupAddress), ServerPort: f.ports(AgentServerPort),
		ISPFPort: f.ports(AgentISPFPort), ATTLS: f.fact(AgentATTLS)}
	if len(s.ListenerPorts) == 0 {
		out.ListenerPorts = f.ports(AgentListenerPorts)
		return out
	}
	if out.ListenerPorts = f.fact(AgentListenerPorts); out.ListenerPorts == nil {
		out.ListenerPorts = &report.Parameter{Name: AgentListenerPorts, Location: report.Location{File: f.Path, Line: 1, Column: 1}}
	}
	out.ListenerPorts.Ports = s.ListenerPorts
	return out
}

// off says whether a parameter turns RC4 off.
func (s Settings) off(p *report.Parameter) bool {
	return s.RC4OffParam != "" && p != nil && p.Value == s.RC4OffValue
}

// fact returns a parameter that is set.
func (f *File) fact(name string) *report.Parameter {
	p, ok := f.Get(name)
	if !ok || name == "" {
		return nil
	}
	return &report.Parameter{Name: p.Name, Value: p.Value, Location: p.At}
}

// ports returns a parameter that names ports, and which.
func (f *File) ports(name string) *report.Parameter {
	fact := f.fact(name)
	if fact == nil {
		return nil
	}
	ports, err := ParsePorts(fact.Value)
	if err != nil && !isPlaceholder(fact.Value) {
		f.problem(Unreadable, fact.Location, name, fmt.Sprintf("the value of %s is not understood; %v", name, err))
	}
	fact.Ports = ports
	return fact
}

// Configured returns the ports that the parameters make the product listen on. Either may be nil.
//
// The TLS port has its default, since the server opens it beside the RC4 port (when it finds its certificate). The RC4 port has one only
// where the estate file gives it, and there is none when RC4 is turned off.
func (s Settings) Configured(server *report.CAEServer, agent *report.CAEAgent) []report.ConfiguredPort {
	var out []report.ConfiguredPort
	add := func(role string, p *report.Parameter, otherwise report.ConfiguredPort) {
		switch {
		case p == nil && otherwise.Port != 0:
			otherwise.Role, otherwise.Default = role, true
			out = append(out, otherwise)
		case p != nil:
			for _, port := range p.Ports {
				out = append(out, report.ConfiguredPort{Role: role, Port: port, Parameter: p.Name, Location: p.Location})
			}
		}
	}
	if server != nil {
		top := report.Location{File: server.File, Line: 1, Column: 1}
		add(report.RoleCAEServerTLS, server.TLSPort, report.ConfiguredPort{Port: DefaultTLSPort, Parameter: ServerTLSPort, Location: top})
		if !s.off(server.RC4Off) {
			add(report.RoleCAEServerRC4, server.RC4Port, report.ConfiguredPort{Port: s.RC4Port, Parameter: ServerRC4Port, Location: top})
		}
	}
	if agent != nil {
		add(report.RoleCAEAgent, agent.ListenerPorts, report.ConfiguredPort{})
		add(report.RoleCAEISPF, agent.ISPFPort, report.ConfiguredPort{})
	}
	return out
}

// mostLines bounds how many problems of a kind a report lists: a file that is something else has one in every line.
const mostLines = 20

// Lines returns a file's problems as a report has them: of each kind the first ones, and how many more there are.
func (f *File) Lines() []report.ParameterLine {
	if f == nil {
		return nil
	}
	var out []report.ParameterLine
	count, last := map[Kind]int{}, map[Kind]int{}
	for _, p := range f.Problems {
		if count[p.Kind]++; count[p.Kind] <= mostLines {
			last[p.Kind] = len(out)
			out = append(out, report.ParameterLine{Kind: string(p.Kind), Parameter: p.Parameter, Message: p.Message, Location: p.At})
		}
	}
	for kind, n := range count {
		if n > mostLines {
			fault, want, _ := strings.Cut(out[last[kind]].Message, "; ")
			out[last[kind]].Message = fmt.Sprintf("%s (and %d more like this); %s", fault, n-mostLines, want)
		}
	}
	return out
}
