package main

import (
	"errors"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The forms of strings that are no enumeration.
const (
	sha256Form  = `^[0-9a-f]{64}$`
	digestForm  = `^sha256:[0-9a-f]{64}$`
	suiteForm   = `^([0-9A-F]{4}|[0-9A-F]{6})$`
	groupForm   = `^[0-9A-F]{4}$`
	versionForm = `^0x[0-9A-F]{4}$`
	endForm     = `^alert:[0-9]{1,3}$`
)

// typeSchemas are the schemas of types that are written as one string.
type typeSchemas map[reflect.Type]jsonschema.Schema

// schema is the reflector's Mapper: a fresh copy, since the reflector writes the field's comment into it.
func (m typeSchemas) schema(t reflect.Type) *jsonschema.Schema {
	s, ok := m[t]
	if !ok {
		return nil
	}
	return &s
}

func scalars(src *source) (typeSchemas, error) {
	var errs []error
	enum := func(folder, kind string) jsonschema.Schema {
		values, err := src.enum(folder, kind, "")
		errs = append(errs, err)
		return jsonschema.Schema{Type: "string", Enum: values}
	}
	form := func(pattern string) jsonschema.Schema { return jsonschema.Schema{Type: "string", Pattern: pattern} }

	ends := enum("scan", "End")
	answers := []any{scan.Unknown.String(), scan.Yes.String(), scan.No.String()}
	var versions, severities []any
	for _, v := range cipher.Versions() {
		versions = append(versions, v.String())
	}
	for _, s := range report.Severities() {
		severities = append(severities, s.String())
	}
	m := typeSchemas{
		reflect.TypeFor[scan.Fact]():        {Type: "string", Enum: answers},
		reflect.TypeFor[certchain.Answer](): enum("certchain", "Answer"),
		reflect.TypeFor[scan.State]():       enum("scan", "State"),
		reflect.TypeFor[scan.Stage]():       enum("scan", "Stage"),
		reflect.TypeFor[scan.FailureKind](): enum("scan", "FailureKind"),
		reflect.TypeFor[scan.After]():       enum("scan", "After"),
		reflect.TypeFor[report.Verdict]():   enum("report", "Verdict"),
		reflect.TypeFor[report.Severity]():  {Type: "string", Enum: severities},
		reflect.TypeFor[scan.End](): {Type: "string", AnyOf: []*jsonschema.Schema{
			{Enum: ends.Enum}, {Pattern: endForm}}},
		reflect.TypeFor[cipher.Version](): {Type: "string", AnyOf: []*jsonschema.Schema{
			{Enum: versions}, {Pattern: versionForm}}},
		reflect.TypeFor[cipher.ID]():    form(suiteForm),
		reflect.TypeFor[cipher.Group](): form(groupForm),
	}
	return m, errors.Join(errs...)
}
