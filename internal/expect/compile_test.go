package expect_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func load(t *testing.T) *estate.Estate {
	t.Helper()
	e, err := estate.Load(filepath.Join("testdata", "estate.yaml"), estate.Options{})
	require.NoError(t, err)
	return e
}

// names is a resolver that knows a few names, and counts how often it is asked.
type names map[string]int

func (n names) resolve(host string) ([]netip.Addr, error) {
	n[host]++
	switch host {
	case "sysa.example.com":
		return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
	case "sysb.example.com":
		return []netip.Addr{netip.MustParseAddr("2001:db8::2"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("::ffff:192.0.2.2")}, nil
	}
	return nil, errors.New("no such host")
}

func compile(t *testing.T, opts expect.Options) *expect.Compiled {
	t.Helper()
	if opts.Resolve == nil {
		opts.Resolve = names{}.resolve
	}
	c, err := expect.Compile(load(t), opts)
	require.NoError(t, err)
	return c
}

func find(t *testing.T, c *expect.Compiled, id string) expect.Endpoint {
	t.Helper()
	var ids []string
	for _, e := range c.Endpoints {
		if e.Target.ID == id {
			assert.Equal(t, id, e.Expectation.Endpoint)
			return e
		}
		ids = append(ids, e.Target.ID)
	}
	require.Failf(t, "no endpoint", "%s is not among %v", id, ids)
	return expect.Endpoint{}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestGolden(t *testing.T) {
	c := compile(t, expect.Options{Vantage: "sysa"})
	var text bytes.Buffer
	require.NoError(t, expect.PrintExpectations(&text, c))
	golden(t, "expectations.txt", text.Bytes())
	var expectations []report.Expectation
	for _, e := range c.Endpoints {
		expectations = append(expectations, e.Expectation)
	}
	asJSON, err := json.MarshalIndent(expectations, "", "  ")
	require.NoError(t, err)
	golden(t, "expectations.json", append(asJSON, '\n'))
}

func TestEndpointIDs(t *testing.T) {
	n := names{}
	c := compile(t, expect.Options{Vantage: "sysa", Resolve: n.resolve})
	var ids []string
	for _, e := range c.Endpoints {
		ids = append(ids, e.Target.ID)
	}
	assert.Equal(t, []string{"SYSA/rc4", "SYSA/web", "SYSB/agent@192.0.2.2", "SYSB/agent@2001:db8::2", "SYSB/ispf",
		"SYSB/many:7000@192.0.2.2", "SYSB/many:7000@2001:db8::2", "SYSB/many:7001@192.0.2.2", "SYSB/many:7001@2001:db8::2",
		"SYSC/clear", "SYSC/ispf", "SYSC/mail", "SYSC/old"}, ids)
	assert.Equal(t, names{"sysa.example.com": 1, "sysb.example.com": 1, "mail.example.com": 1}, n, "each name is resolved once")
	assert.Equal(t, report.Scope{Declared: 13, Selected: 13, Skipped: c.Scope.Skipped}, c.Scope)
	web := find(t, c, "SYSA/web").Target
	assert.Equal(t, "192.0.2.1:8443", web.AddrPort().String())
	assert.Equal(t, "sysa.example.com", web.ServerName)
	assert.Equal(t, "5s", web.Timeout.String())
	assert.Empty(t, find(t, c, "SYSC/old").Target.ServerName, "the host is an address")
}

func TestPlan(t *testing.T) {
	for _, tc := range []struct {
		id    string
		asked scan.Depth
		want  scan.Depth
	}{
		{"SYSA/web", scan.Standard, scan.Prove}, {"SYSA/web", scan.Quick, scan.Quick}, {"SYSA/web", scan.Deep, scan.Deep},
		{"SYSC/mail", scan.Standard, scan.Prove}, {"SYSC/mail", scan.Quick, scan.Quick},
		{"SYSB/many:7000@192.0.2.2", scan.Standard, scan.Prove}, {"SYSB/many:7000@192.0.2.2", scan.Deep, scan.Deep},
		{"SYSA/rc4", scan.Standard, scan.Hello}, {"SYSA/rc4", scan.Deep, scan.Hello}, {"SYSA/rc4", scan.Quick, scan.Hello},
		{"SYSC/old", scan.Standard, scan.Hello}, {"SYSC/old", scan.Deep, scan.Hello},
		{"SYSC/clear", scan.Standard, scan.Connect}, {"SYSC/clear", scan.Deep, scan.Connect},
	} {
		c := compile(t, expect.Options{Vantage: "sysa", Depth: tc.asked})
		assert.Equal(t, tc.want, find(t, c, tc.id).Target.Plan.Depth, "%s at depth %d", tc.id, tc.asked)
	}
	c := compile(t, expect.Options{Vantage: "sysa"})
	web := find(t, c, "SYSA/web").Target.Plan
	assert.Equal(t, scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13},
		Suites: []cipher.ID{cipher.TLS(0xC030), cipher.TLS(0x1302)}, Groups: true}, web)
	many := find(t, c, "SYSB/many:7001@192.0.2.2").Target.Plan
	assert.Nil(t, many.Versions, "nothing is said: all are asked")
	assert.Equal(t, []cipher.ID{cipher.TLS(0xC02F)}, many.Required)
	assert.Equal(t, scan.Plan{Depth: scan.Hello}, find(t, c, "SYSA/rc4").Target.Plan)
	assert.Equal(t, "smtp", find(t, c, "SYSC/mail").Target.StartTLS)
}

