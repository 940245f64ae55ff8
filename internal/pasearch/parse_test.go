package pasearch

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/internal/ebcdic"
	"github.com/portseal/portseal/internal/zos"
	"github.com/portseal/portseal/report"
)

func at(file string, line, column int) report.Location {
	return report.Location{File: file, Line: line, Column: column}
}

func TestParseReadsAll(t *testing.T) {
	const file = "querymonitor.pasearch"
	image := listing(t, file)
	assert.Equal(t, "TCPIP", image.Name)
	assert.Equal(t, zos.Release("3.1"), image.Release)
	assert.Equal(t, time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC), image.Date)
	assert.Equal(t, "1772441700", image.InstanceID)
	assert.Zero(t, image.Others)
	require.Len(t, image.Rules, 3)

	r := image.Rules[0]
	assert.Equal(t, "CaeAgentInboundRule", r.Name)
	assert.Equal(t, at(file, 6, 1), r.At)
	assert.Equal(t, "Active", r.Status)
	assert.Equal(t, uint32(1), r.Priority)
	assert.Equal(t, at(file, 10, 25), r.PriorityAt)
	assert.Equal(t, []Use{{"groupQM", "TTLS Group", at(file, 12, 25)}, {"envCaeAgentInbound", "TTLS Environment", at(file, 15, 25)},
		{"connCaeAgentInbound", "TTLS Connection", at(file, 18, 25)}}, r.Uses)
	assert.Equal(t, time.Date(2026, 3, 2, 9, 14, 58, 0, time.UTC), r.Updated)
	require.NotNil(t, r.Summary)
	assert.Empty(t, r.Listed)
	assert.Equal(t, []PortSpan{{5605, 5611, at(file, 39, 25)}}, r.Summary.LocalPort)
	assert.Equal(t, []PortSpan{{0, 0, at(file, 40, 25)}}, r.Summary.RemotePort)
	assert.Equal(t, []AddrSpan{{"All", "All", false, at(file, 34, 25)}}, r.Summary.LocalAddr)
	assert.Equal(t, Field{"JobName", "CQMCAE1", at(file, 41, 4), at(file, 41, 25)}, r.Summary.Job)
	assert.Equal(t, "", r.Summary.User.Value)
	assert.Equal(t, "Inbound", r.Summary.Direction.Value)
	require.Len(t, r.Periods, 1)
	assert.Equal(t, "24:00", r.Periods[0].get("To TimeOfDay").Value)

	require.Len(t, r.Actions, 3)
	assert.Equal(t, []string{"Group", "Environment", "Connection"}, []string{r.Actions[0].Scope, r.Actions[1].Scope, r.Actions[2].Scope})
	connection := r.Actions[2].Parms
	require.Len(t, connection.Blocks, 1)
	label := connection.Blocks[0].Parameters[1]
	assert.Equal(t, "CertificateLabel", label.Keyword)
	assert.Equal(t, "CQM Agent Cert", label.Value)

	environment := r.Actions[1].Parms
	var blocks []string
	for _, b := range environment.Blocks {
		blocks = append(blocks, b.Keyword)
	}
	assert.Equal(t, []string{"TTLSKeyringParms", "TTLSEnvironmentAdvancedParms", "TTLSSignatureParms", "TTLSCipherParms", "TTLSGskAdvancedParms"}, blocks)
	suites := environment.Blocks[3].Parameters[0]
	assert.Equal(t, "V3CipherSuites", suites.Keyword)
	require.Len(t, suites.List, 4)
	assert.Equal(t, "1302  TLS_AES_256_GCM_SHA384", suites.List[0].Value)
	last := environment.Parameters[len(environment.Parameters)-1]
	assert.Equal(t, "EnvironmentUserInstance", last.Keyword, "it follows the blocks and is the action's own")
	require.Len(t, environment.Blocks[4].Blocks, 2, "of HTTP and OCSP parameters")
	assert.Equal(t, "TTLSGskOcspParms", environment.Blocks[4].Blocks[1].Keyword)
}

