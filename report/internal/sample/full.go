package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Hash returns the SHA-256 of a text in hex.
func Hash(s string) string {
	hash := sha256.Sum256([]byte(s))
	return hex.EncodeToString(hash[:])
}

// Full is the demo's report with every optional key set, in its first endpoint, expectation, finding and so on.
func Full() *report.Report {
	rep := Demo()
	rep.Tool.Commit, rep.Tool.SHA256 = "0123abc", Hash("tool")
	collected := Now.Add(-time.Hour)
	rep.Run.Inputs = []report.Input{{Path: "demo.yaml", Kind: "estate", SHA256: Hash("demo.yaml"), Collected: &collected}}
	rep.Endpoints[0].Cost.Repeated = 1
	rep.Endpoints[0].Logged = []report.LogMessage{{Message: "EZD1286I/EZD1287I", ReturnCodes: "402 or 412", Cause: "a hello", Count: 2, SourcePorts: []uint16{40001, 40002}}}
	rep.Endpoints[0].Confirmed = &report.Confirmed{Run: "earlier1", Started: Now.Add(-800 * time.Millisecond), Finished: Now.Add(-100 * time.Millisecond), Source: "192.0.2.10",
		SourcePorts: []uint16{40003, 40004}, Cost: scan.Cost{Connections: 9, Repeated: 1, BytesSent: 2900, BytesReceived: 21001, DurationMS: 700}}
	rep.Run.Rounds, rep.Run.EarlierConnections, rep.Run.Resumed = 2, 21, 3
	rep.Run.MaxInputAge = 604800
	rep.Stacks = []report.Stack{{System: "SYSA", TTLS: scan.No, Includes: []string{"SYS1.TCPPARMS(PORTS)"},
		Location: report.Location{File: "sysa/tcpip-profile.txt", Line: 3, Column: 11}}}
	rep.Run.Redacted, rep.Run.RedactedFrom = true, "sha256:"+Hash("original")
	rep.Run.PreviousDigest = "sha256:" + Hash("previous")
	rep.Run.RejudgedFrom = "sha256:" + Hash("rejudged")
	rep.Run.Proxy = "socks5://proxy.example.com:1080"
	rep.Run.Revocation = true
	rep.Revocation = []report.RevocationCheck{{Certificate: Hash("leaf"), Issuer: Hash("root"), By: report.ByOCSP, URL: "http://ocsp.example.com", At: Now,
		Revoked: scan.Yes, Status: "revoked", SignedBy: certchain.SignedByDelegate, Produced: &collected, ThisUpdate: &collected, NextUpdate: &collected,
		RevokedAt: &collected, Reason: "keyCompromise", Number: "7", Entries: 9, Size: 300, SHA256: Hash("answer"), DER: []byte{0x30, 0},
		Failure: &report.RevocationFailure{Stage: report.RevocationFreshness, Kind: "stale", Message: "it was the current one until 2026-11-01T00:00:00Z", Hard: true}}}
	scanned := adHoc(newBuilder(""), "sysa.example.com")
	e := &rep.Endpoints[0]
	e.Protocols, e.Groups, e.DH, e.Presented = scanned.Protocols, scanned.Groups, scanned.DH, scanned.Presented
	e.Protocols[1].Evidence, e.Protocols[1].RefusedSuites = []string{"e1"}, []scan.CipherSuite{{Code: 5, Name: "TLS_RSA_WITH_RC4_128_SHA"}}
	e.ClientAuth, e.NotTested, e.Evidence = scanned.ClientAuth, scanned.NotTested, scanned.Evidence
	e.ClientAuth.AuthoritiesDER = [][]byte{{0x30, 0}}
	e.Evidence[0].Failure = &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindReset, Message: "reset"}
	e.Evidence[1].Handshake.Error, e.Evidence[1].Handshake.ClientCertificate = "remote error", Hash("leaf")
	rep.Run.Intrusive = true
	e.ClientAuthCandidates, e.StartUps, e.Features, e.Vulnerabilities, e.Members = scanned.ClientAuthCandidates, scanned.StartUps, scanned.Features, scanned.Vulnerabilities, scanned.Members
	e.NonTLS = &scan.NonTLS{Kind: "banner", Banner: []byte("220"), Entropy: 1.5, Protocol: "ftp"}
	e.Failure = e.Evidence[0].Failure
	e.Chains = []report.ChainVerdict{{Leaf: Hash("leaf"), Keyring: "r", Trusted: certchain.No, TrustedAsSent: certchain.Unknown,
		Path: []string{Hash("leaf")}, Reason: "no anchor", Code: "no-anchor"}}
	e.ServedBy = &report.ServedBy{Keyring: "r", Label: "L", Match: certchain.Unknown, Reason: "no ring"}
	rep.Certificates[0].Note, rep.Certificates[0].Names = "negative serial", []string{"a"}
	k := &rep.Keyrings[0]
	k.Personal, k.Default, k.Virtual, k.Listed, k.Unproven = []string{Hash("leaf")}, Hash("leaf"), "u/*", "u/r", []string{"ROOT"}
	rep.Expectations = []report.Expectation{{Endpoint: e.ID, System: "SYSA", Listener: "web", Role: report.RoleCAEWeb, ZOSRelease: "3.1",
		Expect: report.ExpectTLS, Versions: []cipher.Version{cipher.TLSv13}, CipherSuites: []cipher.ID{0x1302},
		RequiredCipherSuites: []cipher.ID{cipher.SSL2(0x010080)}, Groups: []cipher.Group{0x1D}, Names: []string{"a"}, ServedBy: "r", Label: "L",
		TrustedBy: []string{"r"}, NotTrustedBy: []string{"s"}, ClientAuth: "none", StartTLS: "tn3270", RetireBy: "2026-12-31", MinDaysLeft: 30, Profile: "example",
		Peers: []string{"192.0.2.1"}, Vantage: "local", Reach: "local", Touch: "hello", Distributed: true,
		Jobname: "CQMCAE", Policy: policy(),
		Sources: []report.Source{{Key: "versions", From: "demo.yaml:1:1"}}}}
	judging(rep, e, collected)
	rep.Findings[0].Detail, rep.Findings[0].References = "detail", []string{"RFC 5280"}
	rep.Findings[0].Item = "example/versions"
	rep.Findings[0].Location = &report.Location{File: "a", Line: 1, Column: 1}
	rep.Waivers = []report.Waiver{{Finding: "CERT-EXPIRED", Listener: "SYSA/*", Item: "example/*", Until: "2027-01-01", Reason: "r", ApprovedBy: "a", Ticket: "t",
		Location: rep.Findings[0].Location, Service: &report.InService{ID: 1, By: "anna", At: Now}}}
	rep.QueryMonitor = []report.QueryMonitor{queryMonitor(e.ID, collected)}
	rep.Installed = []report.Installed{installed()}
	rep.Phase = &report.Phase{Name: report.PhaseAgent, System: "SYSA", Verdict: report.NoGo, Next: "F PAGENT,UPDATE (SYSA)", Checks: []report.PhaseCheck{{
		Name: "SYSA/web speaks TLS", Result: report.CheckUnknown, Evidence: "port 8443 is filtered", From: "a:1:1", Endpoint: e.ID, Next: "F PAGENT,UPDATE (SYSA)"}},
		Baseline: &report.Baseline{Path: "old.json", RunID: "1", Estate: "prodplex", Finished: Now.Add(-time.Hour), Digest: "sha256:" + Hash("old")}}
	rep.Profiles, rep.Drift, rep.Digest = []report.Profile{profile(e.ID)}, drift(e.ID), "sha256:"+Hash("digest")
	return rep
}

