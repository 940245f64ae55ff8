package parts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// kept is where parts are kept.
type kept map[Hash][]byte

// add keeps the parts that are not there yet, and returns how many bytes they are.
func (k kept) add(shared []Part) (fresh int) {
	for _, p := range shared {
		if k[p.Hash] == nil {
			k[p.Hash] = bytes.Clone(p.Data)
			fresh += len(p.Data)
		}
	}
	return fresh
}

func (k kept) get(hashes []Hash) (map[Hash][]byte, error) {
	out := map[Hash][]byte{}
	for _, h := range hashes {
		if data, ok := k[h]; ok {
			out[h] = data
		}
	}
	return out, nil
}

// through splits a document, keeps its parts, and joins it.
func through(t *testing.T, k kept, doc []byte) (own []byte, fresh int) {
	t.Helper()
	p, err := Split(doc)
	require.NoError(t, err)
	fresh = k.add(p.Shared)
	got, err := Join(p.Own, k.get)
	require.NoError(t, err)
	require.True(t, bytes.Equal(doc, got), "another document")
	return p.Own, fresh
}

func written(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	var doc bytes.Buffer
	require.NoError(t, reportjson.Write(&doc, rep))
	return doc.Bytes()
}

// night is the report of an estate where all is as in an earlier run, in the form that a run gives it, after so many days.
func night(listeners, days int) *report.Report {
	random := rand.New(rand.NewPCG(1, uint64(days)))
	at := time.Date(2026, 11, 22, 2, 30, 0, 0, time.UTC).AddDate(0, 0, days)
	moment := func() time.Time { return at.Add(time.Duration(random.Int64N(int64(time.Hour)))) }
	rep := &report.Report{Schema: report.Schema, Tool: report.Tool{Name: "portseal", Version: "1"}, Digest: fmt.Sprintf("sha256:%064x", random.Uint64())}
	rep.Run = report.Run{ID: fmt.Sprintf("%016x", random.Uint64()), Started: at, Finished: at.Add(time.Hour), JudgedAt: at, Vantage: "local"}
	rep.Summary.Connections = 10*listeners + days
	for i := range listeners {
		same := rand.New(rand.NewPCG(2, uint64(i)))
		e := report.Endpoint{System: fmt.Sprintf("SYS%d", i/10), Listener: fmt.Sprintf("l%d", i%10), Plan: "p1"}
		e.ID, e.State, e.Vantage, e.Started = e.System+"/"+e.Listener, scan.StateTLS, "local", time.Date(2026, 11, 1, 0, 0, i, 0, time.UTC)
		var ports []uint16
		for n := range 10 {
			received := make([]byte, 700)
			for j := range received {
				received[j] = byte(same.Uint32())
			}
			e.Evidence = append(e.Evidence, scan.Exchange{ID: scan.Name(n), Question: "versions/TLSv1.2", Received: received})
			ports = append(ports, 32768+uint16(random.IntN(28000)))
		}
		e.Chains = []report.ChainVerdict{{Leaf: fmt.Sprintf("%064x", same.Uint64()), Keyring: "ring"}}
		begun := moment()
		e.Confirmed = &report.Confirmed{Run: "00c0ffee00c0ffee", Started: begun, Finished: begun.Add(time.Duration(random.Int64N(3e9))), Source: "192.0.2.10", SourcePorts: ports,
			Cost: scan.Cost{Connections: 10, BytesSent: 2480, BytesReceived: 10400 + random.IntN(9), DurationMS: 300 + random.Int64N(900)}}
		rep.Endpoints = append(rep.Endpoints, e)
		rep.Expectations = append(rep.Expectations, report.Expectation{Endpoint: e.ID, Expect: report.ExpectTLS, TrustedBy: []string{"ring"}})
		rep.Findings = append(rep.Findings, report.Finding{ID: "CERT-EXPIRES-SOON", Severity: report.Medium, Endpoint: e.ID, Title: "The certificate expires soon",
			Detail: fmt.Sprintf("the leaf has %d days left", 29-days), Remediation: strings.Repeat("Renew it. ", 40), References: []string{"RFC 5280"}})
	}
	return rep
}

