package estate_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := estate.Schema()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource("estate.json", doc))
	s, err := c.Compile("estate.json")
	require.NoError(t, err, "the schema itself is valid")
	return s
}

// validate reads a file as an editor would, numbers and all.
func validate(t *testing.T, s *jsonschema.Schema, path string) error {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var doc any
	require.NoError(t, yaml.Unmarshal(text, &doc))
	asJSON, err := json.Marshal(doc)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	require.NoError(t, err)
	return s.Validate(value)
}

func TestSchemaAcceptsWhatLoadAccepts(t *testing.T) {
	s := compileSchema(t)
	for _, file := range []string{"contract.yaml", "lpars/sysb.yaml", "every-key.yaml"} {
		assert.NoError(t, validate(t, s, filepath.Join("testdata", "good", file)), file)
	}
}

// What an editor cannot see, it does not refuse: the number 3.10 is 3.1 to it.
func TestSchemaRefuses(t *testing.T) {
	s := compileSchema(t)
	for _, file := range []string{"unknown-key-estate", "unknown-key-listener", "unknown-key-ring", "unknown-key-system", "unknown-key-waiver",
		"wrong-type", "wrong-type-objects", "words", "inputs", "version-unknown", "defaults", "schedule-words", "schedule-not-a-list", "schedule-names", "notice-kinds"} {
		assert.Error(t, validate(t, s, filepath.Join("testdata", "bad", file+".yaml")), file)
	}
}
