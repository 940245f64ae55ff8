package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
)

func explain(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := newExplainCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err := cmd.Execute()
	return out.String(), err
}

func TestExplainCatalogue(t *testing.T) {
	for _, format := range []string{"table", "json", "markdown"} {
		out, err := explain(t, "--format", format)
		require.NoError(t, err)
		for _, id := range assess.IDs() {
			assert.Contains(t, out, id, format)
		}
		assert.Equal(t, format == "json", json.Valid([]byte(out)), format)
	}
}

func TestExplainOne(t *testing.T) {
	out, err := explain(t, "rc4-listener-open")
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(out, "RC4-LISTENER-OPEN: "), out)
	for _, words := range []string{"critical; low until", "On z/OS", "Elsewhere", "References  https://www.ibm.com/docs/en/dqmfz/"} {
		assert.Contains(t, out, words)
	}
	for line := range strings.SplitSeq(out, "\n") {
		assert.True(t, len(line) <= explainWidth || strings.Contains(line, "https://"), line)
	}

	out, err = explain(t, "CERT-EXPIRED", "--format", "json")
	require.NoError(t, err)
	var rule map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &rule))
	assert.Equal(t, "critical", rule["severity"])
}

func TestExplainErrors(t *testing.T) {
	_, err := explain(t, "RC4-OPEN")
	require.Error(t, err)
	assert.Equal(t, exitUsage, codeOf(err))
	assert.Contains(t, err.Error(), `there is no finding "RC4-OPEN"; did you mean RC4-LISTENER-OPEN`)

	_, err = explain(t, "ATTLS-JOBNAMES")
	assert.EqualError(t, err, `explain: there is no finding "ATTLS-JOBNAMES"; did you mean ATTLS-JOBNAME?`)
	_, err = explain(t, "ATTLS-NOSUCH")
	assert.EqualError(t, err, `explain: there is no finding "ATTLS-NOSUCH"; 'portseal explain' lists them all`)

	_, err = explain(t, "nonsense")
	assert.EqualError(t, err, `explain: there is no finding "nonsense"; 'portseal explain' lists them all`)

	_, err = explain(t, "--format", "xml")
	assert.EqualError(t, err, `explain: unknown format "xml": want table, json or markdown`)
	assert.Equal(t, exitUsage, codeOf(err))
}