// TestEveryLineIsKept counts: each line of a listing that is not empty is a field, or a problem.
func TestEveryLineIsKept(t *testing.T) {
	for _, name := range []string{"querymonitor.pasearch", "drifted.pasearch", "groups.pasearch"} {
		kept := map[int]bool{}
		keep := func(fields []Field) {
			for _, f := range fields {
				kept[f.At.Line] = true
			}
		}
		var block func(b *Block)
		block = func(b *Block) {
			kept[b.At.Line] = true
			for _, p := range b.Parameters {
				keep([]Field{p.Field})
				keep(p.List)
			}
			for _, c := range b.Blocks {
				block(c)
			}
		}
		image := listing(t, name)
		kept[image.At.Line] = true
		keep(image.Fields)
		for _, r := range image.Rules {
			keep(r.Fields)
			for _, c := range append(r.Listed, *r.Summary) {
				keep([]Field{c.Heading})
				keep(c.Fields)
			}
			for _, p := range r.Periods {
				keep(p.Fields)
			}
			for _, a := range r.Actions {
				keep(a.Fields)
				block(&a.Parms)
			}
		}
		for i, line := range strings.Split(string(fixture(t, name)), "\n") {
			assert.True(t, kept[i+1] || strings.TrimSpace(line) == "", "%s:%d: %s", name, i+1, line)
		}
	}
}

func TestParseEBCDIC(t *testing.T) {
	text := string(fixture(t, "querymonitor.pasearch"))
	var data []byte
	for _, r := range text {
		b, ok := charmap.CodePage1047.EncodeRune(r)
		require.True(t, ok)
		if r == '\n' {
			b = 0x15
		}
		data = append(data, b)
	}
	got, want := Parse("x", data), Parse("x", []byte(text))
	assert.Equal(t, ebcdic.IBM1047, got.Encoding)
	assert.Equal(t, want.Images, got.Images)
	assert.Empty(t, got.Problems)

	crlf := Parse("x", []byte(strings.ReplaceAll(text, "\n", "\r\n")))
	assert.Equal(t, want.Images, crlf.Images)
}

const heading = "TCP/IP pasearch CS V2R5                   Image Name: TCPIP\n  Date:                 03/02/2026        Time:  09:15:00\n  TTLS Instance Id:     1\n\n"

// summary is a rule's conditions with one line in place of another.
func summary(from, to string) string {
	return strings.Replace(`  TTLS Condition Summary:                 NegativeIndicator: Off
   Local Address:
    FromAddr:           All
    ToAddr:             All
   Remote Address:
    FromAddr:           All
    ToAddr:             All
   LocalPortFrom:       8443              LocalPortTo:       8443
   RemotePortFrom:      0                 RemotePortTo:      0
   JobName:             ABC               UserId:
   ServiceDirection:    Inbound
`, from, to, 1)
}

const rule = "policyRule:             R1\n  Rule Type:            TTLS\n"

func TestParseReports(t *testing.T) {
	for name, c := range map[string]struct {
		text, id, message string
		at                report.Location
	}{
		"empty":          {"", IDUnreadable, "no output of pasearch", at("x", 1, 1)},
		"binary":         {"\x00\x01\x02\x03", IDUnreadable, "binary data", at("x", 1, 1)},
		"other text":     {"EZZ8438I PAGENT POLICY\n", IDUnknown, "EZZ8438I", at("x", 1, 1)},
		"unknown key":    {heading + rule + summary("", "") + "   Color:   Blue\n", IDUnknown, `"Color: Blue"`, at("x", 18, 4)},
		"unknown line":   {heading + rule + summary("", "") + "   what is this\n", IDUnknown, "what is this", at("x", 18, 4)},
		"no conditions":  {heading + rule, IDPartial, `conditions of rule "R1" are not listed`, at("x", 5, 1)},
		"bad priority":   {heading + rule + "  Priority:             high\n" + summary("", ""), IDUnknown, "high", at("x", 7, 3)},
		"bad port":       {heading + rule + summary("LocalPortTo:       8443", "LocalPortTo:       84430"), IDUnknown, "84430", at("x", 14, 43)},
		"ports reversed": {heading + rule + summary("LocalPortTo:       8443", "LocalPortTo:       80"), IDUnknown, "LocalPortTo: 80", at("x", 14, 43)},
		"negated":        {heading + rule + summary("NegativeIndicator: Off", "NegativeIndicator: On"), IDUnknown, "NegativeIndicator: On", at("x", 7, 43)},
		"bad stamp":      {heading + rule + summary("", "") + "  Policy created: yesterday\n", IDUnknown, "yesterday", at("x", 18, 3)},
		"unknown parameter": {heading + rule + summary("", "") + "  TTLS Action:                  A\n    Scope:                      Group\n    Shape:                      Round\n",
			IDUnknown, "Shape", at("x", 20, 5)},
		"cut": {heading + rule + "  policyAction:         A\n   ActionType:          TTLS Group\n  policyAction:         B\n   ActionType:          TTLS Environment\n" +
			summary("", "") + "  TTLS Action:                  A\n    Scope:                      Group\n", IDPartial, "names actions, and of 2 only 1 are listed", at("x", 5, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			out := Parse("x", []byte(c.text))
			require.NotEmpty(t, out.Problems)
			p := out.Problems[0]
			assert.Equal(t, c.id, p.ID)
			assert.Contains(t, p.Message, c.message)
			assert.Equal(t, c.at, p.At)
			assert.False(t, p.Hard)
		})
	}
}

