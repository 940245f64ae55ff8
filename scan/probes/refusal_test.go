package probes

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

var (
	begin = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	alert = []byte{21, 3, 3, 0, 2, 2, 40}
)

// history makes a log: pairs of a question and what came of it, with the ids e1, e2, ..., each in a round of its own; one marked & is in that of the
// question before it.
func history(pairs ...string) *scan.Log {
	var out []scan.Exchange
	for i := 0; i < len(pairs); i += 2 {
		question, beside := strings.CutPrefix(pairs[i], "&")
		x := scan.Exchange{ID: "e" + string(rune('1'+i/2)), Question: question, Sent: []byte{22}, At: begin.Add(time.Duration(i) * time.Second), Round: i + 1}
		if beside {
			x.Round = out[len(out)-1].Round
		}
		switch what := pairs[i+1]; what {
		case "hello":
			x.Received, x.End = ServerHello(cipher.TLSv12, 0xC02F), scan.EndCut
		case "alert":
			x.Received, x.End = alert, scan.EndAlert(40)
		case "alert in a handshake":
			x.Received, x.End, x.Handshake = alert, scan.EndAlert(40), &scan.HandshakeResult{}
		case "garbage":
			x.Received, x.End = []byte("220 welcome"), scan.EndClose
		case "start-up cut off":
			x.Failure = &scan.Failure{Stage: scan.StageStartTLS, Kind: scan.KindReset, Message: "unexpected EOF"}
		case "no connection":
			x.Failure = &scan.Failure{Stage: scan.StageConnect, Kind: scan.KindTimeout, Message: "no answer in time"}
		default:
			x.End = scan.End(what) // close, reset, timeout
		}
		out = append(out, x)
	}
	return scan.NewLog(out)
}

// Why a question is not refused.
const (
	quiet     = "no answer within the time limit"
	otherwise = "ended by reset once and otherwise the second time"
	lost      = "ended by reset twice, but " + byAccident
	lone      = "ended by reset twice, but no hello was answered before, between and after"
)

// TestRefused has one case for each rule about what counts as a refusal of the question "q".
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		log      *scan.Log
		basis    string
		evidence []string
		why      string // when it is no refusal
	}{
		"an alert":                     {log: history("q", "alert"), basis: basisAlert, evidence: []string{"e1"}},
		"an alert without any control": {log: history("x", "reset", "q", "alert"), basis: basisAlert, evidence: []string{"e2"}},
		"an alert the second time":     {log: history("q", "close", "q#2", "alert"), basis: basisAlert, evidence: []string{"e2"}},
		"not asked":                    {log: history("x", "alert"), why: "not asked"},
		"silence":                      {log: history("c", "hello", "q", "timeout", "d", "hello"), why: quiet},
		"silence twice":                {log: history("c", "hello", "q", "timeout", "q#2", "timeout", "d", "hello"), why: quiet},
		"bytes that are no record":     {log: history("c", "hello", "q", "garbage", "d", "hello"), why: "the answer is no TLS record"},
		"no connection":                {log: history("c", "hello", "q", "no connection"), why: "connect: timeout: no answer in time"},
		"an answer": {
			log: history("q", "hello"), why: "the listener answered with something that was not offered (e1)",
		},
		"a reset once": {
			log: history("c", "hello", "q", "reset", "d", "hello"), why: "ended by reset, and was not asked again",
		},
		"a reset, then a close": {log: history("c", "hello", "q", "reset", "q#2", "close", "d", "hello"), why: otherwise},
		"a close, then silence": {
			log: history("c", "hello", "q", "close", "q#2", "timeout", "d", "hello"), why: "ended by close once and otherwise the second time",
		},
		"a reset, then an answer":         {log: history("c", "hello", "q", "reset", "q#2", "hello", "d", "hello"), why: otherwise},
		"a reset, then no connection":     {log: history("c", "hello", "q", "reset", "q#2", "no connection"), why: otherwise},
		"two resets, no control":          {log: history("q", "reset", "q#2", "reset"), why: lone},
		"two resets, control before only": {log: history("c", "hello", "q", "reset", "q#2", "reset"), why: lone},
		"two resets, no control after":    {log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset"), why: lone},
		"two resets, none between":        {log: history("c", "hello", "q", "reset", "q#2", "reset", "d", "hello"), why: lone},
		"two resets, one beside the first": {
			log: history("c", "hello", "q", "reset", "&b", "hello", "q#2", "reset", "d", "hello"), why: lone,
		},
		"two resets, one beside the second": {
			log: history("c", "hello", "q", "reset", "b", "hello", "&q#2", "reset", "d", "hello"), why: lone,
		},
		"two resets, controls around, one beside the first": {
			log:   history("q", "reset", "&c", "hello", "b", "hello", "q#2", "reset", "d", "hello"),
			basis: basisReset, evidence: []string{"e1", "e4"},
		},
		"two resets, control after only": {log: history("q", "reset", "q#2", "reset", "d", "hello"), why: lone},
		"two resets, control between":    {log: history("q", "reset", "c", "hello", "q#2", "reset"), why: lone},
		"two resets, controls around": {
			log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "d", "hello"), basis: basisReset, evidence: []string{"e2", "e4"},
		},
		"two closes, controls around": {
			log: history("c", "hello", "q", "close", "b", "hello", "q#2", "close", "d", "hello"), basis: basisClose, evidence: []string{"e2", "e4"},
		},
		"two resets where another question was reset by accident": {
			log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "x", "reset", "x#2", "hello", "d", "hello"), why: lost,
		},
		"two resets where another question was closed after it had been answered": {
			log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "c#member1", "close", "d", "hello"), why: lost,
		},
		"two resets where a start-up was cut off by accident": {
			log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "x", "start-up cut off", "d", "hello"), why: lost,
		},
		"two resets where another question was silent once": {
			log:   history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "x", "timeout", "d", "hello"),
			basis: basisReset, evidence: []string{"e2", "e4"},
		},
		"two resets where another question was refused by alert": {
			log: history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "d", "hello", "x", "alert"),
			why: "ended by reset twice, but this listener refuses by alert",
		},
		"two resets where only the SSLv2 hello brought an alert": {
			log:   history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "versions/SSLv2", "alert", "d", "hello"),
			basis: basisReset, evidence: []string{"e2", "e4"},
		},
		"two resets where a handshake without a certificate ended by alert": {
			log:   history("c", "hello", "q", "reset", "b", "hello", "q#2", "reset", "d", "hello", "handshake", "alert in a handshake"),
			basis: basisReset, evidence: []string{"e2", "e4"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ref, ok, why := refused(c.log, "q")
			assert.Equal(t, c.why, why)
			assert.Equal(t, c.why == "", ok)
			assert.Equal(t, refusal{c.basis, c.evidence}, ref)
		})
	}
}

