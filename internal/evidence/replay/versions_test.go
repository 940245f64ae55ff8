package replay_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
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
