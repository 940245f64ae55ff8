package historytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// Estate is the estate of the reports that Report makes.
const Estate = "prodplex"

// Begin is when its first run began.
func Begin() time.Time { return time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC) }

// Night is when the n-th run began.
func Night(n int) time.Time { return Begin().AddDate(0, 0, n) }

// Listener is the id of the i-th listener of the estate.
func Listener(i int) string { return fmt.Sprintf("SYS%d/web%03d", i%4, i) }

// Report is the n-th nightly run of an estate with some listeners, all of which speak TLS and conform, before it is edited.
func Report(n, listeners int, edit ...func(*report.Report)) *report.Report {
	at := Night(n)
	rep := &report.Report{Schema: report.Schema, Tool: report.Tool{Name: "portseal", Version: "0.5.0"},
		Rules: []string{"CERT-EXPIRED", "CERT-EXPIRES-SOON", "NOT-ASSESSED", "PORT-CLOSED", "SUITE-UNEXPECTED", "RC4-LISTENER-OPEN", "WAIVER-UNUSED"}}
	rep.Run = report.Run{ID: fmt.Sprintf("run-%04d", n), Estate: Estate, Started: at, Finished: at.Add(5 * time.Minute), JudgedAt: at, Vantage: "local",
		Arguments: []string{"serve"}, Probes: "standard", Pace: "gentle", Complete: true}
	rep.Plans = []report.Plan{{ID: "p1", Depth: "standard"}}
	for i := range listeners {
		addListener(rep, i, at)
	}
	rep.Run.Scope = report.Scope{Declared: listeners, Selected: listeners}
	rep.Summary = report.Summary{Endpoints: listeners, Assessed: listeners, ByState: map[scan.State]int{scan.StateTLS: listeners},
		BySeverity: map[string]int{}, Verdict: report.Pass}
	for _, e := range edit {
		e(rep)
	}
	for _, f := range rep.Findings {
		rep.Summary.BySeverity[f.Severity.String()]++
	}
	report.SortFindings(rep.Findings)
	return rep
}

func addListener(rep *report.Report, i int, at time.Time) {
	e := report.Endpoint{System: fmt.Sprintf("SYS%d", i%4), Listener: fmt.Sprintf("web%03d", i), Role: report.RoleGeneric, Plan: "p1"}
	e.ID, e.Vantage, e.Source, e.State = Listener(i), "local", "192.0.2.1", scan.StateTLS
	e.Started, e.Finished = at.Add(time.Duration(i)*time.Millisecond), at.Add(time.Duration(i+300)*time.Millisecond)
	e.Target = scan.ObservedTarget{Host: fmt.Sprintf("web%03d.example.com", i), Address: "192.0.2.2", Port: uint16(1024 + i)}
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.No, Enumeration: scan.EnumerationNone, Refused: &scan.Refusal{Count: 1, Basis: "alert", Evidence: []string{"e1"}}}
		if v == cipher.TLSv12 {
			p = scan.Protocol{Version: v, Supported: scan.Yes, Enumeration: scan.EnumerationFull, Preference: "server",
				CipherSuites: []scan.CipherSuite{{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}}, Evidence: []string{"e2"}}
		}
		e.Protocols = append(e.Protocols, p)
	}
	root := AddCertificate(rep, "CN=Root", at.AddDate(9, 0, 0).Truncate(24*time.Hour))
	leaf := AddCertificate(rep, "CN="+e.Target.Host, Begin().AddDate(1, 0, i))
	e.Presented = []scan.Presented{{Leaf: leaf, Sent: []string{leaf, root}, Versions: []cipher.Version{cipher.TLSv12}, Evidence: []string{"e2"}}}
	e.Cost = scan.Cost{Connections: 6, BytesSent: 1200, BytesReceived: 9000, DurationMS: 300}
	for x := range 2 {
		random := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", e.ID, at.Unix(), x))
		e.Evidence = append(e.Evidence, scan.Exchange{ID: fmt.Sprintf("e%d", x+1), Question: "q", Sent: random[:], Received: bytes.Repeat(random[:], 8),
			End: scan.EndClose, At: e.Started, SourcePort: uint16(40000 + i)})
	}
	rep.Endpoints = append(rep.Endpoints, e)
	rep.Expectations = append(rep.Expectations, report.Expectation{Endpoint: e.ID, System: e.System, Listener: e.Listener, Role: e.Role,
		Expect: report.ExpectTLS, MinDaysLeft: 30})
}

// AddCertificate adds a certificate to a report, once, and returns its hash. It is none that a parser would take.
func AddCertificate(rep *report.Report, subject string, end time.Time) string {
	sum := sha256.Sum256([]byte(subject))
	name := hex.EncodeToString(sum[:])
	for _, c := range rep.Certificates {
		if c.SHA256 == name {
			return name
		}
	}
	rep.Certificates = append(rep.Certificates, report.Certificate{SHA256: name, Subject: subject, Issuer: "CN=Root", Serial: "01", NotBefore: Begin().AddDate(-1, 0, 0),
		NotAfter: end, Key: "RSA 2048", Signature: "SHA256-RSA", DER: []byte(subject)})
	return name
}

// Doc seals a report and writes it as a file has it.
func Doc(t testing.TB, rep *report.Report) []byte {
	t.Helper()
	doc, err := seal(rep)
	require.NoError(t, err)
	return doc
}

func seal(rep *report.Report) ([]byte, error) {
	if err := evidence.Seal(rep); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := reportjson.Write(&out, rep)
	return out.Bytes(), err
}
