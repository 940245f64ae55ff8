package diff_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

var began = time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)

// whole is the report of an estate of three listeners that were looked at in full.
func whole() *report.Report {
	hash := func(s string) string { return strings.Repeat(s, 64)[:64] }
	rep := &report.Report{Schema: report.Schema, Rules: assess.IDs(), Run: report.Run{ID: "1", Estate: "prod", Started: began, JudgedAt: began,
		Finished: began.Add(time.Minute), Vantage: "local", Probes: "standard", Complete: true, Scope: report.Scope{Declared: 3, Selected: 3}}}
	root := hash("0")
	rep.Certificates = []report.Certificate{{SHA256: root, Subject: "CN=Root", Issuer: "CN=Root", NotAfter: began.AddDate(9, 0, 0), Key: "RSA 4096"}}
	for i, name := range []string{"agent", "ispf", "web"} {
		leaf := hash(string(rune('a' + i)))
		rep.Certificates = append(rep.Certificates, report.Certificate{SHA256: leaf, Subject: "CN=" + name, Issuer: "CN=Root", Key: "RSA 2048",
			NotAfter: began.AddDate(1, 0, 0)})
		e := report.Endpoint{System: "SYSA", Listener: name, Role: report.RoleGeneric}
		e.ID, e.State, e.Vantage = "SYSA/"+name, scan.StateTLS, "local"
		e.Target = scan.ObservedTarget{Host: "sysa.example.com", Address: "192.0.2.1", Port: uint16(5000 + i), SNI: "sysa.example.com"}
		for _, v := range cipher.Versions() {
			p := scan.Protocol{Version: v, Supported: scan.No, Enumeration: scan.EnumerationNone}
			switch v {
			case cipher.TLSv12:
				p.CipherSuites = []scan.CipherSuite{{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
					{Code: 0xC02F, Name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}}
			case cipher.TLSv13:
				p.CipherSuites = []scan.CipherSuite{{Code: 0x1302, Name: "TLS_AES_256_GCM_SHA384"}}
			}
			if p.CipherSuites != nil {
				p.Supported, p.Enumeration, p.Preference = scan.Yes, scan.EnumerationFull, "server"
			}
			e.Protocols = append(e.Protocols, p)
		}
		e.Presented = []scan.Presented{{Leaf: leaf, Sent: []string{leaf, root}, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, SNI: e.Target.SNI}}
		e.ClientAuth = &scan.ClientAuth{Requested: scan.No, Required: scan.No}
		e.Chains = []report.ChainVerdict{{Leaf: leaf, Keyring: "r", Trusted: certchain.Yes, TrustedAsSent: certchain.Yes}}
		e.ServedBy = &report.ServedBy{Keyring: "r", Match: certchain.Yes}
		e.Groups = []scan.GroupFact{{Version: cipher.TLSv13, Code: 0x1D, Name: "x25519", Supported: scan.Yes}}
		e.DH = []scan.DHParameters{{Version: cipher.TLSv12, Bits: 2048, Prime: hash("9")}}
		e.StartUps = []scan.StartUp{{Way: scan.WayClear, Accepted: scan.No}}
		rep.Endpoints = append(rep.Endpoints, e)
		rep.Expectations = append(rep.Expectations, report.Expectation{Endpoint: e.ID, System: e.System, Listener: name, Expect: report.ExpectTLS,
			MinDaysLeft: 30, Policy: &report.Policy{Installs: true, Settings: []report.PolicySetting{{Key: "FIPS140", Value: "Off"}},
				Matches: []report.PolicyMatch{{From: report.FromVantage, Rule: "r1", ClearText: scan.No}}}})
	}
	rep.Keyrings = []report.Keyring{{Name: "r", Anchors: []string{root}, Consumer: "system-ssl"}}
	rep.QueryMonitor = []report.QueryMonitor{{System: "SYSA", Server: &report.CAEServer{TLSPort: &report.Parameter{Name: "P", Value: "3449"}}}}
	rep.Stacks = []report.Stack{{System: "SYSA", TTLS: scan.Yes}}
	rep.Profiles = []report.Profile{{ID: "p", Items: []report.ProfileItem{{ID: "i", Severity: report.High}},
		Results: []report.ProfileResult{{Item: "i", Outcome: report.OutcomePass, Endpoints: []string{"SYSA/web"}}}}}
	return rep
}

// changed returns a copy of a report with something else in it.
func changed(t *testing.T, rep *report.Report, change func(rep *report.Report)) *report.Report {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, reportjson.Write(&buf, rep))
	out, err := reportjson.Read(&buf)
	require.NoError(t, err)
	change(out)
	return out
}

func at(t *testing.T, rep *report.Report, id string) *report.Endpoint {
	t.Helper()
	i := slices.IndexFunc(rep.Endpoints, func(e report.Endpoint) bool { return e.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return &rep.Endpoints[i]
}

// words are changes as "kind endpoint what".
func words(changes []report.Change) []string {
	out := []string{}
	for _, c := range changes {
		out = append(out, strings.Join(strings.Fields(c.Kind+" "+c.Endpoint+" "+c.What), " "))
	}
	return out
}
