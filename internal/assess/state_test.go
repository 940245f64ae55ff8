package assess_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// One difference gives one finding: a state that is not as it should be says nothing about versions and certificates.
func TestStateAgainstExpectation(t *testing.T) {
	const none = ""
	tests := []struct {
		expect, role string
		state        scan.State
		want         string
	}{
		{"tls", "", scan.StateNonTLS, "TLS-NOT-SPOKEN"},
		{"tls", "", scan.StateClosed, "PORT-CLOSED"},
		{"tls", "", scan.StateFiltered, "PORT-FILTERED"},
		{"tls", "", scan.StateUnreachable, "NOT-ASSESSED"},
		{"tls", "", scan.StateError, "NOT-ASSESSED"},
		{"tls", "", scan.StateSkipped, "NOT-ASSESSED"},
		{"tls", "", scan.StateOpen, "NOT-ASSESSED"},
		{"tls", "cae-server-rc4", scan.StateNonTLS, "RC4-LISTENER-OPEN"},
		{"starttls", "", scan.StateNonTLS, "TLS-NOT-SPOKEN"},
		{"starttls", "", scan.StateClosed, "PORT-CLOSED"},
		{"legacy-rc4", "", scan.StateNonTLS, "RC4-LISTENER-OPEN"},
		{"legacy-rc4", "", scan.StateOpen, "RC4-LISTENER-OPEN"},
		{"legacy-rc4", "", scan.StateClosed, "PORT-CLOSED"},
		{"legacy-rc4", "", scan.StateTLS, "PORT-OPEN-UNEXPECTED"},
		{"legacy-rc4", "", scan.StateFiltered, "PORT-FILTERED"},
		{"plaintext", "", scan.StateNonTLS, none},
		{"plaintext", "", scan.StateTLS, "TLS-UNEXPECTED"},
		{"plaintext", "", scan.StateClosed, "PORT-CLOSED"},
		{"plaintext", "", scan.StateOpen, "NOT-ASSESSED"},
		{"closed", "", scan.StateClosed, none},
		{"closed", "", scan.StateFiltered, "PORT-FILTERED"},
		{"closed", "", scan.StateNonTLS, "PORT-OPEN-UNEXPECTED"},
		{"closed", "", scan.StateOpen, "PORT-OPEN-UNEXPECTED"},
		{"closed", "", scan.StateTLS, "PORT-OPEN-UNEXPECTED"},
		{"closed", "cae-server-rc4", scan.StateNonTLS, "RC4-LISTENER-OPEN"},
		{"closed", "cae-server-rc4", scan.StateOpen, "RC4-LISTENER-OPEN"},
		{"closed", "cae-server-rc4", scan.StateTLS, "PORT-OPEN-UNEXPECTED"},
		{"closed", "cae-server-rc4", scan.StateClosed, none},
		{"any", "", scan.StateNonTLS, none},
		{"any", "", scan.StateClosed, none},
		{"any", "", scan.StateOpen, none},
		{"any", "", scan.StateFiltered, "PORT-FILTERED"},
		{"any", "cae-server-rc4", scan.StateNonTLS, "RC4-LISTENER-OPEN"},
	}
	for _, tt := range tests {
		t.Run(tt.expect+" "+tt.role+" "+string(tt.state), func(t *testing.T) {
			w := newWorld(t)
			if tt.state != scan.StateTLS {
				w.state(tt.state)
			}
			w.expect.Expect = tt.expect
			w.expect.Role = tt.role
			if tt.want == none {
				assert.Empty(t, w.judge())
				return
			}
			f := w.one(tt.want)
			assert.NotEmpty(t, f.Observed)
			assert.NotEmpty(t, f.Expected)
			assert.NotEmpty(t, f.Remediation)
			assert.Equal(t, id, f.Endpoint)
		})
	}
}

func TestAdHocScanJudgesGoodPracticeOnly(t *testing.T) {
	w := newWorld(t)
	w.expect = nil
	assert.Empty(t, w.judge(), "an unknown ring, name or suite is nobody's business")
	for _, s := range []scan.State{scan.StateClosed, scan.StateNonTLS, scan.StateOpen, scan.StateSkipped} {
		w.state(s)
		assert.True(t, w.one("NOT-ASSESSED").Inconclusive, s)
	}
	w.state(scan.StateFiltered)
	w.one("PORT-FILTERED")
}