// An unchanged listener costs little in a later run, and one that changed costs what is new of it and little more.
func TestUnchangedEstate(t *testing.T) {
	const listeners = 500
	k := kept{}
	_, first := through(t, k, written(t, night(listeners, 0)))
	own, fresh := through(t, k, written(t, night(listeners, 1)))
	perListener := float64(len(own)+fresh) / listeners
	t.Logf("the first run: %d bytes a listener; the second: %.1f (%d shared and new)", first/listeners, perListener, fresh)
	assert.Less(t, perListener, 75.0)
	assert.Zero(t, fresh)

	rep := night(listeners, 2)
	changed := &rep.Endpoints[listeners/2]
	changed.State, changed.Confirmed = scan.StateClosed, nil
	_, fresh = through(t, k, written(t, rep))
	assert.Less(t, fresh, 64<<10, "one listener has changed")

	rep = night(listeners, 3)
	rep.Endpoints = slices.Delete(rep.Endpoints, 3, 4)
	_, fresh = through(t, k, written(t, rep))
	assert.Less(t, fresh, 64<<10, "one listener has gone")
}

// The advice of a finding is kept once, however many listeners have it.
func TestAdviceIsShared(t *testing.T) {
	k := kept{}
	through(t, k, written(t, night(50, 0)))
	n := 0
	for _, data := range k {
		if bytes.Contains(data, []byte("Renew it.")) {
			n++
		}
	}
	assert.Equal(t, 1, n)
}

// What no other run says again is in no part that runs share.
func TestNothingOfOneRunIsShared(t *testing.T) {
	rep := night(20, 0)
	k := kept{}
	through(t, k, written(t, rep))
	for _, data := range k {
		for _, own := range []string{rep.Run.ID, rep.Digest, rep.Endpoints[3].Confirmed.Finished.Format(time.RFC3339Nano), " days left"} {
			assert.NotContains(t, string(data), own)
		}
	}
}

// A list of parts is found from the root, and so is every part: that is how a store knows what is still in use.
func TestRefs(t *testing.T) {
	p, err := Split(written(t, night(300, 0)))
	require.NoError(t, err)
	k := kept{}
	k.add(p.Shared)
	root, err := Root(p.Own)
	require.NoError(t, err)
	reached := map[Hash]bool{root: true}
	for lists := []Hash{root}; len(lists) > 0; lists = lists[1:] {
		more, texts, err := Refs(k[lists[0]])
		require.NoError(t, err)
		for _, h := range slices.Concat(more, texts) {
			reached[h] = true
		}
		lists = append(lists, more...)
	}
	assert.Len(t, reached, len(p.Shared))
	for _, part := range p.Shared {
		assert.True(t, reached[part.Hash])
	}
}

func TestDamagedParts(t *testing.T) {
	p, err := Split(written(t, night(30, 0)))
	require.NoError(t, err)
	k := kept{}
	k.add(p.Shared)
	for _, part := range p.Shared {
		data := k[part.Hash]
		delete(k, part.Hash)
		_, err := Join(p.Own, k.get)
		require.ErrorIs(t, err, ErrDamaged, "missing")
		k[part.Hash] = slices.Concat(data[:len(data)-1], []byte{data[len(data)-1] ^ 1})
		_, err = Join(p.Own, k.get)
		require.ErrorIs(t, err, ErrDamaged, "changed")
		k[part.Hash] = data
	}
	for i := range p.Own {
		own := bytes.Clone(p.Own)
		own[i] ^= 4
		if _, err := Join(own, k.get); err != nil { // the last bits of the compressed text may mean nothing
			require.ErrorIs(t, err, ErrDamaged)
		} else {
			assert.Greater(t, i, len(own)-4)
		}
	}
	_, err = Join(p.Own, func([]Hash) (map[Hash][]byte, error) { return nil, fmt.Errorf("no database") })
	require.EqualError(t, err, "get parts of a report: no database")
}

