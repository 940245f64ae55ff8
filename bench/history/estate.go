package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// estateName is the estate's name.
const estateName = "plex"

// estate is a made-up estate that is looked at every night: a quick look, one handshake a listener. The same seed makes the same reports.
type estate struct {
	rep     *report.Report
	random  *rand.Rand
	changes []report.Change // of the last night
	certs   map[string]report.Certificate
}

func newEstate(listeners int) *estate {
	e := &estate{random: rand.New(rand.NewPCG(1, 2)), certs: map[string]report.Certificate{}}
	e.rep = &report.Report{Schema: report.Schema, Tool: report.Tool{Name: "portseal", Version: "bench"}, Plans: []report.Plan{{ID: "p1", Depth: "quick"}},
		Rules: []string{"CERT-EXPIRES-SOON", "CHAIN-UNTRUSTED", "NOT-ASSESSED", "RC4-LISTENER-OPEN"}}
	e.run(0)
	for i := range listeners {
		e.rep.Endpoints = append(e.rep.Endpoints, report.Endpoint{})
		e.look(i, 0)
		id := e.rep.Endpoints[i].ID
		e.rep.Expectations = append(e.rep.Expectations, report.Expectation{Endpoint: id, System: system(i), Listener: listener(i), Role: report.RoleGeneric,
			Expect: report.ExpectTLS, MinDaysLeft: 30})
	}
	return e
}

func system(i int) string   { return fmt.Sprintf("SYS%03d", i/20) }
func listener(i int) string { return fmt.Sprintf("port%05d", i) }

func (e *estate) run(night int) {
	at := time.Date(2024, 1, 1, 2, 30, 0, 0, time.UTC).AddDate(0, 0, night)
	e.rep.Run = report.Run{ID: fmt.Sprintf("%s-%06d", at.Format("20060102"), night), Estate: estateName, Started: at, Finished: at.Add(20 * time.Minute), JudgedAt: at,
		Vantage: "local", Arguments: []string{"serve"}, Probes: "quick", Pace: "gentle", Complete: true, PreviousDigest: e.rep.Digest}
	e.rep.Digest = ""
}

// look makes a listener show something new: another certificate, with new evidence.
func (e *estate) look(i, night int) {
	at := e.rep.Run.Started.Add(time.Duration(i) * 100 * time.Millisecond)
	x := report.Endpoint{System: system(i), Listener: listener(i), Role: report.RoleGeneric, Plan: "p1"}
	x.ID, x.Vantage, x.Source, x.State = system(i)+"/"+listener(i), "local", "192.0.2.1", scan.StateTLS
	x.Started, x.Finished = at, at.Add(120*time.Millisecond)
	x.Target = scan.ObservedTarget{Host: fmt.Sprintf("sys%03d.example.com", i/20), Address: fmt.Sprintf("10.0.%d.%d", i/20/250, i/20%250), Port: uint16(1024 + i%20)}
	for _, v := range cipher.Versions() {
		p := scan.Protocol{Version: v, Supported: scan.Unknown, Enumeration: scan.EnumerationNone}
		if v == cipher.TLSv12 {
			p.Supported, p.Evidence = scan.Yes, []string{"e1"}
			p.CipherSuites = []scan.CipherSuite{{Code: 0xC030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}}
		}
		x.Protocols = append(x.Protocols, p)
	}
	leaf := e.certificate(fmt.Sprintf("CN=%s night %d", x.ID, night), at.AddDate(1, 0, i%60))
	root := e.certificate("CN=Root", time.Date(2044, 1, 1, 0, 0, 0, 0, time.UTC))
	x.Presented = []scan.Presented{{Leaf: leaf, Sent: []string{leaf, root}, Versions: []cipher.Version{cipher.TLSv12}, Evidence: []string{"e1"}}}
	x.Evidence = []scan.Exchange{{ID: "e1", Question: "handshake", Sent: e.octets(300), Received: e.octets(900), End: scan.EndClose, At: at, SourcePort: uint16(32768 + e.random.IntN(28000))}}
	x.Cost = e.cost()
	e.rep.Endpoints[i] = x
}