// Without suites in the estate, good practice is the named set.
func TestPlanOfGoodPractice(t *testing.T) {
	suites := find(t, compile(t, expect.Options{}), "SYSC/mail").Target.Plan.Suites
	assert.Contains(t, suites, cipher.TLS(0xC030))
	assert.Contains(t, suites, cipher.TLS(0x1301))
	assert.Contains(t, suites, cipher.TLS(0x000A), "3DES is no finding of good practice")
	for name, id := range map[string]cipher.ID{"RC4": cipher.TLS(0x0005), "NULL": cipher.TLS(0x003B), "anonymous": cipher.TLS(0x0034),
		"export": cipher.TLS(0x0003), "DES": cipher.TLS(0x0009), "SCSV": cipher.TLS(0x00FF), "SSLv2": cipher.SSL2(0x0700C0)} {
		assert.NotContains(t, suites, id, name)
	}
}

func TestVantage(t *testing.T) {
	local := func(a netip.Addr) bool { return a == netip.MustParseAddr("192.0.2.2") }
	elsewhere := "vantage: SYSA is looked at from sysa, and this vantage is local: run portseal there with --vantage sysa"
	notThere := "reach: local, and this vantage (local) is not on SYSB: run portseal there with --vantage SYSB"
	for _, tc := range []struct {
		name, vantage, id, want string
		isLocal                 func(netip.Addr) bool
	}{
		{"another vantage", "", "SYSA/web", elsewhere, nil},
		{"the named vantage", "sysa", "SYSA/web", "", nil},
		{"local, from elsewhere", "", "SYSB/ispf", notThere, nil},
		{"local, the system has an address of this machine", "", "SYSB/ispf@192.0.2.2", "", local},
		{"local, the vantage has the system's name", "SYSB", "SYSB/ispf@192.0.2.2", "", nil},
		{"local, another system's vantage has that address", "sysa", "SYSB/ispf",
			"reach: local, and this vantage (sysa) is not on SYSB: run portseal there with --vantage SYSB", local},
		{"local, the system is on loopback", "", "SYSC/ispf", "", nil},
		{"local, the system is on loopback, but this is a worker", "sysa", "SYSC/ispf",
			"reach: local, and this vantage (sysa) is not on SYSC: run portseal there with --vantage SYSC", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compile(t, expect.Options{Vantage: tc.vantage, IsLocal: tc.isLocal})
			e := find(t, c, tc.id)
			assert.Equal(t, tc.want, e.Target.Skip)
			assert.Equal(t, tc.want == "", e.Target.Address.IsValid(), "what is skipped is not resolved")
			skipped := false
			for _, s := range c.Scope.Skipped {
				skipped = skipped || s.ID == tc.id && s.Reason == tc.want
			}
			assert.Equal(t, tc.want != "", skipped)
		})
	}
}

type slow struct{ error }

func (slow) Timeout() bool { return true }

func TestUnresolved(t *testing.T) {
	given := &scan.Failure{Stage: scan.StageResolve, Kind: scan.KindRefused, Message: "as the caller says"}
	for _, tc := range []struct {
		name string
		err  error
		want scan.Failure
	}{
		{"unknown", errors.New("no such host"), scan.Failure{Stage: scan.StageResolve, Kind: scan.KindProtocol,
			Message: "mail.example.com does not resolve: no such host"}},
		{"timeout", slow{errors.New("i/o timeout")}, scan.Failure{Stage: scan.StageResolve, Kind: scan.KindTimeout,
			Message: "mail.example.com does not resolve: i/o timeout"}},
		{"failure", given, *given},
		{"nothing", nil, scan.Failure{Stage: scan.StageResolve, Kind: scan.KindProtocol,
			Message: "mail.example.com does not resolve: the name has no address"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := compile(t, expect.Options{Resolve: func(string) ([]netip.Addr, error) { return nil, tc.err }})
			target := find(t, c, "SYSC/mail").Target
			require.NotNil(t, target.Failure)
			assert.Equal(t, tc.want, *target.Failure)
			assert.False(t, target.Address.IsValid())
			assert.Equal(t, uint16(25), target.Port)
		})
	}
	c, err := expect.Compile(load(t), expect.Options{})
	require.NoError(t, err)
	assert.Equal(t, "mail.example.com does not resolve: this run resolves no names", find(t, c, "SYSC/mail").Target.Failure.Message)
}