// bomb is a list that stands for more than any document holds.
func TestBomb(t *testing.T) {
	k := kept{}
	b := builder{seen: map[Hash]bool{}}
	hash := b.put([]byte(strings.Repeat("x", 100)), false)
	kind := byte(opText)
	for range maxDepth - 1 {
		hash, kind = b.put(encodeList([]op{{kind: kind, hash: hash}, {kind: kind, hash: hash}}), true), opList
	}
	k.add(b.parts)
	for _, length := range []int{10, 10_000, 16 << 20} {
		own, err := pack(header{length: length, root: hash}, nil)
		require.NoError(t, err)
		_, err = Join(own, k.get)
		require.ErrorIs(t, err, ErrDamaged)
	}
	self := map[Hash][]byte{} // a store that answers with a list that refers to itself
	self[hash] = encodeList([]op{{kind: opList, hash: hash}})
	own, err := pack(header{length: 10, root: hash}, nil)
	require.NoError(t, err)
	_, err = Join(own, func([]Hash) (map[Hash][]byte, error) { return self, nil })
	require.ErrorIs(t, err, ErrDamaged)
}

func TestSplitRefuses(t *testing.T) {
	for _, doc := range []string{"", "[]", "{", `{"endpoints": [}`, "{}x"} {
		_, err := Split([]byte(doc))
		assert.Error(t, err, doc)
	}
}

// A document need not be laid out as reports are.
func TestOtherLayouts(t *testing.T) {
	rep := night(40, 0)
	compact, err := json.Marshal(rep)
	require.NoError(t, err)
	for _, doc := range [][]byte{compact, []byte("{}"), []byte(`{"endpoints":{},"run":[],"findings":null,"summary":1} `),
		[]byte(`{"endpoints":[1,{"started":2},[]],"digest":"x","digest":"y"}`)} {
		through(t, kept{}, doc)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte(`{"run": {"id": "1a", "inputs": []}, "endpoints": [{"started": "2026-11-22", "chains": [], "confirmed": {"a": 1}}, {}], "digest": "12"}`))
	f.Add([]byte(`{"findings": [{"detail": "2 days left", "remediation": "r", "references": ["a"]}], "certificates": [` + strings.Repeat(`{"der": "`+strings.Repeat("A", 600)+`"},`, 5) + `1]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if _, err := Split(doc); err == nil {
			through(t, kept{}, doc)
		}
	})
}

// FuzzJoin wants an error or a document of the length that was said, whatever is stored.
func FuzzJoin(f *testing.F) {
	p, err := Split([]byte(`{"run": {"id": "1a"}, "certificates": ["` + strings.Repeat("A", 3000) + `", "b"]}`))
	require.NoError(f, err)
	columns := toColumns([][]byte{[]byte("a1b"), []byte("x"), []byte("c2d 3")})
	f.Add(p.Own, p.Shared[0].Data, p.Shared[len(p.Shared)-1].Data, columns)
	f.Fuzz(func(t *testing.T, own, text, list, columns []byte) {
		get := func(hashes []Hash) (map[Hash][]byte, error) { // all lists are one, and all texts
			out := map[Hash][]byte{}
			for _, h := range hashes {
				if out[h] = text; h[0]%2 == 0 {
					out[h] = list
				}
			}
			return out, nil
		}
		_, _ = Join(own, get)
		_, _, _ = Refs(list)
		texts, err := fromColumns(columns, 1<<16)
		if err == nil {
			n := 0
			for _, x := range texts {
				n += len(x)
			}
			require.LessOrEqual(t, n, 1<<16)
		}
	})
}

func FuzzColumns(f *testing.F) {
	f.Add([]byte("2026-11-22T03:15:00Z"), []byte("a"), []byte("7"))
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		var in [][]byte
		for _, text := range [][]byte{a, b, c, a} {
			if len(text) > 0 {
				in = append(in, text)
			}
		}
		out, err := fromColumns(toColumns(in), len(a)*2+len(b)+len(c))
		require.NoError(t, err)
		require.Len(t, out, len(in))
		for i := range in {
			require.Equal(t, string(in[i]), string(out[i]))
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	var doc bytes.Buffer
	require.NoError(b, reportjson.Write(&doc, night(3000, 0)))
	b.SetBytes(int64(doc.Len()))
	for b.Loop() {
		_, err := Split(doc.Bytes())
		require.NoError(b, err)
	}
}
