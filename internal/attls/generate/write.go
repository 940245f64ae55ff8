package generate

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report/text"
)

// The priorities of the rules: the scanner's is asked first.
const (
	priority        = "100"
	priorityScanner = "200"
)

// wide is how long a line of a comment may be: a fixed record of 80 has its numbers from column 73 on.
const wide = 70

// Policy makes the policy of a system. The error names all that is missing.
func Policy(e *estate.Estate, s *estate.System, o Options) (*syntax.File, error) {
	p, err := newPlan(e, s, o)
	if err != nil {
		return nil, err
	}
	b := &builder{}
	b.comment("AT-TLS policy for Db2 Query Monitor on %s, z/OS %s, made by portseal from estate %s. Transfer it as text, so that it is in the "+
		"code page of Policy Agent (IBM-1047), and name it in TTLSConfig.", p.system, p.release, p.estate)
	b.comment("The CAE server is a Java program with TLS of its own: no rule may take its connections, so every Jobname here is one that it does not have.")
	if len(p.rc4) > 0 {
		b.comment("No rule is for %s, which the estate file does not expect to speak TLS.", listenerNames(p.rc4))
	}
	p.inbound(b)
	p.outbound(b)
	p.fromISPF(b)
	p.fromScanner(b)
	p.shared(b)
	return &syntax.File{Encoding: "UTF-8", Body: b.body}, nil
}

// builder collects the statements of the file.
type builder struct{ body []syntax.Node }

// comment adds a paragraph of comment lines, after an empty line.
func (b *builder) comment(format string, arguments ...any) {
	if len(b.body) > 0 {
		b.body = append(b.body, &syntax.Blank{})
	}
	for _, line := range text.Wrap(text.Clean(fmt.Sprintf(format, arguments...)), wide-2) {
		b.body = append(b.body, &syntax.Comment{Text: "# " + line})
	}
}

func (b *builder) add(keyword, name string, body ...syntax.Node) {
	b.body = append(b.body, syntax.NewStatement(keyword, name, body...))
}

func set(keyword, value string) *syntax.Attribute { return syntax.NewAttribute(keyword, value, "") }

// noted is a line with a comment behind it.
func noted(keyword, value, comment string) *syntax.Attribute {
	const most = 40
	return syntax.NewAttribute(keyword, value, "# "+text.Cut(comment, most))
}

// inbound is rule 1: the CAE server and ISPF clients connect to the agent.
func (p *plan) inbound(b *builder) {
	b.comment("Rule 1: from the CAE server and from ISPF clients to the agent. It has no RemoteAddr, because ISPF clients connect from " +
		"127.0.0.1 and the server from elsewhere, and a scanner must meet what they meet.")
	b.add("TTLSRule", "CaeAgentInboundRule", set("LocalAddr", "ALL"), set("LocalPortGroupRef", "CQMCAE-IN@PortGroup"), set("Jobname", p.job),
		set("Direction", "Inbound"), set("Priority", priority), set("TTLSGroupActionRef", "groupQueryMonitor"),
		set("TTLSEnvironmentActionRef", "envCaeAgentInboundRule"))
	var ranges []syntax.Node
	for _, l := range p.own() {
		for _, port := range l.Ports {
			ranges = append(ranges, syntax.NewStatement("PortRange", "", noted("Port", fmt.Sprint(port), l.Name)))
		}
	}
	b.add("PortGroup", "CQMCAE-IN@PortGroup", ranges...)
	role, auth := "Server", ""
	switch p.clientAuth {
	case "requested":
		role, auth = "ServerWithClientAuth", "Full"
	case "required":
		role, auth = "ServerWithClientAuth", "Required"
	}
	more := []syntax.Node{set("CertificateLabel", p.label)}
	if auth != "" {
		more = append(more, set("ClientAuthType", auth))
	}
	p.environment(b, "envCaeAgentInboundRule", role, "", p.ringIn, p.in, more)
}

// outbound is rule 2: the agent connects to the CAE server.
func (p *plan) outbound(b *builder) {
	addresses, complete := p.addresses()
	b.comment("Rule 2: from the agent to the TLS port of the CAE server (%s), which SERVER_PORT of the agent's parameters must name.", listenerNames(p.servers))
	body := []syntax.Node{}
	switch {
	case !complete:
		b.comment("It has no RemoteAddr: the estate file knows the server by its name. Port and job are the agent's own.")
	case len(addresses) == 1:
		body = append(body, set("RemoteAddr", addresses[0].String()))
	default:
		body = append(body, set("RemoteAddrGroupRef", "CQMCAE-SERVER@AddrGroup"))
	}
	ports := portsOf(p.servers)
	if len(ports) == 1 {
		body = append(body, set("RemotePortRange", fmt.Sprint(ports[0])))
	} else {
		body = append(body, set("RemotePortGroupRef", "CQMCAE-SERVER@PortGroup"))
	}
	body = append(body, set("Jobname", p.job), set("Direction", "Outbound"), set("Priority", priority), set("TTLSGroupActionRef", "groupQueryMonitor"),
		set("TTLSEnvironmentActionRef", "envCaeAgentOutboundRule"))
	b.add("TTLSRule", "CaeAgentOutboundRule", body...)
	if complete && len(addresses) > 1 {
		b.add("IpAddrGroup", "CQMCAE-SERVER@AddrGroup", blocks(addresses, func(a netip.Addr) *syntax.Statement {
			return syntax.NewStatement("IpAddr", "", set("Addr", a.String()))
		})...)
	}
	if len(ports) > 1 {
		b.add("PortGroup", "CQMCAE-SERVER@PortGroup", portRanges(ports)...)
	}
	names, ignore := p.serverNames()
	p.environment(b, "envCaeAgentOutboundRule", "Client", ignore, p.ringOut, p.out, names)
}