// judging sets what a report is judged again by.
func judging(rep *report.Report, e *report.Endpoint, collected time.Time) {
	at := report.Location{File: "r.txt", Line: 1, Column: 1}
	e.Plan = "p1"
	rep.Run.FailOn, rep.Run.MaxConnections = "medium", 60
	rep.Plans = []report.Plan{{ID: "p1", Depth: "prove", Versions: []cipher.Version{cipher.TLSv13}, CipherSuites: []cipher.ID{0x1302},
		Required: []cipher.ID{0x1302}, Groups: true, StartUps: true, DetectStartUp: true, Vulnerabilities: true, Intrusive: true, Members: 5, ClientCertificates: []string{scan.ClientGood}}}
	k := &rep.Keyrings[0]
	k.Entries = []report.KeyringEntry{{Certificate: Hash("leaf"), Label: "L", Owner: "ID(CQM)", Usage: "PERSONAL", Default: certchain.Yes, Status: "TRUST",
		OnRing: certchain.Yes, ListedAt: &at, Trusted: certchain.No, HasPrivateKey: certchain.No, Source: "r.pem"}}
	k.Files = []report.KeyringFile{{Path: "r.pem", Format: "PEM", SHA256: Hash("r.pem")}}
	k.Listing = &report.KeyringListing{Ring: "u/r", Location: at, Whole: true, Unproven: []report.ListedCertificate{{Label: "ROOT", Owner: "CERTAUTH",
		Usage: "CERTAUTH", Default: certchain.No, Status: "TRUST", SHA256: Hash("root"), Serial: "01", Subject: "CN=ROOT", NotAfter: collected, Location: at}}}
	k.PrivateKeys = []report.KeyringProblem{{Location: at, Detail: "a PKCS#8 private key"}}
	rep.Policies = &report.Policies{Files: []report.PolicyFile{{Path: "policy", SHA256: Hash("policy"), Encoding: "UTF-8", Failure: "f", Deflate: []byte{3, 0}, LeftOut: "l"}},
		Systems: []report.PolicySystem{{System: "SYSA", ZOSRelease: "3.1", Files: []string{"policy"}, Listeners: []report.PolicyListener{{Name: "web",
			Role: report.RoleCAEWeb, Expect: "tls", StartTLS: "tn3270", Ports: []uint16{8443}, Jobname: "CQMCAE"}}}}}
}