func (e *estate) octets(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(e.random.Uint32())
	}
	return out
}

func (e *estate) cost() scan.Cost {
	return scan.Cost{Connections: 1, BytesSent: 500 + e.random.IntN(4), BytesReceived: 3800 + e.random.IntN(400), DurationMS: int64(40 + e.random.IntN(300))}
}

// certificate has as many octets as a usual one.
func (e *estate) certificate(subject string, end time.Time) string {
	sum := sha256.Sum256([]byte(subject))
	name := hex.EncodeToString(sum[:])
	if _, known := e.certs[name]; !known {
		e.certs[name] = report.Certificate{SHA256: name, Subject: subject, Issuer: "CN=Root", Serial: name[:16], NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
			Key: "RSA 2048", Signature: "SHA256-RSA", DER: e.octets(900)}
	}
	return name
}

// night makes the next run: part of the listeners shows something else, the others are confirmed.
func (e *estate) night(n int, part float64) {
	earlier := e.rep.Run.ID
	e.run(n)
	e.changes = nil
	for i := range e.rep.Endpoints {
		x := &e.rep.Endpoints[i]
		if e.random.Float64() < part {
			old := x.Presented[0].Leaf
			e.look(i, n)
			e.changes = append(e.changes, report.Change{Kind: report.StateChanged, Severity: report.Medium, Endpoint: x.ID, What: "leaf", Old: old, New: e.rep.Endpoints[i].Presented[0].Leaf})
			continue
		}
		run := earlier
		if x.Confirmed != nil {
			run = x.Confirmed.Run
		}
		at := e.rep.Run.Started.Add(time.Duration(i)*100*time.Millisecond + time.Duration(e.random.IntN(90_000))*time.Microsecond)
		cost := e.cost()
		x.Confirmed = &report.Confirmed{Run: run, Started: at, Finished: at.Add(time.Duration(cost.DurationMS) * time.Millisecond), Source: "192.0.2.1",
			SourcePorts: []uint16{uint16(32768 + e.random.IntN(28000))}, Cost: cost}
	}
}

// doc judges and seals the report. A tenth of the listeners has a finding that stays, and what changed last night has one until the next change.
func (e *estate) doc() ([]byte, error) {
	r := e.rep
	r.Certificates, r.Findings = nil, nil
	used := map[string]bool{}
	for i := range r.Endpoints {
		x := &r.Endpoints[i]
		for _, sum := range x.Presented[0].Sent {
			if !used[sum] {
				used[sum] = true
				r.Certificates = append(r.Certificates, e.certs[sum])
			}
		}
		if i%10 == 0 {
			r.Findings = append(r.Findings, report.Finding{ID: "CHAIN-UNTRUSTED", Severity: report.High, Endpoint: x.ID, Title: "no key ring trusts the chain", Detail: "no ring has CN=Root",
				Expected: "trusted by agent-out", Observed: "CN=Root is on no ring", Remediation: "add the root to the ring", Evidence: []string{"e1"}})
		}
		if x.Confirmed == nil {
			r.Findings = append(r.Findings, report.Finding{ID: "CERT-EXPIRES-SOON", Severity: report.Medium, Endpoint: x.ID, Title: "a certificate ends soon", Observed: x.Presented[0].Leaf})
		}
	}
	n := len(r.Endpoints)
	r.Run.Scope = report.Scope{Declared: n, Selected: n}
	r.Summary = report.Summary{Endpoints: n, Assessed: n, ByState: map[scan.State]int{scan.StateTLS: n}, BySeverity: map[string]int{"high": (n + 9) / 10, "medium": len(r.Findings) - (n+9)/10},
		Connections: n, Verdict: report.Fail}
	report.SortFindings(r.Findings)
	if err := evidence.Seal(r); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := reportjson.Write(&out, r)
	return out.Bytes(), err
}
