package run

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
)

// DefaultPace is gentle for an estate with a z/OS system, and normal elsewhere.
func DefaultPace(w Work) string {
	for _, x := range w.Expectations {
		if x.ZOSRelease != "" {
			return "gentle"
		}
	}
	return "normal"
}

// estimate is what one target costs when it does what the plan names, and at most.
type estimate struct {
	conforming, most int // most is 0 without a bound
	refused          int // hellos that a conforming listener refuses
	ssl2             int // SSLv2 hellos among the questions
	hungUp           int // answered hellos that portseal ends
}

// enumerated is about what it takes to list all that a listener of today accepts: TLS 1.2 and 1.3, their suites and groups.
const enumerated = 40

// estimateOf says how many connections a target takes: each version outside the named set must be refused, and each inside it
// must refuse the suites outside.
func estimateOf(t scan.Target, pace scan.Pace) estimate {
	switch {
	case t.Skip != "" || t.Failure != nil:
		return estimate{}
	case t.Plan.Depth == scan.Connect || t.Plan.Depth == scan.Hello:
		return estimate{conforming: 1, most: 1}
	case t.Plan.Depth == scan.Quick:
		return estimate{conforming: 1, most: 2 + detectCost(t.Plan)}
	}
	named := len(t.Plan.Versions)
	if named == 0 {
		named = 2 // what a listener of today speaks
	}
	e := estimate{refused: len(cipher.Versions()) - 1, ssl2: 1, hungUp: named}
	e.conforming = e.refused + e.ssl2 + e.hungUp + 2 + len(t.Plan.Required)
	if t.Plan.Groups {
		e.conforming += groupsCost
	}
	if t.Plan.Depth == scan.Deep || t.Plan.Depth == scan.Standard {
		e.conforming = enumerated
	}
	if t.Plan.Vulnerabilities {
		e.conforming += vulnerabilitiesCost
		if probes.Injects(t.StartTLS) {
			e.conforming++
		}
	}
	if t.Plan.Intrusive {
		e.conforming += intrusiveCost
	}
	if t.Plan.StartUps {
		e.conforming += startUpsCost
	}
	e.conforming += detectCost(t.Plan)
	if n := len(t.Plan.ClientCertificates); n > 0 {
		e.conforming += n + 1 // and an empty list; nothing where none is asked for
	}
	e.conforming += t.Plan.Members * (len(cipher.Versions()) - 1 + named) // versions, and the suites outside of those that are named
	if e.most = pace.MaxConnections; e.most > 0 {
		e.conforming = min(e.conforming, e.most)
	}
	return e
}

// Cost is what a run takes in connections.
type Cost struct {
	Conforming int  // when every listener does what is expected
	Most       int  // at most; it counts only when Bounded
	Bounded    bool // the pace has a budget for each listener, or what is asked has an end
	Dialled    int  // endpoints
	Unknown    int  // endpoints whose host could not be resolved: what they cost is not in the numbers
}

// CostOf says what a run takes at a pace. Nothing is dialled.
func CostOf(w Work, pace scan.Pace) Cost {
	c := Cost{Bounded: true}
	for _, t := range w.Targets {
		switch {
		case t.Failure != nil:
			c.Unknown++
		case t.Skip == "":
			c.Dialled++
		}
		e := estimateOf(t, pace)
		c.Conforming += e.conforming
		c.Most += e.most
		c.Bounded = c.Bounded && (e.most > 0 || e.conforming == 0)
	}
	return c
}

// DryRun writes what a run would do, and dials nothing.
func DryRun(out io.Writer, w Work, s Settings) error {
	p := &printer{w: out}
	p.line("Nothing was dialled. A run at pace %s would do this:", s.Runner.Pace.Name)
	p.line("")
	var sum estimate
	perAddress := map[string]int{}
	logs := loggers(w)
	cost := CostOf(w, s.Runner.Pace)
	for _, t := range w.Targets {
		e := estimateOf(t, s.Runner.Pace)
		p.target(t, e)
		perAddress[t.Address.String()] += e.conforming
		if logs[t.ID] {
			sum.refused += e.refused
			sum.ssl2 += e.ssl2
			sum.hungUp += e.hungUp
		}
	}
	p.line("")
	p.profiles(w)
	p.revocation(w, s)
	p.line("Connections: %d when every listener does what is expected, %s.", cost.Conforming, atMost(cost.Most, cost.Bounded))
	p.line("Time: about %s when all conform.", duration(perAddress, s.Runner.Pace))
	p.line("From: %s.", strings.Join(sources(w.Targets, s), ", "))
	if len(logs) > 0 {
		p.zos(sum, sources(w.Targets, s), s.Runner.Pace.PerPort)
	}
	return p.err
}

// loggers are the endpoints whose connections a z/OS stack logs: those under AT-TLS, which the CAE server's own are not.
func loggers(w Work) map[string]bool {
	out := map[string]bool{}
	for _, x := range w.Expectations {
		if x.ZOSRelease != "" {
			out[x.Endpoint] = x.Role != report.RoleCAEWeb && x.Role != report.RoleCAEServerTLS
		}
	}
	return out
}

// startUpsCost is what it takes to ask in which ways a session may begin, each that ended asked twice.
const startUpsCost = 4

// vulnerabilitiesCost is about what it takes to ask about vulnerabilities.
const vulnerabilitiesCost = 10

// intrusiveCost is a session for each record of the TLS-POODLE family, where a CBC suite is accepted and they are refused alike.
const intrusiveCost = 6