func profile(endpoint string) report.Profile {
	return report.Profile{ID: "example", Title: "An example", Edition: "1.0", Published: "2025-01-01", Source: "https://example.com/profile",
		About: "a part of it", Everywhere: true, Afterwards: true,
		Items: []report.ProfileItem{{ID: "versions", Clause: "1", Title: "TLS 1.2 or later only", Severity: report.High, Applies: []string{"tls"},
			InForce: "2026-01-01", Source: "https://example.com/other", Edition: "2", Published: "2025-06-01", Verified: true, Note: "in part",
			Check: profileCheck()}},
		Results: []report.ProfileResult{{Item: "versions", Outcome: report.OutcomeNotAssessed, Why: "TLS 1.0 is unknown",
			Endpoints: []string{endpoint}}}}
}

// profileCheck has every member, which no check of one kind has.
func profileCheck() report.ProfileCheck {
	return report.ProfileCheck{Kind: "versions", Versions: []cipher.Version{cipher.TLSv12}, Required: []string{"TLSv1.2"}, AnyOf: []string{"TLSv1.2"},
		Allowed: []string{"TLSv1.2", "TLSv1.3"}, Forbidden: []string{"SSLv3"}, Of: "leaf", MinBits: map[string]int{"RSA": 2048}, Algorithms: []string{"RSA"},
		Curves: []string{"P-256"}, Hashes: []string{"SHA-256"}, MaxDays: 366, MinDaysLeft: 1, KeyUsage: []string{"digitalSignature"},
		ExtKeyUsage: []string{"serverAuth"}, SAN: true, Setting: "FIPS140", Reason: "r"}
}

func drift(endpoint string) *report.Drift {
	told := report.Announcement{Kind: report.SuiteGone, Endpoint: "SYSA/*", What: "C02F", Reason: "r", Ticket: "t", Until: "2027-01-31",
		Location: &report.Location{File: "changes.yaml", Line: 1, Column: 1}}
	return &report.Drift{Baseline: report.Baseline{Path: "old.json", RunID: "1", Estate: "prodplex", Finished: Now.Add(-time.Hour), Digest: "sha256:" + Hash("old")},
		Changes: []report.Change{
			{Kind: report.SuiteGone, Severity: report.Info, Endpoint: endpoint, What: "TLSv1.2/C02F", Old: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Expected: &told},
			{Kind: report.VersionAdded, Severity: report.High, Endpoint: endpoint, What: "TLSv1.0", Old: "no", New: "yes"}},
		NotCompared: []report.NotCompared{{What: "groups", Why: "the baseline does not say", Where: []string{endpoint}}},
		Unused:      []report.Announcement{told}}
}