// A listener that was dialled, and left because the run was interrupted, is not said to be one that was never dialled.
func TestInterruptedIsNotUndialled(t *testing.T) {
	w := newWorld(t)
	w.state(scan.StateSkipped)
	w.endpoint.NotTested = []scan.NotTested{{Question: scan.TheRest, Why: "the run was interrupted"}}
	for dials, want := range map[int]string{0: "not dialled", 2: "dialled, and left before it had answered"} {
		w.endpoint.Cost.Connections = dials
		f := w.one("NOT-ASSESSED")
		assert.Equal(t, want, f.Observed)
		assert.Equal(t, "could not be assessed: the listener was "+want+" (the run was interrupted)", f.Detail)
	}
}

// A TLS listener that refuses every version is no pass for a scan that expects nothing.
func TestAdHocListenerThatRefusesEverything(t *testing.T) {
	w := newWorld(t)
	w.expect, w.endpoint.Protocols, w.endpoint.Presented = nil, nil, nil
	for _, v := range cipher.Versions() {
		w.version(v, scan.No)
	}
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "refused every version")
	w.version(cipher.TLSv12, scan.Unknown)
	assert.Contains(t, w.one("NOT-ASSESSED").Detail, "which versions the listener speaks")
	w.version(cipher.SSLv3, scan.Yes)
	w.one("PROTOCOL-INSECURE")
}

func TestUnresolvedHost(t *testing.T) {
	for _, expect := range []string{"tls", "closed", "any", ""} {
		w := newWorld(t)
		w.state(scan.StateError)
		w.endpoint.Failure = &scan.Failure{Stage: scan.StageResolve, Kind: scan.KindProtocol, Message: "no such host"}
		w.expect.Expect = expect
		if expect == "" {
			w.expect = nil
		}
		assert.Equal(t, "no such host", w.one("HOST-UNRESOLVED").Observed)
	}
}

func TestStartTLSRefused(t *testing.T) {
	w := newWorld(t)
	w.state(scan.StateNonTLS)
	w.expect.Expect, w.expect.StartTLS = report.ExpectStartTLS, "tn3270"
	w.endpoint.Failure = &scan.Failure{Stage: scan.StageStartTLS, Kind: scan.KindRefused, Message: "WONT STARTTLS"}
	f := w.one("STARTTLS-REFUSED")
	assert.Equal(t, "WONT STARTTLS", f.Observed)
	assert.Equal(t, "TLS after STARTTLS (tn3270)", f.Expected)

	w.endpoint.Failure.Kind = scan.KindProtocol
	assert.Contains(t, w.one("TLS-NOT-SPOKEN").Observed, "WONT STARTTLS", "not a refusal, and not TLS either")
}

// TestPlaintextAccepted: only a definite yes is a finding, and only where TLS is expected; the question is nobody's expectation.
func TestPlaintextAccepted(t *testing.T) {
	for _, accepted := range []scan.Fact{scan.Yes, scan.No, scan.Unknown} {
		w := newWorld(t)
		w.endpoint.State = scan.StateStartTLS
		w.expect.Expect, w.expect.StartTLS = report.ExpectStartTLS, "tn3270"
		w.endpoint.StartUps = []scan.StartUp{{Way: scan.WayAtOnce, Accepted: scan.Yes}, {Way: scan.WayClear, Accepted: accepted,
			Basis: "the session went on without TLS", Evidence: []string{"e9"}}}
		if accepted != scan.Yes {
			assert.Empty(t, w.judge())
			continue
		}
		f := w.one("PLAINTEXT-ACCEPTED")
		assert.Equal(t, "the session went on without TLS", f.Observed)
		assert.Equal(t, []string{"e9"}, f.Evidence)
		w.expect = nil
		assert.Empty(t, w.judge())
	}
}

func TestRC4ListenerSeverityFollowsItsDate(t *testing.T) {
	tests := []struct {
		name, expect, role, retire string
		want                       report.Severity
	}{
		{"a date to come", "closed", "cae-server-rc4", "2026-12-31", report.Low},
		{"its last day", "closed", "cae-server-rc4", "2026-07-01", report.Low},
		{"the day after", "closed", "cae-server-rc4", "2026-06-30", report.Critical},
		{"no date", "closed", "cae-server-rc4", "", report.Critical},
		{"legacy without a date", "legacy-rc4", "cae-agent", "", report.Low},
		{"legacy of the server without a date", "legacy-rc4", "cae-server-rc4", "", report.Low},
		{"legacy, overdue", "legacy-rc4", "cae-agent", "2026-06-30", report.Critical},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.state(scan.StateNonTLS)
			w.expect.Expect, w.expect.Role, w.expect.RetireBy = tt.expect, tt.role, tt.retire
			f := w.one("RC4-LISTENER-OPEN")
			assert.Equal(t, tt.want, f.Severity)
			assert.Contains(t, f.Detail, "on the wire: open, not TLS: it reset the connection")
			assert.Contains(t, f.Detail, "by configuration: this")
			assert.Equal(t, []string{"e1", "e2"}, f.Evidence)
			_, summary := assess.Judge(w.input())
			assert.Equal(t, 1, summary.RC4ListenersOpen, "counted whatever its severity")
		})
	}
}

