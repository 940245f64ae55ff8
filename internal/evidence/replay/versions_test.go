package replay_test

import (
	"bytes"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/target"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// TestOtherVersion: a report of another version is not told off for its words, and for what they are about all the same.
func TestOtherVersion(t *testing.T) {
	next := replay.Beside{Program: report.Tool{Name: "portseal", Version: "99.0.0"}}
	doc := demoDocument(t)
	finding := list(doc["findings"])[0].(object)
	finding["remediation"], finding["title"] = "As it was said then.", "In other words"
	same, err := replay.Check(sealed(t, doc), replay.Beside{})
	require.NoError(t, err)
	assert.Len(t, same.Differences, 2, "the version that made it says it in its own words")
	other, err := replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.Empty(t, other.Differences)
	assert.Empty(t, other.Unchecked)
	assert.Contains(t, other.Word[len(other.Word)-1].What, "words of findings")

	finding["severity"] = "low"
	other, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.NotEmpty(t, other.Differences, "another severity is no other word")

	doc = demoDocument(t)
	rules := list(doc["rules"])
	doc["rules"] = without(rules, slices.Index(rules, any("CERT-EXPIRED"))) // which the demo has no finding of
	other, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	require.Len(t, other.Unchecked, 1, "a rule that the other version had not, as it says")
	assert.Contains(t, other.Unchecked[0].What, "CERT-EXPIRED")
}

// TestOtherWords: why a chain is not trusted, and why an item of a profile gave what it gave, may be said in other words; that it is so, not.
func TestOtherWords(t *testing.T) {
	next := replay.Beside{Program: report.Tool{Name: "portseal", Version: "99.0.0"}}
	doc := rejudgedDocument(t)
	why := list(list(doc["profiles"])[0].(object)["results"])
	result := why[slices.IndexFunc(why, func(r any) bool { return r.(object)["why"] != nil })].(object)
	e, _ := endpointOf(doc, "SYSA/agent-tls")
	chains := list(e["chains"])
	chain := chains[slices.IndexFunc(chains, func(c any) bool { return c.(object)["trusted"] == "no" })].(object)
	require.NotEmpty(t, chain["reason"])
	result["why"], chain["reason"] = "in other words", "in other words"
	same, err := replay.Check(sealed(t, doc), replay.Beside{})
	require.NoError(t, err)
	assert.Len(t, same.Differences, 2)
	other, err := replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.Empty(t, other.Differences)
	assert.Empty(t, other.Unchecked)

	chain["trusted"] = "yes"
	other, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.NotEmpty(t, other.Differences, "trust is no word")
	chain["trusted"] = "no"
	result["outcome"] = "not-in-force"
	other, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.NotEmpty(t, other.Differences, "an outcome is no word")
	result["outcome"], chain["reason"] = "pass", ""
	other, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.NotEmpty(t, other.Differences, "no word is not another")
}

// Versions that had no count of what was not assessed counted it as info: that is no difference in a report of theirs, and one in ours.
func TestEarlierSummary(t *testing.T) {
	next := replay.Beside{Program: report.Tool{Name: "portseal", Version: "99.0.0"}}
	doc := adHocDocument(t)
	summary := doc["summary"].(object)
	require.InDelta(t, 1, summary["not_assessed"], 0)
	require.Empty(t, summary["by_severity"])
	result, err := replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.Empty(t, result.Differences)

	delete(summary, "not_assessed")
	summary["by_severity"] = object{"info": 1}
	result, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.Empty(t, result.Differences)
	assert.NotEmpty(t, pointers(t, doc), "this version counts it by itself")
	summary["by_severity"] = object{}
	result, err = replay.Check(sealed(t, doc), next)
	require.NoError(t, err)
	assert.NotEmpty(t, result.Differences, "it counted nowhere")
}

// adHocDocument is the report of a scan of a port on loopback that is closed.
func adHocDocument(t *testing.T) object {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := netip.MustParseAddrPort(l.Addr().String())
	require.NoError(t, l.Close())
	stages, err := probes.Stages(nil)
	require.NoError(t, err)
	w := run.Work{Targets: run.AdHoc{}.Targets(t.Context(), []target.Spec{{Host: at.Addr().String(), Ports: []uint16{at.Port()}}})}
	rep, err := run.Do(t.Context(), w, run.Settings{FailOn: report.Medium, Probes: "standard", Runner: scan.Runner{Stages: stages,
		Handshaker: handshake.Handshaker{}, Vantage: "local", Pace: scan.Pace{Name: "normal"}}})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, reportjson.Write(&out, rep))
	return decode(t, out.Bytes())
}
