package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report/schema"
)

func TestCommittedSchemaIsUpToDate(t *testing.T) {
	want, err := generate("../../..")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(schema.Report()), "run go generate ./report/schema")
}

func TestGenerateSaysWhereItMustRun(t *testing.T) {
	_, err := generate(t.TempDir())
	require.ErrorContains(t, err, "run in report/schema")
}
