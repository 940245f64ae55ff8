package saf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/saf"
	"github.com/portseal/portseal/report"
)

func parseFile(t *testing.T, name string) *saf.Output {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return saf.Parse(name, string(data))
}

func at(file string, line, column int) report.Location {
	return report.Location{File: file, Line: line, Column: column}
}

// A terminal session: commands, prompts and messages around two rings and the certificates of two owners.
func TestSession(t *testing.T) {
	const name = "session.txt"
	out := parseFile(t, name)
	assert.Empty(t, out.Problems)
	assert.Equal(t, []saf.Ring{
		{Owner: "CQMAGENT", Name: "CQM Agent In", At: at(name, 6, 8), Connections: []saf.Connection{
			{"Corporate Root SITE 2026", "CERTAUTH", certchain.UsageCertAuth, certchain.No, at(name, 9, 3)},
			{"CQM agent, all of SYSA and SYSB1", "ID(CQMAGENT)", certchain.UsagePersonal, certchain.Yes, at(name, 11, 3)},
			{"Shared key", "SITE", certchain.UsageSite, certchain.No, at(name, 13, 3)},
		}},
		{Owner: "CQMAGENT", Name: "EMPTY", At: at(name, 15, 8)},
	}, out.Rings)
	require.Len(t, out.Certificates, 3)
	const dn = "CN=Corporate Root.OU=A rather long organisational unit.O=Example Corporation.C=US"
	assert.Equal(t, saf.Certificate{
		Owner: "CERTAUTH", Label: "Corporate Root SITE 2026", ID: "2QiJmZmDhZmjganW4tTGw8FA", Status: certchain.StatusHighTrust,
		NotBefore: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2034, 1, 2, 3, 4, 4, 0, time.UTC),
		Serial: "00a1b2", Issuer: dn, Subject: dn,
		AltNames: []saf.AltName{{"IP", "192.0.2.1"}, {"EMail", "pki at example.com"}, {"Domain", "pki.example.com"},
			{"URI", "https://pki.example.com/cps"}},
		SigningAlgorithm: "sha256RSA", KeyUsage: []string{"HANDSHAKE", "DATAENCRYPT", "CERTSIGN"},
		KeyType: "RSA Mod-Exp", KeySize: 4096, PrivateKey: certchain.Yes, KeyLabel: "IRR.DIGTCERT.CERTIFAUTH.SYSA",
		SHA256: "a3f2e06f0994e49d6800488f3f4bef9f9fc8b1500ade5723abdcb1020ba43307",
		Rings:  []saf.Association{{"CQMAGENT", "CQM Agent In", at(name, 53, 5)}, {"START1", "JES2EDS", at(name, 56, 5)}},
		At:     at(name, 24, 3),
	}, out.Certificates[0])
	assert.Equal(t, "ID(CQMAGENT)", out.Certificates[1].Owner)
	assert.Equal(t, certchain.StatusTrust, out.Certificates[1].Status)
	assert.Empty(t, out.Certificates[1].Rings)
	assert.Equal(t, "Old one", out.Certificates[2].Label)
	assert.Equal(t, certchain.StatusNoTrust, out.Certificates[2].Status)
	assert.Equal(t, []saf.Message{{"IRRD109I", "IRRD109I The certificate cannot be added. Profile 00.CN=X is already defined.", at(name, 20, 1)}},
		out.Messages)
}

func TestChain(t *testing.T) {
	const name = "chain.txt"
	out := parseFile(t, name)
	assert.Empty(t, out.Problems)
	require.Len(t, out.Certificates, 2)
	assert.Equal(t, "ID(CQMAGENT)", out.Certificates[0].Owner)
	assert.Equal(t, "CERTAUTH", out.Certificates[1].Owner)
	assert.Equal(t, []saf.Chain{{Certificates: []int{0, 1}, Complete: certchain.No, Expired: certchain.Yes, NoTrust: certchain.Yes,
		Rings: []saf.Association{{"", "CQM Agent In", at(name, 15, 3)}}, At: at(name, 11, 1)}}, out.Chains)
}