// detectCost is the hello that finds a start-up, where there is one.
func detectCost(p scan.Plan) int {
	if p.DetectStartUp {
		return 1
	}
	return 0
}

// groupsCost is about what it takes to list the groups of TLS 1.2 and 1.3.
const groupsCost = 12

// profiles says what compliance profiles make the run ask besides.
func (p *printer) profiles(w Work) {
	if len(w.Profiles) == 0 {
		return
	}
	var names []string
	for _, one := range w.Profiles {
		names = append(names, one.ID)
	}
	groups, full := 0, 0
	for _, t := range w.Targets {
		switch {
		case t.Skip != "" || t.Failure != nil:
		case t.Plan.Depth == scan.Standard:
			full++
		case t.Plan.Depth == scan.Prove && t.Plan.Groups:
			groups++
		}
	}
	p.line("Profiles: %s. For them a run lists the groups of %s (about %d connections each), and all that %s accept.",
		strings.Join(names, ", "), text.Count(groups, "listener"), groupsCost, text.Count(full, "listener"))
}

// revocation says who is asked besides, as far as that is known: of the certificates that listeners present only those that are on key rings
// are known before they are presented.
func (p *printer) revocation(w Work, s Settings) {
	if s.Revocation == nil {
		return
	}
	how := "directly"
	if proxy := s.Runner.Through(); proxy != "" {
		how = "through the proxy " + proxy
	}
	var known []*certchain.Certificate
	for _, r := range w.Rings {
		for _, e := range r.PersonalEntries() {
			known = append(known, r.Chain(e.Certificate)...)
		}
	}
	hosts := "nobody"
	if names := revocation.Hosts(known); len(names) > 0 {
		hosts = strings.Join(names, ", ")
	}
	p.line("Revocation: the responders and lists that the presented certificates name are asked, %s. Those of the key rings name %s.", how, hosts)
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) target(t scan.Target, e estimate) {
	where := t.AddrPort().String()
	if !t.Address.IsValid() {
		where = fmt.Sprintf("%s:%d", t.Host, t.Port)
	}
	switch {
	case t.Skip != "":
		p.line("  %-28s %-24s not dialled: %s", t.ID, where, t.Skip)
	case t.Failure != nil:
		p.line("  %-28s %-24s not dialled: %s", t.ID, where, t.Failure.Error())
	case e.conforming == e.most:
		p.line("  %-28s %-24s %s: %s", t.ID, where, connections(e.most), depthWords(t.Plan.Depth))
	default:
		p.line("  %-28s %-24s %s when it conforms, %s: %s", t.ID, where, connections(e.conforming), atMost(e.most, e.most > 0),
			depthWords(t.Plan.Depth))
	}
}

func connections(n int) string { return text.Count(n, "connection") }

func atMost(n int, bounded bool) string {
	if bounded {
		return fmt.Sprintf("at most %d", n)
	}
	return "else as many as it takes"
}

func depthWords(d scan.Depth) string {
	switch d {
	case scan.Connect:
		return "connect only, no byte sent"
	case scan.Hello:
		return "one ClientHello"
	case scan.Quick:
		return "one complete handshake"
	case scan.Prove:
		return "proof of what is expected"
	}
	return "full enumeration"
}

// duration is a lower bound: the busiest address at the pace's rate.
func duration(perAddress map[string]int, pace scan.Pace) time.Duration {
	busiest := 0
	for _, n := range perAddress {
		busiest = max(busiest, n)
	}
	if pace.Rate <= 0 {
		return time.Second
	}
	return max(time.Second, time.Duration(float64(busiest)/pace.Rate*1.1*float64(time.Second)).Round(time.Second))
}

func sources(targets []scan.Target, s Settings) []string {
	if s.Runner.Source.IsValid() {
		return []string{s.Runner.Source.String()}
	}
	var out []string
	for _, t := range targets {
		if t.Skip != "" || !t.Address.IsValid() {
			continue
		}
		if a, ok := scan.SourceFor(t.AddrPort()); ok && !slices.Contains(out, a.String()) {
			out = append(out, a.String())
		}
	}
	if len(out) == 0 {
		out = append(out, "this machine's address towards each target")
	}
	slices.Sort(out)
	return out
}

// zos says what the operators of a z/OS system will see. Which return code the stack writes for each is inferred from the AT-TLS
// return codes, not documented for each case.
func (p *printer) zos(sum estimate, from []string, perPort int) {
	p.line("")
	p.line("What the z/OS systems may log for connections from %s", strings.Join(from, ", "))
	p.line("(AT-TLS trace levels 1 and 2; inferred, not documented case by case), when all conform:")
	p.line("  EZD1286I/EZD1287I RC 402 or 412  up to %-4d (no common suite, protocol not supported: hellos that must be refused)", sum.refused)
	p.line("  EZD1286I/EZD1287I RC 429         up to %-4d (SSLv2 hello)", sum.ssl2)
	p.line("  EZD1286I/EZD1287I RC 406 or 420  up to %-4d (portseal ends the connection once it has its answer)", sum.hungUp)
	p.line("  EZZ8643I                         if IDS scan detection counts this source")
	p.line("")
	p.line("Text for the network security team:")
	p.line("  Please add %s to the source exclusion list of the IDS SCANEVENT policy for the ports above,", strings.Join(from, ", "))
	p.line("  and keep traffic regulation (TR) policies from counting it, for the time of this run. It is a compliance scan by portseal.")
	at := "one at a time"
	if perPort != 1 {
		at = fmt.Sprintf("at most %d at a time", perPort)
	}
	p.line("  It opens at most the connections stated above, %s to a port, and ends each with FIN.", at)
}