// TestRefusedSSL2: listeners that refuse all else by alert close on an SSLv2 hello.
func TestRefusedSSL2(t *testing.T) {
	const q = "versions/SSLv2"
	ref, ok, _ := refused(history("c", "hello", q, "close", "b", "hello", q+again, "close", "x", "alert", "d", "hello"), q)
	require.True(t, ok)
	assert.Equal(t, refusal{basisClose, []string{"e2", "e4"}}, ref)

	_, ok, why := refused(history("c", "hello", q, "close", "b", "hello", q+again, "close", "x", "alert"), q)
	assert.False(t, ok, "its controls are asked for all the same")
	assert.NotEmpty(t, why)

	_, ok, _ = refused(history("c", "hello", q, "timeout", "d", "hello"), q)
	assert.False(t, ok, "silence is unknown")
}

// TestRepeats: a reset or a close is asked about once more, with the same bytes, and nothing else is.
func TestRepeats(t *testing.T) {
	built := 0
	build := func() scan.Question { built++; return scan.Question{ID: "q", Send: []byte{22}} }
	ids := func(log *scan.Log) (out []string) {
		for _, q := range pursue(log, "q", build) {
			out = append(out, q.ID)
			assert.Equal(t, []byte{22}, q.Send)
		}
		return out
	}
	assert.Equal(t, []string{"q"}, ids(history()))
	assert.Equal(t, []string{"q#2"}, ids(history("q", "reset")))
	assert.Equal(t, []string{"q#2"}, ids(history("q", "close")))
	assert.Equal(t, 3, built)
	for _, log := range []*scan.Log{
		history("q", "hello"), history("q", "alert"), history("q", "timeout"), history("q", "garbage"), history("q", "no connection"),
		history("q", "reset", "q#2", "reset"), history("q", "reset", "q#2", "hello"), history("q", "reset", "q#2", "timeout"),
	} {
		assert.Empty(t, ids(log))
	}
	assert.Equal(t, 3, built, "a question is built only to be put")

	for second, want := range map[string]string{"hello": "e2", "alert": "e2", "reset": "e1", "timeout": "e1", "garbage": "e1"} {
		r, repeat := settled(history("q", "reset", "q#2", second), "q")
		assert.Equal(t, want, r.ID, "then %s", second)
		assert.False(t, repeat)
	}
	r, repeat := settled(history(), "q")
	assert.Equal(t, notAsked, r.outcome())
	assert.False(t, repeat)
}

// TestWeakestBasis names a whole by its weakest part.
func TestWeakestBasis(t *testing.T) {
	assert.Nil(t, refusalOf(3, nil))
	for _, c := range []struct {
		want  string
		among []string
	}{
		{basisAlert, []string{basisAlert}},
		{basisVersion, []string{basisAlert, basisVersion}},
		{basisClose, []string{basisVersion, basisClose, basisAlert}},
		{basisReset, []string{basisAlert, basisClose, basisReset}},
	} {
		var refusals []refusal
		for _, b := range c.among {
			refusals = append(refusals, refusal{b, []string{b}})
		}
		assert.Equal(t, &scan.Refusal{Count: 7, Basis: c.want, Evidence: c.among}, refusalOf(7, refusals))
	}
}