// What is not understood is never lost: one problem for each run of foreign lines, at its place.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"foreign", "one\ntwo\n\nthree\nREADY\n\tfour\n", []string{`1:1 not understood: "one" and the 2 lines after it`, `6:2 not understood: "four"`}},
		{"two lines", "one\ntwo\nREADY\n", []string{`1:1 not understood: "one" and the line after it`}},
		{"usage", "Digital ring information for user A:\nRing:\n>R<\n  X   ID(A)  OTHER  NO\n", []string{
			`4:14 the usage "OTHER" is not known: want PERSONAL, CERTAUTH or SITE`}},
		{"row without ring", "Digital ring information for user A:\n  X   ID(A)  PERSONAL  NO\n", []string{`2:3 a certificate before any ring`}},
		{"cut row", "Digital ring information for user A:\nRing:\n>R<\n  X é  ID(A)  PERS\n", []string{`4:3 not understood: "X é  ID(A)  PERS"`}},
		{"cut ring", "Digital ring information for user A:\nRing:\n   >R\n", []string{`3:4 the ring name "R" is not closed by "<": the line is cut off`}},
		{"values", "Digital certificate information for SITE:\n Label: é: x\n Status: MAYBE\n Start Date: soon\n Key Size: big\n" +
			" Private Key: PERHAPS\n Serial Number:\n  >0G<\n Certificate Fingerprint (SHA256):\n  AA:BB\n New Field: 7\n", []string{
			`3:10 the status "MAYBE" is not known: want TRUST, NOTRUST or HIGHTRUST`,
			`4:14 "soon" is no date and time: want YYYY/MM/DD HH:MM:SS`,
			`5:12 the key size "big" is no number of bits`,
			`6:15 "PERHAPS" does not say whether there is a private key: want YES or NO`,
			`2:2 the serial number "0G" of the certificate "é: x" is not hexadecimal`,
			`11:2 not understood: "New Field: 7"`,
			`2:2 the fingerprint of the certificate "é: x" has 4 hexadecimal digits: want 64`}},
		{"cut value", "Digital certificate information for SITE:\n Label: x\n Issuer's Name:\n  >CN=a\n", []string{
			`2:2 a value of the certificate "x" is not closed by "<": the listing is cut off`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range saf.Parse("f", c.text).Problems {
				got = append(got, fmt.Sprintf("%d:%d %s", p.At.Line, p.At.Column, p.Message))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// A command whose parentheses do not match does not swallow the listing.
func TestUnbalancedCommand(t *testing.T) {
	out := saf.Parse("f", "RACDCERT LISTRING((X)\nDigital ring information for user A:\r\nRing:\r\n  >X<\r\n")
	require.Len(t, out.Rings, 1)
	assert.Equal(t, "A/X", out.Rings[0].FullName())
	assert.Empty(t, out.Problems)
}

// A listing is read as it was collected: EBCDIC records padded to 80 columns, each position as in the text.
func TestReadEBCDIC(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "session.txt"))
	require.NoError(t, err)
	var padded strings.Builder
	for line := range strings.Lines(string(text)) {
		fmt.Fprintf(&padded, "%-80s", strings.TrimRight(line, "\n"))
	}
	data, err := charmap.CodePage1047.NewEncoder().Bytes([]byte(padded.String()))
	require.NoError(t, err)
	out, err := saf.Read("session.txt", data)
	require.NoError(t, err)
	assert.Equal(t, parseFile(t, "session.txt"), out)
}

// Values that never end cost no more than their size.
func TestEndlessValues(t *testing.T) {
	for name, text := range map[string]string{
		"pieces":   "Digital certificate information for SITE:\n Subject's Name:\n" + strings.Repeat("  >xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx<\n", 100_000),
		"open":     "Digital certificate information for SITE:\n Subject's Name:\n  >x\n" + strings.Repeat("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 100_000),
		"message":  "IRRD101I x\n" + strings.Repeat(" xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", 100_000),
		"one line": strings.Repeat("x", 1<<20),
		"command":  "RACDCERT (\n" + strings.Repeat("(\n", 100_000),
	} {
		out := saf.Parse("f", text)
		assert.LessOrEqual(t, len(out.Problems), 3, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"session.txt", "chain.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Add("Digital certificate information for x:\n Ring:\n >\n <\n")
	f.Fuzz(func(t *testing.T, text string) {
		out := saf.Parse("f", text)
		lines := strings.Count(text, "\n") + 1
		check := func(l report.Location) {
			if l.Line < 1 || l.Line > lines || l.Column < 1 {
				t.Fatalf("no place: %+v", l)
			}
		}
		for _, p := range out.Problems {
			check(p.At)
		}
		for _, r := range out.Rings {
			check(r.At)
			for _, c := range r.Connections {
				check(c.At)
			}
		}
		for _, c := range out.Certificates {
			check(c.At)
			if c.SHA256 != "" && len(c.SHA256) != 64 {
				t.Fatalf("fingerprint %q", c.SHA256)
			}
		}
		for _, c := range out.Chains {
			for _, i := range c.Certificates {
				_ = out.Certificates[i]
			}
		}
	})
}

// BenchmarkParse reads a listing of 100,000 lines.
func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "session.txt"))
	require.NoError(b, err)
	text := strings.Repeat(string(data), 1+100_000/strings.Count(string(data), "\n"))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if out := saf.Parse("f", text); len(out.Problems) > 0 {
			b.Fatal(out.Problems[0])
		}
	}
}
