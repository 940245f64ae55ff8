package generate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// jobs finds the names of jobs. The agent's must not take the sockets of the CAE server, nor the scanner's those of the agent.
func (p *plan) jobs(s *estate.System, o Options, f *faults) {
	p.job = cmp.Or(strings.ToUpper(o.AgentJob), same(f, p.own(), "jobname", func(l *estate.Listener) string { return l.Jobname }))
	p.scanner = strings.ToUpper(o.ScannerJob)
	if p.job == "" {
		f.add("the job of the agent is not known: want jobname in listener %s, or --agent-job", p.names())
	}
	for _, name := range []struct{ what, pattern string }{{"job of the agent", p.job}, {"job of the scanner", p.scanner}} {
		if name.pattern != "" && !isJob(name.pattern) {
			f.add("%s %q: want a name of up to 8 letters, digits, @, # and $, or its beginning and *", name.what, name.pattern)
		}
	}
	for _, l := range s.Listeners {
		java := l.Role == report.RoleCAEWeb || l.Role == report.RoleCAEServerTLS || l.Role == report.RoleCAEServerRC4
		if java && l.Jobname != "" && overlap(p.job, l.Jobname) {
			f.add("job of the agent %q takes %s too, the job of %s/%s: the CAE server is a Java program with TLS of its own; want a name that is "+
				"the agent's only", p.job, l.Jobname, s.Name, l.Name)
		}
	}
	if p.scanner != "" && p.job != "" && overlap(p.scanner, p.job) {
		f.add("job of the scanner %q takes %s too, the job of the agent, whose connections would be in clear text", p.scanner, p.job)
	}
}

func isJob(pattern string) bool {
	return regexp.MustCompile(`^[A-Z@#$][A-Z0-9@#$]{0,7}$`).MatchString(strings.TrimSuffix(pattern, "*"))
}

// overlap says whether some name fits both patterns.
func overlap(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := strings.TrimSuffix(a, "*"), strings.TrimSuffix(b, "*")
	return x == y || x != a && strings.HasPrefix(y, x) || y != b && strings.HasPrefix(x, y)
}

// rings finds the key rings: those that are asked for, else the virtual ones that the estate has for the side.
func (p *plan) rings(e *estate.Estate, s *estate.System, o Options, f *faults) {
	p.ringIn = cmp.Or(o.RingInbound, o.Ring)
	p.ringOut = cmp.Or(o.RingServer, o.Ring, virtual(e, s, p.servers))
	p.ringISPF = cmp.Or(o.RingISPF, o.Ring, virtual(e, s, p.ispf))
	for _, ring := range []struct {
		flag, value, what string
		needed, serves    bool
	}{{"--ring-inbound", p.ringIn, "with the agent's certificate", true, true},
		{"--ring-server", p.ringOut, "with the root of the CAE server's certificate", true, false},
		{"--ring-ispf", p.ringISPF, "with the root of the agent's certificate", len(p.ispf) > 0, false}} {
		owner, name, ok := strings.Cut(ring.value, "/")
		switch {
		case !ring.needed:
		case ring.value == "":
			f.add("the key ring %s is not known: want %s OWNER/RING, or --ring for all", ring.what, ring.flag)
		case !ok || owner == "" || name == "" || strings.ContainsAny(ring.value, " \t#"):
			f.add("%s %q: want OWNER/RING", ring.flag, ring.value)
		case ring.serves && name == "*":
			f.add("%s %q: a virtual key ring has no certificate to serve with its chain; want OWNER/RING", ring.flag, ring.value)
		}
	}
}

// virtual is the virtual ring that the system's clients of some listeners trust by, where the estate says so.
func virtual(e *estate.Estate, s *estate.System, listeners []*estate.Listener) string {
	for _, l := range listeners {
		for _, name := range l.TrustedBy {
			if k := e.Keyring(name); k != nil && k.Ring != nil && slices.Contains([]string{"", s.Name}, k.System) && k.Ring.Virtual != "" {
				return k.Ring.Virtual
			}
		}
	}
	return ""
}
