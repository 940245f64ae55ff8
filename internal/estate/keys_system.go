package estate

import (
	"net/netip"
	"strconv"
)

// rawSystem is a system as its file has it, before defaults, templates and files.
type rawSystem struct {
	System
	node         *node
	doc          *document
	defaults     *node
	keyringsNode *node
	listeners    *node
	use, with    *node

	attls, pasearch, netstat, tcpipProfile *node
	queryMonitor                           *rawQueryMonitor
}

type rawQueryMonitor struct {
	server, agent *node
	at            position
	names         QueryMonitor
}

func systemObject() *object[rawSystem] {
	paths := anyListShape(stringShape())
	return &object[rawSystem]{name: "a system", doc: "One LPAR or host.", required: []string{"name"}, fields: []field[rawSystem]{
		nameField("name", "Name of the system, unique in the estate.", func(s *rawSystem) *string { return &s.Name }),
		{"host", "Name or address of the system.", stringShape(), func(d *decoder, n *node, s *rawSystem) { s.Host, _ = d.host("host", n) }},
		setField("addresses", "Addresses to dial instead of resolving the host.", stringShape(),
			func(d *decoder, n *node) (netip.Addr, bool) { return d.address("addresses", n) },
			func(s *rawSystem) *[]netip.Addr { return &s.Addresses }),
		releaseField(func(s *rawSystem) *string { return &s.ZOSRelease }),
		nameField("vantage", "The worker that must look; from another vantage the system is not dialled.",
			func(s *rawSystem) *string { return &s.Vantage }),
		textField("sysplex", "Name of the sysplex that the system is a member of.", func(s *rawSystem) *string { return &s.Sysplex }),
		nodeField("attls", "AT-TLS policy files, in the order the stack reads them.", paths, func(s *rawSystem) **node { return &s.attls }),
		nodeField("pasearch", "Output of pasearch: the policy that is installed.", stringShape(),
			func(s *rawSystem) **node { return &s.pasearch }),
		nodeField("netstat", "NETSTAT outputs: who is connected.", paths, func(s *rawSystem) **node { return &s.netstat }),
		nodeField("tcpip_profile", "The TCP/IP profile, or its lines with TCPCONFIG, TTLS and INCLUDE: whether the stack does AT-TLS at all.", stringShape(),
			func(s *rawSystem) **node { return &s.tcpipProfile }),
		{"query_monitor", "Query Monitor's parameter files.", refShape("query_monitor"), func(d *decoder, n *node, s *rawSystem) {
			s.queryMonitor = &rawQueryMonitor{at: n.at}
			if queryMonitorObject().read(d, n, s.queryMonitor) && (n.get("rc4_off_param") == nil) != (n.get("rc4_off_value") == nil) {
				d.faults.add(n.at, "query_monitor: rc4_off_param and rc4_off_value belong together; want both: which parameter, and its value that turns RC4 off%s", n.use)
			}
		}},
		nodeField("keyrings", "Key rings of this system.", mapShape(refShape("keyring")), func(s *rawSystem) **node { return &s.keyringsNode }),
		nodeField("defaults", "Listener keys for all listeners of this system.", refShape("defaults"),
			func(s *rawSystem) **node { return &s.defaults }),
		nodeField("listeners", "The system's listeners.", listShape(refShape("listener")), func(s *rawSystem) **node { return &s.listeners }),
		nodeField("use", "Template, or templates, whose listeners the system has too.", useShape(), func(s *rawSystem) **node { return &s.use }),
		nodeField("with", "Values of the templates' variables.", shape{"type": "object"}, func(s *rawSystem) **node { return &s.with }),
	}}
}

func queryMonitorObject() *object[rawQueryMonitor] {
	return &object[rawQueryMonitor]{name: "query_monitor", doc: "Query Monitor's parameter files.", fields: []field[rawQueryMonitor]{
		nodeField("server_params", "Environment of the CAE server: CQMCAESV's STDENV, or its JCL.", stringShape(),
			func(q *rawQueryMonitor) **node { return &q.server }),
		nodeField("agent_params", "Parameters of the CAE agent: member CQMCPRMS.", stringShape(),
			func(q *rawQueryMonitor) **node { return &q.agent }),
		nameField("alias_param", "Name of the server parameter that gives the TLS key alias; without it the alias is not judged.",
			func(q *rawQueryMonitor) *string { return &q.names.AliasParam }),
		nameField("rc4_off_param", "Name of the server parameter that turns RC4 off; without it only the wire says whether RC4 is off.",
			func(q *rawQueryMonitor) *string { return &q.names.RC4OffParam }),
		textField("rc4_off_value", "Value of rc4_off_param that turns RC4 off.", func(q *rawQueryMonitor) *string { return &q.names.RC4OffValue }),
		{"rc4_port", "RC4 port of the CAE server when CQM_CAE_AGENT_LISTENER_PORT is not set.", integerShape(1, 65535),
			func(d *decoder, n *node, q *rawQueryMonitor) { q.names.RC4Port, _ = d.port("rc4_port", n) }},
		{"listener_ports", "Ports of the agent, when LISTENER_PORTS has a form that portseal does not read.", portsShape(),
			func(d *decoder, n *node, q *rawQueryMonitor) { q.names.ListenerPorts = d.ports(n) }},
	}}
}

func releaseField[T any](to func(*T) *string) field[T] {
	f := wordField("zos_release", "z/OS release: decides AT-TLS defaults.", Releases(), to)
	values := []any{}
	for _, r := range Releases() {
		values = append(values, r)
	}
	for _, r := range Releases() { // an editor sees the unquoted 3.1 as a number
		if n, err := strconv.ParseFloat(r, 64); err == nil {
			values = append(values, n)
		}
	}
	f.shape = shape{"enum": values}
	return f
}
