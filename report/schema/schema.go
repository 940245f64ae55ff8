// Package schema holds the JSON Schema (draft 2020-12) of a report, made from the Go types by the program in schemagen.
//
// Every object is closed: a key that the schema does not name is an error, so that a misspelt key is found. A report of a
// newer program may hold keys that an older schema does not know; take the schema from the program that wrote the report.
package schema

import (
	"bytes"
	_ "embed" // for the schema file
)

//go:generate go run ./schemagen -o report.schema.json

//go:embed report.schema.json
var reportSchema []byte

// Report returns the schema of a report's JSON, with a newline at the end. The caller owns the bytes.
func Report() []byte { return bytes.Clone(reportSchema) }
