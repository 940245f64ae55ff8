package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func name(der []byte) string {
	hash := sha256.Sum256(der)
	return hex.EncodeToString(hash[:])
}

// storeOf is a store of these certificates.
func storeOf(ders ...[]byte) Store {
	var held []report.Certificate
	for _, der := range ders {
		held = append(held, report.Certificate{SHA256: name(der), DER: der})
	}
	return StoreOf(held)
}

// spans is a finder that finds these certificates by their bytes, one after the other.
func spans(ders ...[]byte) Finder {
	return func(received []byte) []Span {
		var found []Span
		at := 0
		for _, der := range ders {
			if i := bytes.Index(received[at:], der); i >= 0 {
				found = append(found, Span{At: at + i, Len: len(der)})
				at += i + len(der)
			}
		}
		return found
	}
}

func TestSlimAndRestore(t *testing.T) {
	leaf, root := []byte("leaf certificate"), []byte("root certificate")
	tests := []struct {
		name     string
		received string
		find     Finder
		store    Store
		rest     string
		cut      []scan.CutCertificate
	}{
		{"two", "<leaf certificate|root certificate>", spans(leaf, root), storeOf(leaf, root), "<|>",
			[]scan.CutCertificate{{At: 1, SHA256: name(leaf)}, {At: 2, SHA256: name(root)}}},
		{"side by side, nothing else", "leaf certificateroot certificate", spans(leaf, root), storeOf(leaf, root), "",
			[]scan.CutCertificate{{At: 0, SHA256: name(leaf)}, {At: 0, SHA256: name(root)}}},
		{"one the report does not hold", "<leaf certificate|root certificate>", spans(leaf, root), storeOf(root), "<leaf certificate|>",
			[]scan.CutCertificate{{At: 18, SHA256: name(root)}}},
		{"none", "nothing here", spans(leaf), storeOf(leaf), "nothing here", nil},
		{"other bytes under the name", "<leaf certificate>", spans(leaf), func(string) []byte { return []byte("other") }, "<leaf certificate>", nil},
		{"wrong spans", "<leaf certificate>", func([]byte) []Span {
			return []Span{{-1, 5}, {3, 0}, {3, -1}, {0, 1 << 40}, {1 << 40, 1}, {1, 16}, {1, 16}, {5, 2}}
		}, storeOf(leaf), "<>", []scan.CutCertificate{{At: 1, SHA256: name(leaf)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			original := []byte(tt.received)
			var e report.Endpoint
			e.Evidence = []scan.Exchange{{ID: "e1", Received: original}}
			shared := e.Evidence
			Slim(&e, tt.find, tt.store)
			assert.Equal(t, tt.rest, string(e.Evidence[0].Received))
			assert.Equal(t, tt.cut, e.Evidence[0].Cut)
			assert.Equal(t, tt.received, string(shared[0].Received), "the caller's exchange is untouched")

			slimmed := e.Evidence[0]
			Slim(&e, tt.find, tt.store)
			assert.Equal(t, slimmed, e.Evidence[0], "slimming twice changes nothing")

			back, err := restore(slimmed, tt.store)
			require.NoError(t, err)
			assert.Equal(t, scan.Exchange{ID: "e1", Received: original}, back)
		})
	}
}

func TestRestoreRefuses(t *testing.T) {
	leaf := []byte("leaf certificate")
	huge := make([]byte, MaxRestored/2)
	cut := func(at int, der []byte) scan.CutCertificate { return scan.CutCertificate{At: at, SHA256: name(der)} }
	tests := []struct {
		name  string
		cuts  []scan.CutCertificate
		store Store
		want  string
	}{
		{"missing", []scan.CutCertificate{cut(0, leaf)}, storeOf(), "exchange e1: certificate " + name(leaf) + " is not in the report"},
		{"negative", []scan.CutCertificate{cut(-1, leaf)}, storeOf(leaf), "exchange e1: certificate cut at -1: want an offset from 0 to 4"},
		{"outside", []scan.CutCertificate{cut(5, leaf)}, storeOf(leaf), "exchange e1: certificate cut at 5: want an offset from 0 to 4"},
		{"not in order", []scan.CutCertificate{cut(2, leaf), cut(1, leaf)}, storeOf(leaf),
			"exchange e1: certificate cut at 1: want an offset from 2 to 4"},
		{"forged", []scan.CutCertificate{cut(0, leaf)}, func(string) []byte { return []byte("x") },
			"exchange e1: certificate " + name(leaf) + ": its bytes have the SHA-256 " + name([]byte("x"))},
		{"bomb", []scan.CutCertificate{cut(0, huge), cut(0, huge), cut(0, huge)}, storeOf(huge),
			"exchange e1: answer is over 16777216 bytes with its certificates"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := restore(scan.Exchange{ID: "e1", Received: []byte("abcd"), Cut: tt.cuts}, tt.store)
			assert.EqualError(t, err, tt.want)
		})
	}
}

// FuzzSlim cuts an answer at spans made of fuzz bytes and wants the very bytes back.
func FuzzSlim(f *testing.F) {
	f.Add([]byte("<leaf certificate|root certificate>"), []byte{1, 16, 1, 16})
	f.Add([]byte("aaaaaaaa"), []byte{0, 2, 0, 2, 0, 4})
	f.Fuzz(func(t *testing.T, received, plan []byte) {
		var found []Span
		var held [][]byte
		for at := 0; len(plan) >= 2; plan = plan[2:] {
			span := Span{At: at + int(int8(plan[0])), Len: int(int8(plan[1]))}
			found = append(found, span)
			if span.At >= 0 && span.Len > 0 && span.At+span.Len <= len(received) {
				held = append(held, received[span.At:span.At+span.Len])
				at = span.At + span.Len
			}
		}
		store := storeOf(held...)
		x := scan.Exchange{ID: "e1", Received: received}
		slimmed := slim(x, func([]byte) []Span { return found }, store)
		assert.LessOrEqual(t, len(slimmed.Received), len(received))
		back, err := restore(slimmed, store)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(received, back.Received))
		assert.Empty(t, back.Cut)
	})
}

// TestSlimRepeats: the same bytes are kept once, whoever sent them again.
func TestSlimRepeats(t *testing.T) {
	e := &report.Endpoint{}
	e.Evidence = []scan.Exchange{{ID: "e1", Sent: []byte("hello")}, {ID: "e2", Sent: []byte("other")}, {ID: "e3", Sent: []byte("hello")},
		{ID: "e4"}, {ID: "e5"}, {ID: "e6", Sent: []byte("hello")}}
	want := slices.Clone(e.Evidence)
	none := func([]byte) []Span { return nil }
	store := func(string) []byte { return nil }
	Slim(e, none, store)
	assert.Equal(t, []string{"", "", "e1", "", "", "e1"}, []string{e.Evidence[0].SentAs, e.Evidence[1].SentAs, e.Evidence[2].SentAs,
		e.Evidence[3].SentAs, e.Evidence[4].SentAs, e.Evidence[5].SentAs})
	assert.Empty(t, e.Evidence[2].Sent)
	once := slices.Clone(e.Evidence)
	Slim(e, none, store)
	assert.Equal(t, once, e.Evidence, "slim is slim")
	back, err := Restore(e.Evidence, store)
	require.NoError(t, err)
	assert.Equal(t, want, back)

	_, err = Restore([]scan.Exchange{{ID: "e1", SentAs: "e9"}}, store)
	assert.EqualError(t, err, `exchange e1: sent the same as "e9", which is no earlier exchange`)
}
