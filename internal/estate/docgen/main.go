// Command docgen writes docs/ESTATE.md, the reference of the estate file, from the same tables that read the file: a key that is not
// in the page cannot be in the reader.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	_ "embed"

	"github.com/portseal/portseal/internal/estate"
)

//go:embed intro.md
var intro string

// schema is the part of a JSON Schema that the page shows.
type schema struct {
	Ref         string            `json:"$ref"`
	Description string            `json:"description"`
	Type        any               `json:"type"`
	Enum        []any             `json:"enum"`
	Items       *schema           `json:"items"`
	Properties  map[string]schema `json:"properties"`
	Required    []string          `json:"required"`
	Additional  json.RawMessage   `json:"additionalProperties"`
	OneOf       []schema          `json:"oneOf"`
	AnyOf       []schema          `json:"anyOf"`
	Minimum     *float64          `json:"minimum"`
	Maximum     *float64          `json:"maximum"`
	Defs        map[string]schema `json:"$defs"`
}

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func write(path string) error {
	doc, err := estate.Schema()
	if err != nil {
		return err
	}
	var s schema
	if err := json.Unmarshal(doc, &s); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(intro)
	section(&b, "The file", s)
	for _, part := range []struct{ title, def string }{
		{"A system", "system"}, {"A listener", "listener"}, {"A key ring", "keyring"}, {"A waiver", "waiver"}, {"query_monitor", "query_monitor"},
		{"A schedule", "schedule"}, {"A blackout", "blackout"}, {"A notice", "notice"},
	} {
		section(&b, part.title, s.Defs[part.def])
	}
	return os.WriteFile(path, []byte(b.String()), 0o644) // a page for everybody
}

func section(b *strings.Builder, title string, s schema) {
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if s.Description != "" {
		fmt.Fprintf(b, "%s\n\n", s.Description)
	}
	b.WriteString("| key | value | meaning |\n|---|---|---|\n")
	keys := make([]string, 0, len(s.Properties))
	for k := range s.Properties {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		p := s.Properties[k]
		need := ""
		if slices.Contains(s.Required, k) {
			need = " (required)"
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", k, need, escape(values(p)), escape(p.Description))
	}
}

func escape(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

// values says what a key takes.
func values(s schema) string {
	switch {
	case s.Ref != "":
		return strings.ReplaceAll(strings.TrimPrefix(s.Ref, "#/$defs/"), "_", " ")
	case len(s.Enum) > 0:
		return words(s.Enum)
	case s.Items != nil:
		return "list of: " + values(*s.Items)
	case len(s.OneOf)+len(s.AnyOf) > 0:
		var all []string
		for _, one := range slices.Concat(s.OneOf, s.AnyOf) {
			if v := values(one); !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
		return strings.Join(all, ", or ")
	}
	var of schema
	if json.Unmarshal(s.Additional, &of) == nil && (of.Ref != "" || of.Type != nil || of.Items != nil) {
		return "by name: " + values(of)
	}
	switch s.Type {
	case "integer":
		if s.Minimum != nil && s.Maximum != nil {
			return fmt.Sprintf("%.0f to %.0f", *s.Minimum, *s.Maximum)
		}
		return "number"
	case "boolean":
		return "true or false"
	case "object":
		return "names and values"
	}
	return "text"
}

// words lists an enumeration; numbers stand there only for editors that read 3.1 as one.
func words(enum []any) string {
	var out []string
	for _, v := range enum {
		if text, ok := v.(string); ok {
			out = append(out, "`"+text+"`")
		}
	}
	return strings.Join(out, ", ")
}
