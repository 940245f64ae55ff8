package evidence

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

func TestCanonicalSamplesOfRFC8785(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"section 3.2.2", `{
			"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
			"literals": [null, true, false]
		}`, `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`},
		{"section 3.2.3", `{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
			"\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}`,
			`{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis",` +
				`"€":"Euro Sign","😀":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Canonical(json.RawMessage(tt.in))
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestCanonicalNumbersOfRFC8785AppendixB(t *testing.T) {
	tests := []struct {
		bits uint64
		want string
	}{
		{0x0000000000000000, "0"},
		{0x8000000000000000, "0"},
		{0x0000000000000001, "5e-324"},
		{0x8000000000000001, "-5e-324"},
		{0x7fefffffffffffff, "1.7976931348623157e+308"},
		{0xffefffffffffffff, "-1.7976931348623157e+308"},
		{0x4340000000000000, "9007199254740992"},
		{0xc340000000000000, "-9007199254740992"},
		{0x4430000000000000, "295147905179352830000"},
		{0x44b52d02c7e14af5, "9.999999999999997e+22"},
		{0x44b52d02c7e14af6, "1e+23"},
		{0x44b52d02c7e14af7, "1.0000000000000001e+23"},
		{0x444b1ae4d6e2ef4e, "999999999999999700000"},
		{0x444b1ae4d6e2ef4f, "999999999999999900000"},
		{0x444b1ae4d6e2ef50, "1e+21"},
		{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
		{0x3eb0c6f7a0b5ed8d, "0.000001"},
		{0x41b3de4355555553, "333333333.3333332"},
		{0x41b3de4355555554, "333333333.33333325"},
		{0x41b3de4355555555, "333333333.3333333"},
		{0x41b3de4355555556, "333333333.3333334"},
		{0x41b3de4355555557, "333333333.33333343"},
		{0xbecbf647612f3696, "-0.0000033333333333333333"},
		{0x43143ff3c1cb0959, "1424953923781206.2"},
	}
	for _, tt := range tests {
		got, err := Canonical(math.Float64frombits(tt.bits))
		require.NoError(t, err)
		assert.Equal(t, tt.want, string(got), "%016x", tt.bits)
	}
	for _, bits := range []uint64{0x7fffffffffffffff, 0x7ff0000000000000} {
		_, err := Canonical(math.Float64frombits(bits))
		assert.Error(t, err, "%016x is NaN or infinite", bits)
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, in := range []string{``, `{"a":1,"a":2}`, `{"a":{"b":1,"b":1}}`, `"\ud800"`, `{"a":1} x`, `[1,]`, `{'a':1}`} {
		_, err := Canonical(json.RawMessage(in))
		assert.Error(t, err, in)
	}
}

func sealed(t *testing.T) *report.Report {
	t.Helper()
	rep := &report.Report{Schema: report.Schema, Tool: report.Tool{Name: "portseal", Version: "<1>"}}
	rep.Run.Started = time.Date(2026, 11, 22, 3, 0, 0, 123456789, time.FixedZone("CET", 3600))
	e := report.Endpoint{}
	e.ID, e.NonTLS = "A/b", &scan.NonTLS{Kind: "banner", Banner: []byte("\x1b\xff"), Entropy: 2.8073549220576042}
	rep.Endpoints = []report.Endpoint{e}
	rep.Findings = []report.Finding{{ID: "CERT-EXPIRED", Severity: report.Critical, Observed: "a\u202eb\xff\u2028"}}
	require.NoError(t, Seal(rep))
	return rep
}

func TestSealAndVerify(t *testing.T) {
	rep := sealed(t)
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, rep.Digest)
	require.NoError(t, Verify(rep))

	again := *rep
	require.NoError(t, Seal(&again))
	assert.Equal(t, rep.Digest, again.Digest, "the digest is not part of what it is made of")

	again.Findings = []report.Finding{}
	var mismatch *DigestError
	require.ErrorAs(t, Verify(&again), &mismatch)
	assert.Equal(t, rep.Digest, mismatch.Stated)

	again.Digest = ""
	require.ErrorIs(t, Verify(&again), ErrUnsealed)
}

func TestVerifyJSON(t *testing.T) {
	rep := sealed(t)
	var doc bytes.Buffer
	require.NoError(t, reportjson.Write(&doc, rep))
	require.NoError(t, VerifyJSON(doc.Bytes()), "as written")

	read, err := reportjson.Read(bytes.NewReader(doc.Bytes()))
	require.NoError(t, err)
	require.NoError(t, Verify(read), "as read again")

	changed := strings.Replace(doc.String(), `"critical"`, `"low"`, 1)
	var mismatch *DigestError
	require.ErrorAs(t, VerifyJSON([]byte(changed)), &mismatch)

	added := strings.Replace(doc.String(), `{`, `{"later": true,`, 1)
	require.ErrorAs(t, VerifyJSON([]byte(added)), &mismatch, "a key that no reader knows counts too")

	twice := strings.Replace(doc.String(), `{`, `{"findings": [],`, 1)
	require.Error(t, VerifyJSON([]byte(twice)), "a key twice")
	require.ErrorIs(t, VerifyJSON([]byte(`{}`)), ErrUnsealed)
	require.Error(t, VerifyJSON([]byte(`{"digest": 1}`)))
	require.Error(t, VerifyJSON([]byte(`[]`)))
}