func TestRetiredLegacyListenerThatIsGoneIsRight(t *testing.T) {
	w := newWorld(t)
	w.state(scan.StateClosed)
	w.expect.Expect, w.expect.RetireBy = report.ExpectLegacyRC4, "2026-06-30"
	assert.Empty(t, w.judge())
	w.expect.RetireBy = "2026-07-01"
	assert.Contains(t, w.one("PORT-CLOSED").Detail, "expect: closed")
}

func TestNotTLSListsCandidatesAndAssertsNone(t *testing.T) {
	w := newWorld(t)
	w.state(scan.StateNonTLS)
	w.expect.Role, w.expect.Peers = report.RoleCAEAgent, []string{"10.1.2.3"}
	f := w.one("TLS-NOT-SPOKEN")
	for _, words := range []string{"candidates, none of them proven", "RC 6, 7, 428", "RC 109, 202, 416", "zERT", "10.1.2.3", "192.0.2.9"} {
		assert.Contains(t, f.Detail, words)
	}
	assert.Contains(t, f.Remediation, "EZD1286I")
	w.expect.Peers = nil
	w.endpoint.NonTLS = &scan.NonTLS{Kind: "plaintext", Banner: []byte("HTTP/1.1 400\r\n\x1b[31m\u202e")}
	f = w.one("TLS-NOT-SPOKEN")
	assert.Contains(t, f.Detail, "the application itself answered")
	assert.Contains(t, f.Observed, `"HTTP/1.1 400\r\n\x1b[31m\u202e"`, "what a peer says is escaped")
}

func TestRemedyFitsThePlatform(t *testing.T) {
	rule, _ := assess.Lookup(assess.TLSNotSpoken)
	tests := []struct{ role, release, want string }{
		{report.RoleGeneric, "", rule.Elsewhere},
		{report.RoleGeneric, "3.1", rule.Remediation},
		{report.RoleCAEAgent, "", rule.Remediation},
		{report.RoleCAEWeb, "3.1", rule.CAEServer},
	}
	for _, tt := range tests {
		w := newWorld(t)
		w.state(scan.StateNonTLS)
		w.expect.Role, w.expect.ZOSRelease = tt.role, tt.release
		assert.Equal(t, tt.want, w.one("TLS-NOT-SPOKEN").Remediation, tt)
	}
	w := newWorld(t)
	w.state(scan.StateNonTLS)
	w.expect.Policy = &report.Policy{}
	assert.Equal(t, rule.Remediation, w.one("TLS-NOT-SPOKEN").Remediation, "a system with an AT-TLS policy is z/OS")
}

func TestExpectedEndpointWithoutObservationIsNotLost(t *testing.T) {
	w := newWorld(t)
	in := w.input()
	in.Expectations = append(in.Expectations, report.Expectation{Endpoint: "SYSB/web", Expect: report.ExpectClosed})
	findings, _ := assess.Judge(in)
	assert.Equal(t, []string{"NOT-ASSESSED"}, idsOf(findings))
	assert.Equal(t, "SYSB/web", findings[0].Endpoint)
	in.Narrowed = true
	findings, _ = assess.Judge(in)
	assert.Empty(t, findings)
}

func TestHowAListenerThatIsNotTLSBehaved(t *testing.T) {
	tests := map[string]struct {
		non      scan.NonTLS
		observed string
		detail   string
	}{
		"closes": {scan.NonTLS{Kind: "closes"}, "it closed the connection", "zERT"},
		"silent": {scan.NonTLS{Kind: "silent"}, "it stayed silent", "HandshakeTimeout"},
		"banner": {scan.NonTLS{Kind: "banner", Banner: []byte("220 FTP")}, `it spoke first: "220 FTP"`, "ApplicationControlled"},
		"opaque": {scan.NonTLS{Kind: "opaque", Banner: []byte{1, 2, 3}, Entropy: 1.58}, "3 bytes that are no TLS record", "no rule"},
	}
	for kind, tt := range tests {
		w := newWorld(t)
		w.state(scan.StateNonTLS)
		w.endpoint.NonTLS = &tt.non
		f := w.one("TLS-NOT-SPOKEN")
		assert.Contains(t, f.Observed, tt.observed, kind)
		assert.Contains(t, f.Detail, tt.detail, kind)
	}
	w := newWorld(t)
	w.state(scan.StateNonTLS)
	w.expect.Role = report.RoleCAEServerTLS
	assert.NotContains(t, w.one("TLS-NOT-SPOKEN").Detail, "RC 7", "the CAE server is no AT-TLS listener")
}

