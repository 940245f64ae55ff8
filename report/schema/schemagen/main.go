// Command schemagen writes the JSON Schema of a report from the Go types: go generate ./report/schema.
//
// Names, required keys and nesting come from the structs, descriptions from their comments, enumerations from the
// constants in the source, so none of these is written down twice. It must run in the folder report/schema.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/invopop/jsonschema"

	"github.com/portseal/portseal/report"
)

// id is the schema's name. It is an identifier, and need not be there to be fetched.
const id = "https://github.com/portseal/portseal/report/schema/report.schema.json"

func main() {
	out := flag.String("o", "report.schema.json", "the file to write")
	flag.Parse()
	doc, err := generate("../..")
	if err == nil {
		err = os.WriteFile(*out, doc, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schemagen:", err)
		os.Exit(1)
	}
}

// generate returns the schema, reading comments and constants from the module's source at root.
func generate(root string) ([]byte, error) {
	src, err := readSource(root, "report", "scan", "certchain")
	if err != nil {
		return nil, err
	}
	types, err := scalars(src)
	if err != nil {
		return nil, err
	}
	reflector := jsonschema.Reflector{
		ExpandedStruct: false,
		Mapper:         types.schema,
		LookupComment:  src.comment,
	}
	root2020 := reflector.Reflect(&report.Report{})
	root2020.ID = id
	root2020.Title = "portseal report"
	if err := refine(root2020.Definitions, src); err != nil {
		return nil, err
	}
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root2020); err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return doc.Bytes(), nil
}