func TestParseCountsOtherKinds(t *testing.T) {
	ids := strings.ReplaceAll(rule, "TTLS", "IDS") + "  Nonsense only IDS has\n  IDS Condition Summary:                  NegativeIndicator: On\n   Flood:  1\n\n  IDS Action:   X\n    Status: Active\n"
	out := Parse("x", []byte(heading+rule+summary("", "")+ids+"  QoS Action:   Y\n    Shape: Round\n"+rule+summary("", "")))
	require.Len(t, out.Images, 1)
	assert.Empty(t, out.Problems)
	assert.Len(t, out.Images[0].Rules, 2)
	assert.Equal(t, 1, out.Images[0].Others)

	out = Parse("x", []byte("TCP/IP pasearch CS 3.2    Image Name: A\n  IDS Instance Id: 7\npolicyRule:  R1\npolicyRule:  R2\n"+heading+rule+summary("", "")))
	require.Len(t, out.Images, 2)
	assert.Equal(t, 2, out.Images[0].Others)
	assert.Empty(t, out.Images[0].Rules)
	assert.Equal(t, zos.Release("3.2"), out.Images[0].Release)
	assert.Equal(t, zos.Release("2.5"), out.Images[1].Release)
	assert.Same(t, out.Images[1], out.Image("tcpip"))
	assert.Nil(t, out.Image(""), "two stacks, and none is named")
}

func TestParseTellsManyProblemsBriefly(t *testing.T) {
	out := Parse("x", []byte(heading+rule+summary("", "")+strings.Repeat("nonsense\n", 3*maxProblems)))
	assert.Len(t, out.Problems, maxProblems+1)
	assert.Contains(t, out.Problems[0].Message, "further lines that were not understood: 2000")
}

func TestParseReportsAStrangeKeyOnce(t *testing.T) {
	out := Parse("x", []byte(heading+rule+"  Hue: 1\n"+summary("", "")+rule+"  Hue: 2\n"+summary("", "")))
	require.Len(t, out.Problems, 1)
	assert.Equal(t, at("x", 7, 3), out.Problems[0].At)
	assert.Equal(t, "2", find(out.Images[0].Rules[1].Fields, "Hue").Value, "kept all the same")
}

func TestParseActionsAlone(t *testing.T) {
	out := Parse("x", []byte(heading+"  TTLS Action:                  A\n    Version: 3    Status:  Active\n    Scope:                      Group\n    TTLSEnabled:                On\n"))
	require.Empty(t, out.Problems)
	require.Len(t, out.Images[0].Actions, 1)
	a := out.Images[0].Actions[0]
	assert.Equal(t, "Active", a.Status)
	assert.Equal(t, "TTLSEnabled", a.Parms.Parameters[0].Keyword)
}

func TestParseReadsTheHeading(t *testing.T) {
	for text, want := range map[string]time.Time{
		"  Date: 12/31/2025   Time: 23:59:01": time.Date(2025, 12, 31, 23, 59, 1, 0, time.UTC),
		"  Date: 12/31/2025":                  time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC),
		"  Date: <not available>":             {},
		"  Date: 31.12.2025":                  {},
	} {
		out := Parse("x", []byte("TCP/IP pasearch CS 9.9  Image Name: A B\n"+text+"\n"))
		require.Len(t, out.Images, 1)
		assert.Equal(t, want, out.Images[0].Date, text)
		assert.Equal(t, "A B", out.Images[0].Name)
		assert.Equal(t, "9.9", out.Images[0].CS)
		assert.Empty(t, out.Images[0].Release)
		assert.Len(t, out.Problems, strings.Count(text, "31."), text)
	}
}

// TestParseTakesTheLaterStamp: an update is later than the creation, but a listing may show only one of them.
func TestParseTakesTheLaterStamp(t *testing.T) {
	created, updated := "  Policy created: Mon Mar  2 09:14:58 2026\n", "  Policy updated: Sun Mar  1 09:14:58 2026\n"
	out := Parse("x", []byte(heading+rule+summary("", "")+created+updated))
	require.Empty(t, out.Problems)
	assert.Equal(t, 18, out.Images[0].Rules[0].UpdatedAt.Line)
}