// serverNames has the client check the server's name, where the estate says which names the certificate has.
func (p *plan) serverNames() (check []syntax.Node, ignore string) {
	const keyword = "HostReferenceIdDNS"
	if !p.knows(keyword) {
		return nil, ""
	}
	var names []string
	for _, l := range p.servers {
		names = append(names, l.Names...)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 1 {
		return []syntax.Node{set(keyword, names[0])}, ""
	}
	if addresses, complete := p.addresses(); complete && !slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !a.IsLoopback() }) {
		return nil, "" // lint wants no check there
	}
	return nil, "portseal:ignore ATTLS-NO-HOST-CHECK server's names are not known"
}

// fromISPF is rule 3: ISPF clients connect to the agent of the same system.
func (p *plan) fromISPF(b *builder) {
	if len(p.ispf) == 0 {
		return
	}
	b.comment("Rule 3: from ISPF clients to the agent of the same system. It has no Jobname, because each user is a job of its own: address and port " +
		"are the agent's only.")
	ports := portsOf(p.ispf)
	remote := set("RemotePortRange", fmt.Sprint(ports[0]))
	if len(ports) > 1 {
		remote = set("RemotePortGroupRef", "CQMISPF-OUT@PortGroup")
	}
	b.add("TTLSRule", "CQMISPF-OUT@Rule", set("RemoteAddr", "127.0.0.1"), remote, set("Direction", "Outbound"), set("Priority", priority),
		set("TTLSGroupActionRef", "groupQueryMonitor"), set("TTLSEnvironmentActionRef", "envQmISPFOutboundRule"))
	if len(ports) > 1 {
		b.add("PortGroup", "CQMISPF-OUT@PortGroup", portRanges(ports)...)
	}
	p.environment(b, "envQmISPFOutboundRule", "Client", "", p.ringISPF, p.in, nil)
}

// fromScanner keeps a scanner on the system out of the rules above.
func (p *plan) fromScanner(b *builder) {
	if p.scanner == "" {
		return
	}
	b.comment("The scanner speaks TLS itself: a rule above would wrap its connections in TLS once more. It is asked first, and takes no other job.")
	b.add("TTLSRule", "PortsealOff@Rule", set("Jobname", p.scanner), set("Direction", "Outbound"), set("Priority", priorityScanner),
		set("TTLSGroupActionRef", "groupPortsealOff"))
	b.add("TTLSGroupAction", "groupPortsealOff", set("TTLSEnabled", "Off"))
}

// shared are the statements that several rules refer to.
func (p *plan) shared(b *builder) {
	b.comment("For all rules. Raise GroupUserInstance and F PAGENT,UPDATE after a change of certificates or rings: it is not seen otherwise.")
	b.add("TTLSGroupAction", "groupQueryMonitor", set("TTLSEnabled", "On"), set("GroupUserInstance", "1"))
}

// environment adds an environment action: the ring, protocols and suites of one side.
func (p *plan) environment(b *builder, name, role, comment, ring string, t terms, more []syntax.Node) {
	advanced := []syntax.Node{}
	for _, v := range cipher.Versions() {
		if keyword := protocol(v); p.knows(keyword) {
			value := "Off"
			if slices.Contains(t.versions, v) {
				value = "On"
			}
			advanced = append(advanced, set(keyword, value))
		}
	}
	var suites []syntax.Node
	for _, id := range t.suites {
		suites = append(suites, noted("V3CipherSuites4Char", id.String(), cipher.Describe(id).Name))
	}
	handshake := set("HandshakeRole", role)
	body := []syntax.Node{handshake}
	if comment != "" {
		body = []syntax.Node{&syntax.Comment{Text: "# " + comment}, handshake}
	}
	b.add("TTLSEnvironmentAction", name, append(body,
		syntax.NewStatement("TTLSKeyringParms", "", set("Keyring", ring)),
		syntax.NewStatement("TTLSEnvironmentAdvancedParms", "", append(advanced, more...)...),
		syntax.NewStatement("TTLSCipherParms", "", suites...))...)
}

func portRanges(ports []uint16) []syntax.Node {
	return blocks(ports, func(port uint16) *syntax.Statement {
		return syntax.NewStatement("PortRange", "", set("Port", fmt.Sprint(port)))
	})
}

func blocks[T any](all []T, block func(T) *syntax.Statement) []syntax.Node {
	var out []syntax.Node
	for _, v := range all {
		out = append(out, block(v))
	}
	return out
}
