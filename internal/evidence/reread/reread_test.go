package reread

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// follows counts how often it is called: so much of a report is new.
func follows(calls *int) func(*report.Endpoint) (string, error) {
	return func(e *report.Endpoint) (string, error) {
		*calls++
		if e.Confirmed != nil {
			return "", fmt.Errorf("it must not see by what an endpoint is confirmed")
		}
		return e.ID + " " + string(e.State), nil
	}
}

// night is the report of an estate where all is as in the night before, but for what edit does.
func night(n int, edit func(*report.Report)) *report.Report {
	at := time.Date(2026, 11, 1+n, 2, 30, 0, 0, time.UTC)
	rep := &report.Report{Schema: report.Schema, Run: report.Run{ID: fmt.Sprintf("run-%d", n), Started: at, Finished: at.Add(time.Minute)}}
	for i := range 3 {
		e := report.Endpoint{System: "SYSA", Listener: fmt.Sprintf("l%d", i), Confirmed: &report.Confirmed{Run: "run-0", Started: at, Finished: at.Add(time.Second)}}
		e.ID, e.State = e.System+"/"+e.Listener, scan.StateTLS
		e.Evidence = []scan.Exchange{{ID: "e1", Sent: []byte("hello"), Received: bytes.Repeat([]byte{byte(i)}, 50)}}
		if i == 2 {
			e.Confirmed = nil
		}
		rep.Endpoints = append(rep.Endpoints, e)
		rep.Certificates = append(rep.Certificates, report.Certificate{SHA256: fmt.Sprintf("%064d", i), Subject: "CN=\u00e9\u2028", DER: []byte{1, byte(i)}, NotAfter: at.AddDate(1, -n, -n)})
		rep.Expectations = append(rep.Expectations, report.Expectation{Endpoint: e.ID, Expect: report.ExpectTLS})
		rep.Findings = append(rep.Findings, report.Finding{ID: "CERT-EXPIRES-SOON", Severity: report.Medium, Endpoint: e.ID, Observed: fmt.Sprintf("%d days", 9-n)})
	}
	edit(rep)
	return rep
}

func sealed(t testing.TB, rep *report.Report) []byte {
	t.Helper()
	require.NoError(t, evidence.Seal(rep))
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return out.Bytes()
}

// sameAsOthers wants what the reader says of a document to be what those say who read it whole; of a confirmation that is the run.
func sameAsOthers(t testing.TB, r *Reader[string], doc []byte) {
	t.Helper()
	got, err := r.Read(doc)
	want, wanted := reportjson.Decode(doc)
	if wanted != nil {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(evidence.VerifyJSON(doc)), fmt.Sprint(got.Sealed))
	require.Len(t, got.Follows, len(want.Endpoints))
	for i := range want.Endpoints {
		e := &want.Endpoints[i]
		require.Equal(t, e.ID+" "+string(e.State), got.Follows[i])
		for _, c := range []*report.Confirmed{e.Confirmed, got.Report.Endpoints[i].Confirmed} {
			if c != nil {
				*c = report.Confirmed{Run: c.Run}
			}
		}
	}
	require.Equal(t, want, got.Report)
}

func TestReadsLikeOthers(t *testing.T) {
	calls := 0
	r := New(follows(&calls))
	reports := []*report.Report{night(0, func(*report.Report) {}), night(1, func(*report.Report) {}),
		night(2, func(r *report.Report) { r.Endpoints[1].State = scan.StateClosed }),
		night(3, func(r *report.Report) { r.Endpoints = append(r.Endpoints[:1:1], r.Endpoints[2:]...) }),
		night(4, func(r *report.Report) { r.Endpoints[0], r.Endpoints[1] = r.Endpoints[1], r.Endpoints[0] }),
		night(5, func(r *report.Report) { r.Endpoints, r.Certificates, r.Findings, r.Expectations = nil, nil, nil, nil }),
		night(6, func(*report.Report) {})}
	for i, most := range []int{3, 3, 4, 4, 4, 4, 4} {
		sameAsOthers(t, r, sealed(t, reports[i]))
		assert.Equal(t, most, calls, "after night %d: what was the same is not derived again", i)
	}
}

