package words

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func TestWords(t *testing.T) {
	for want, have := range map[Word][]Word{
		{"critical", Bad}: {Severity(report.Critical)}, {"high", Bad}: {Severity(report.High)}, {"medium", Warn}: {Severity(report.Medium)}, {"low", Note}: {Severity(report.Low)}, {"info", Note}: {Severity(report.Info)},
		{"pass", Good}: {Verdict(report.Pass)}, {"fail", Bad}: {Verdict(report.Fail)}, {"incomplete", Warn}: {Verdict(report.Incomplete)},
		{"yes", Good}: {Trusted(certchain.Yes, false)}, {"no", Bad}: {Trusted(certchain.No, false)}, {"yes", Bad}: {Trusted(certchain.Yes, true)}, {"no", Good}: {Trusted(certchain.No, true)},
		{"unknown", Warn}: {Verdict(""), Verdict("odd"), Trusted("", false), Trusted(certchain.Unknown, true)},
		{"tls", Good}:     {Migration(report.MigrationTLS)}, {"rc4", Bad}: {Migration(report.MigrationRC4)}, {string(report.MigrationBoth), Warn}: {Migration(report.MigrationBoth)},
		{string(report.MigrationUnknown), Warn}: {Migration(report.MigrationUnknown)}, {"odd", None}: {Migration("odd")},
	} {
		for _, w := range have {
			assert.Equal(t, want, w)
		}
	}
	for f, kind := range map[scan.Fact]Kind{scan.Yes: Good, scan.No: Bad, scan.Unknown: Warn} {
		w, sentence := MayTurnOff(f)
		assert.Equal(t, kind.Says(f.String()), w)
		assert.Contains(t, sentence, "RC4 may")
	}
}

// What was not asked, or not answered, is never a no.
func TestEndpoint(t *testing.T) {
	of := func(state scan.State, c *scan.ClientAuth) string {
		return ClientAuth(&report.Endpoint{Observation: scan.Observation{State: state, ClientAuth: c}})
	}
	assert.Empty(t, of(scan.StateClosed, nil))
	assert.Equal(t, "unknown", of(scan.StateTLS, nil))
	assert.Equal(t, "unknown", of(scan.StateStartTLS, &scan.ClientAuth{}))
	assert.Equal(t, "required", of(scan.StateTLS, &scan.ClientAuth{Requested: scan.Yes, Required: scan.Yes}))
	assert.Equal(t, "requested", of(scan.StateTLS, &scan.ClientAuth{Requested: scan.Yes, Required: scan.No}))
	assert.Equal(t, "requested, perhaps required", of(scan.StateTLS, &scan.ClientAuth{Requested: scan.Yes}))
	assert.Equal(t, "not requested", of(scan.StateTLS, &scan.ClientAuth{Requested: scan.No}))

	served := func(s *report.ServedBy) string { return ServedBy(&report.Endpoint{ServedBy: s}) }
	assert.Empty(t, served(nil))
	assert.Equal(t, "its certificate is served", served(&report.ServedBy{Match: certchain.Yes}))
	assert.Equal(t, "its certificate is not served: another is", served(&report.ServedBy{Match: certchain.No, Reason: "another is"}))
	assert.Equal(t, "unknown: no ring", served(&report.ServedBy{Reason: "no ring"}))

	assert.Equal(t, "192.0.2.1:443", Address(&report.Endpoint{Observation: scan.Observation{Target: scan.ObservedTarget{Host: "a.example", Address: "192.0.2.1", Port: 443}}}))
	assert.Equal(t, "[2001:db8::1]:443", Address(&report.Endpoint{Observation: scan.Observation{Target: scan.ObservedTarget{Host: "2001:db8::1", Port: 443}}}))
	assert.Equal(t, []string{"TLS", "TLS after STARTTLS", "not TLS", "open, not asked", "filtered"},
		[]string{State(scan.StateTLS), State(scan.StateStartTLS), State(scan.StateNonTLS), State(scan.StateOpen), State(scan.StateFiltered)})
}

func TestAsks(t *testing.T) {
	for _, asked := range Asks(nil) {
		assert.Empty(t, asked.Want, asked.Key)
		assert.NotEmpty(t, asked.Name, asked.Key)
	}
	said := map[string]string{}
	for _, asked := range Asks(&report.Expectation{Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, CipherSuites: []cipher.ID{0x1301}, Groups: []cipher.Group{0x001d}, ClientAuth: "none", ServedBy: "ring"}) {
		if asked.Want != "" {
			said[asked.Key] = asked.Want
		}
	}
	assert.Equal(t, map[string]string{"versions": "TLSv1.2, TLSv1.3", "cipher_suites": "TLS_AES_128_GCM_SHA256 (1301)", "groups": "x25519", "client_auth": "not requested", "served_by": "ring"}, said)
}

func TestLeft(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	left := func(from, to time.Duration) Word {
		return Left(&report.Certificate{NotBefore: now.Add(from), NotAfter: now.Add(to)}, now)
	}
	const day = 24 * time.Hour
	assert.Equal(t, Word{"expired", Bad}, left(-2*day, -time.Second))
	assert.Equal(t, Word{"not yet valid", Bad}, left(time.Second, day))
	assert.Equal(t, Word{"0 days left", Warn}, left(-day, 0))
	assert.Equal(t, Word{"1 day left", Warn}, left(-day, day))
	assert.Equal(t, Word{"30 days left", Warn}, left(-day, 31*day-time.Second))
	assert.Equal(t, Word{"31 days left", Good}, left(-day, 31*day))
}