func TestSelect(t *testing.T) {
	c := compile(t, expect.Options{Systems: []string{"SYS[BC]"}, Listeners: []string{"*/ispf", "*/mail"}})
	assert.Len(t, c.Endpoints, 3)
	assert.Equal(t, 3, c.Scope.Selected)
	assert.Equal(t, 10, c.Scope.Declared, "a name that is not resolved counts once")
	for _, tc := range []struct {
		systems, listeners []string
		want               string
	}{
		{[]string{"SYSX"}, nil, `--system "SYSX" matches nothing: the estate has SYSA, SYSB, SYSC`},
		{nil, []string{"SYSA/nothing"}, `--listener "SYSA/nothing" matches nothing: the estate has SYSA/web, SYSA/rc4, SYSB/ispf, SYSB/many, ` +
			`SYSB/agent, SYSC/ispf, SYSC/clear, SYSC/old, SYSC/mail`},
		{nil, []string{"ispf"}, `--listener "ispf": want SYSTEM/LISTENER, as in SYSA/web or '*/ispf'`},
		{[]string{"["}, nil, `--system "[" is no pattern: want a name in which * and ? may stand`},
		{[]string{"SYSA"}, []string{"SYSB/ispf"}, `--system SYSA and --listener SYSB/ispf together select no listener`},
	} {
		_, err := expect.Compile(load(t), expect.Options{Systems: tc.systems, Listeners: tc.listeners})
		require.EqualError(t, err, tc.want)
		_, err = expect.Hosts(load(t), expect.Options{Systems: tc.systems, Listeners: tc.listeners})
		require.EqualError(t, err, tc.want)
	}
}

func TestLargeEstate(t *testing.T) {
	e := &estate.Estate{Name: "large"}
	for i := range 50 {
		s := &estate.System{Name: fmt.Sprintf("LP%02d", i), Host: fmt.Sprintf("lp%02d.example.com", i)}
		for j := range 12 {
			s.Listeners = append(s.Listeners, &estate.Listener{System: s, Name: fmt.Sprintf("p%d", j), Host: s.Host,
				Ports: []uint16{uint16(1000 + j)}, Expect: report.ExpectTLS})
		}
		e.Systems = append(e.Systems, s)
	}
	asked := 0
	c, err := expect.Compile(e, expect.Options{Resolve: func(string) ([]netip.Addr, error) {
		asked++
		return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
	}})
	require.NoError(t, err)
	assert.Len(t, c.Endpoints, 600)
	assert.Equal(t, 50, asked)
	assert.Equal(t, report.Scope{Declared: 600, Selected: 600}, c.Scope)
}

func TestHosts(t *testing.T) {
	got, err := expect.Hosts(load(t), expect.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"mail.example.com", "sysb.example.com"}, got, "SYSA is another vantage's")
	got, err = expect.Hosts(load(t), expect.Options{Vantage: "sysa", Systems: []string{"SYSA"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"sysa.example.com"}, got)
}

// What nothing reads is said.
func TestNotices(t *testing.T) {
	c := compile(t, expect.Options{})
	var got []string
	for _, n := range c.Notices {
		assert.Equal(t, "estate.yaml", n.Location.File)
		assert.Positive(t, n.Location.Line)
		got = append(got, n.Message)
	}
	assert.Equal(t, []string{
		"attls: AT-TLS policies are not read yet, and nothing was judged by it (1 system)",
		"sysplex: the sysplex of a system is not read yet, and nothing was judged by it (1 system)",
		"query_monitor: rc4_off_param is not said, so only the wire tells whether RC4 is turned off",
	}, got)
}

func TestRings(t *testing.T) {
	c := compile(t, expect.Options{Vantage: "sysa"})
	var got []string
	for _, r := range c.Rings {
		got = append(got, r.Name)
	}
	assert.Equal(t, []string{"agent-in", "agent-out", "agent-out@SYSB"}, got)
	agent := find(t, c, "SYSB/agent@192.0.2.2").Expectation
	assert.Equal(t, []string{"agent-out@SYSB"}, agent.TrustedBy)
	assert.Equal(t, "agent-in", agent.ServedBy)
	assert.Equal(t, 14, agent.MinDaysLeft)
	assert.Empty(t, c.RingProblems)
	assert.NotEmpty(t, c.Inputs)
}