func policy() *report.Policy {
	at := &report.Location{File: "policy", Line: 1, Column: 1}
	return &report.Policy{Files: []string{"policy"}, ZOSRelease: "3.1", Installs: true, Listed: true, SameRule: scan.Yes,
		Matches: []report.PolicyMatch{{From: report.FromPeer, Address: "192.0.2.1", Rule: "r", Location: at, ClearText: scan.No, Why: "w",
			Assumes: "Jobname CQMCAE*"}},
		Settings: []report.PolicySetting{{Key: "TLSv1.2", Value: "On", Statement: "TTLSEnvironmentAdvancedParms e", Location: at}}}
}

func installed() report.Installed {
	at := &report.Location{File: "pasearch", Line: 1, Column: 1}
	return report.Installed{System: "SYSA", File: "pasearch", Stack: "TCPIP", Release: "3.1", Listed: "2026-06-01 04:52:29", Rules: 1, Used: true,
		Problems: []report.ListingProblem{{Kind: "pasearch-unknown", Message: "m", Location: *at}},
		Differences: []report.PolicyDifference{{Kind: "installed-differs", Rules: []string{"r"}, What: "TLSv1.2", Source: "On", Installed: "Off",
			SourceAt: at, InstalledAt: at}},
		LeftOut: 1}
}

func queryMonitor(endpoint string, collected time.Time) report.QueryMonitor {
	at := report.Location{File: "qm", Line: 1, Column: 1}
	p := &report.Parameter{Name: "P", Value: "3449", Ports: []uint16{3449}, Location: at}
	return report.QueryMonitor{System: "SYSA",
		Server: &report.CAEServer{File: "qm", TLSPort: p, RC4Port: p, Alias: p, RC4Off: p, AliasParam: "A", RC4OffParam: "B", RC4OffValue: "C"},
		Agent: &report.CAEAgent{File: "qm", ServerAddress: p, BackupAddress: p, BackupSystem: "SYSB", ServerPort: p, ListenerPorts: p, ISPFPort: p, ATTLS: p, ServerSystem: "SYSA", ServerElsewhere: true,
			ServerTLS: []uint16{3449}, ServerRC4: []uint16{3448}},
		Configured: []report.ConfiguredPort{{Role: report.RoleCAEServerTLS, Port: 3449, Parameter: "P", Default: true, Location: at}},
		Declared:   []report.DeclaredPort{{Endpoint: endpoint, Role: report.RoleCAEWeb, Port: 1, Expect: "tls", RetireBy: "2026-12-31", ServedBy: "r"}},
		Lines:      []report.ParameterLine{{Kind: "unreadable", Parameter: "P", Message: "m", Location: at}},
		Listings:   []report.NetstatListing{{File: "net", Collected: &collected, Clock: "00:20:01", Truncated: true, Unread: []report.Location{at}}},
		Connections: []report.ShownConnection{{Job: "J", ID: "A", Local: "a:1", Foreign: "b:2", State: "LISTEN", Policy: "yes", Rule: "R", Port: 1, Location: at,
			Now: &policy().Matches[0]}},
		Policy: &report.AgentPolicy{Files: []string{"policy"}, Listed: true, Connections: []report.AgentConnection{{PolicyMatch: policy().Matches[0],
			Direction: "Inbound", Ports: []uint16{1}}}},
		LeftOut: 1}
}

// Unset returns the paths of keys that are at their zero value everywhere in a report: for a test that Full is full.
func Unset(rep *report.Report) []string {
	seen := map[string]bool{}
	walk(reflect.ValueOf(rep), "", seen)
	var unset []string
	for path, set := range seen {
		if !set {
			unset = append(unset, path)
		}
	}
	return unset
}

func walk(v reflect.Value, path string, seen map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), path, seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || field.Tag.Get("json") == "-" {
				continue
			}
			at := path + "." + field.Name
			seen[at] = seen[at] || !v.Field(i).IsZero()
			walk(v.Field(i), at, seen)
		}
	}
}