// What was changed in a document is found, wherever it is.
func TestChangedDocuments(t *testing.T) {
	calls := 0
	r := New(follows(&calls))
	doc := sealed(t, night(0, func(r *report.Report) {
		r.Endpoints, r.Certificates, r.Findings, r.Expectations = r.Endpoints[:1], r.Certificates[:1], r.Findings[:1], r.Expectations[:1]
	}))
	sameAsOthers(t, r, doc)
	for at := range doc {
		other := bytes.Clone(doc)
		other[at] ^= 1
		sameAsOthers(t, r, other)
	}
	got, err := r.Read(doc)
	require.NoError(t, err)
	require.NoError(t, got.Sealed)
}

// Documents that portseal does not write are read as others read them.
func TestStrangeDocuments(t *testing.T) {
	calls := 0
	r := New(follows(&calls))
	doc := string(sealed(t, night(0, func(*report.Report) {})))
	compact, err := json.Marshal(night(0, func(*report.Report) {}))
	require.NoError(t, err)
	with := func(old, now string) string {
		require.Contains(t, doc, old)
		return strings.Replace(doc, old, now, 1)
	}
	for _, in := range []string{string(compact), "", "{}", "[]", "{", doc + "x", doc + " ",
		with(`"endpoints": [`, `"Endpoints": [], "endpoints": [`), with(`"endpoints": [`, `"endpoints": [], "endpoints": [`), with(`"endpoints": [`, `"e\u006edpoints": [`),
		with(`"confirmed": {`, `"Confirmed": null, "confirmed": {`), with(`"confirmed": {`, `"confirmed": {}, "confirmed": {`), with(`"confirmed": {`, `"confirmed": {"run": 1, `),
		with(`"confirmed": {`, `"confirmed": null, "x": {`), with(`"confirmed": {`, `"x": {"confirmed": null}, "confirmed": {`), with(`"findings": [`, `"findings": null, "x": [`),
		with(`"schema": "`, `"schema": "x`), with(`"SYSA"`, `"SYSA`), with(`"system": "SYSA"`, `"system": "\ud800"`)} {
		sameAsOthers(t, r, []byte(in))
		sameAsOthers(t, r, []byte(doc))
	}
}

// What is no longer met is let go, and what is met stays.
func TestMemoIsBounded(t *testing.T) {
	m := newMemo[string]()
	read := func(text []byte) (string, error) { return string(text), nil }
	var c evidence.Canoniser
	large := strings.Repeat("x", least/4)
	for n := range 20 {
		doc := fmt.Appendf(nil, `["stays","%d%s"]`, n, large)
		out, _, end, err := take(m, &c, doc, 0, read)
		require.NoError(t, err)
		require.Equal(t, len(doc), end)
		require.Len(t, out, 2)
		assert.LessOrEqual(t, len(m.recent)+len(m.older), 2*7)
	}
	assert.NotNil(t, m.recent[`"stays"`])
}

func FuzzRead(f *testing.F) {
	small := func(r *report.Report) {
		r.Endpoints, r.Certificates, r.Findings, r.Expectations = r.Endpoints[:1], nil, nil, nil
	}
	f.Add(sealed(f, night(0, small)), []byte(`{"schema":"portseal.report/v1","endpoints":[{"id":"a","confirmed":{"run":"x"}},1],"digest":""}`))
	calls := 0
	r := New(follows(&calls)) // one for all: what it remembers must not show
	f.Fuzz(func(t *testing.T, a, b []byte) {
		sameAsOthers(t, r, a)
		sameAsOthers(t, r, b)
		sameAsOthers(t, r, a)
	})
}