// The policy orders the candidates, and leaves out what it excludes; none is asserted.
func TestPolicyOrdersWhatMayBeBehindAReset(t *testing.T) {
	at := &report.Location{File: "p.attls", Line: 7, Column: 3}
	setting := func(key, value string) report.PolicySetting {
		return report.PolicySetting{Key: key, Value: value, Statement: "TTLSEnvironmentAction env", Location: at}
	}
	match := report.PolicyMatch{From: report.FromVantage, Rule: "AgentIn", Location: at, ClearText: scan.No, Why: "rule AgentIn takes it"}
	clear := report.PolicyMatch{From: report.FromVantage, ClearText: scan.Yes, Why: "no rule takes it"}
	tests := map[string]struct {
		match    report.PolicyMatch
		settings []report.PolicySetting
		listed   bool
		auth     string
		rings    bool
		order    []string // in this order
		never    []string
	}{
		"by label": {match, []report.PolicySetting{setting("label", "Agent"), setting("keyring", "CQM/IN")}, false, "", false,
			[]string{"certificate label Agent is not on the ring", "(RC 6, 428) (p.attls:7:3, TTLSEnvironmentAction env)", "key ring CQM/IN", "RC 109", "RC 5006",
				"RC 402, 412", "TCPCONFIG TTLS"}, []string{"RC 7"}},
		"without label":         {match, nil, false, "", false, []string{"its default, where no label", "(RC 7, 428)"}, []string{"RC 6,"}},
		"label that is not":     {match, []report.PolicySetting{setting("keyring", "CQM/IN"), setting("label", "Other")}, false, "", true, []string{"does not have it", "key ring CQM/IN", "RC 109"}, nil},
		"label that is":         {match, []report.PolicySetting{setting("keyring", "CQM/IN"), setting("label", "agent")}, false, "", true, []string{"key ring CQM/IN", "though the estate's copy of ring in has it"}, nil},
		"client authentication": {match, []report.PolicySetting{setting("client_auth", "ServerWithClientAuth, ClientAuthType Required")}, false, "required", false, []string{"RC 109", "RC 7, 428"}, []string{"5001"}},
		"client's role":         {match, []report.PolicySetting{setting("HandshakeRole", "Client")}, false, "", false, []string{"HandshakeRole Client (p.attls:7:3", "RC 7"}, nil},
		"waits for the program": {match, []report.PolicySetting{setting("application_controlled", "On")}, false, "", false, []string{"ApplicationControlled On", "RC 7"}, nil},
		"clear in the files":    {clear, nil, false, "", false, []string{"leaves it in clear text (no rule takes it)", "zERT", "pasearch -t"}, []string{"RC 7", "RC 109"}},
		"clear as installed":    {clear, nil, true, "", false, []string{"the AT-TLS policy that is installed leaves it in clear text", "zERT"}, []string{"pasearch -t", "RC"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.state(scan.StateNonTLS)
			w.endpoint.NonTLS = &scan.NonTLS{Kind: "resets"}
			w.expect.ClientAuth = tt.auth
			w.expect.TrustedBy, w.expect.ServedBy = nil, ""
			if tt.rings {
				w.expect.ServedBy, w.rings = "in", w.labelled("in", "agent")
			}
			w.expect.Policy = &report.Policy{Files: []string{"p.attls"}, Installs: true, Listed: tt.listed, Matches: []report.PolicyMatch{tt.match}, Settings: tt.settings}
			findings := w.judge()
			require.Equal(t, assess.TLSNotSpoken, findings[0].ID, "the ring may have faults of its own")
			detail, _, _ := strings.Cut(findings[0].Detail, "; the AT-TLS policy: ")
			assert.Contains(t, detail, "candidates, none of them proven")
			last := -1
			for _, words := range tt.order {
				i := strings.Index(detail, words)
				assert.Greater(t, i, last, "%q in %s", words, detail)
				last = i
			}
			for _, words := range tt.never {
				assert.NotContains(t, detail, words)
			}
		})
	}
	w := newWorld(t)
	w.state(scan.StateNonTLS)
	w.endpoint.NonTLS = &scan.NonTLS{Kind: "silent"}
	w.expect.Policy = &report.Policy{Installs: true, Matches: []report.PolicyMatch{match}, Settings: []report.PolicySetting{setting("HandshakeTimeout", "3")}}
	assert.Contains(t, w.one("TLS-NOT-SPOKEN").Detail, "HandshakeTimeout of 3 s (RC 5004) (p.attls:7:3")
}
