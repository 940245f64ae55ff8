package main

import (
	"errors"
	"fmt"

	"github.com/invopop/jsonschema"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// refine adds what plain strings, maps and lists of the structs cannot say by their types.
func refine(defs jsonschema.Definitions, src *source) error {
	r := &refiner{defs: defs}
	r.property("Report", "schema").Const = report.Schema
	r.property("Report", "digest").Pattern = digestForm
	r.property("Run", "previous_digest").Pattern = digestForm
	r.property("Run", "redacted_from").Pattern = digestForm
	r.property("Run", "rejudged_from").Pattern = digestForm
	r.property("Baseline", "digest").Pattern = digestForm
	for _, key := range [][2]string{{"Input", "sha256"}, {"Tool", "sha256"}, {"Certificate", "sha256"}, {"Presented", "leaf"},
		{"ClientOutcome", "sha256"}, {"HandshakeResult", "client_certificate"}, {"ChainVerdict", "leaf"}, {"CutCertificate", "sha256"}, {"DHParameters", "prime_sha256"}} {
		r.property(key[0], key[1]).Pattern = sha256Form
	}
	for _, key := range [][2]string{{"Presented", "sent"}, {"ChainVerdict", "path"}, {"Keyring", "anchors"}, {"Keyring", "personal"}} {
		r.items(key[0], key[1]).Pattern = sha256Form
	}
	for _, key := range [][2]string{{"Waived", "until"}, {"Waiver", "until"}, {"Expectation", "retire_by"},
		{"DeclaredPort", "retire_by"}, {"ProfileItem", "in_force"}, {"ProfileItem", "published"}, {"Profile", "published"}} {
		r.property(key[0], key[1]).Format = "date"
	}
	r.enums(src)

	protocols, six := r.property("Endpoint", "protocols"), uint64(len(cipher.Versions()))
	protocols.MinItems, protocols.MaxItems = &six, &six
	r.property("Summary", "by_state").PropertyNames = &jsonschema.Schema{Enum: r.enum(src, "scan", "State", "")}
	var severities []any
	for _, s := range report.Severities() {
		severities = append(severities, s.String())
	}
	r.property("Summary", "by_severity").PropertyNames = &jsonschema.Schema{Enum: severities}
	return errors.Join(r.errs...)
}

// enums closes strings whose values have no type of their own in Go.
func (r *refiner) enums(src *source) {
	roles := r.enum(src, "report", "", "Role")
	r.property("Expectation", "role").Enum = roles
	r.property("Endpoint", "role").Enum = roles
	r.property("Expectation", "expect").Enum = r.enum(src, "report", "", "Expect")
	r.property("StartUp", "way").Enum = r.enum(src, "scan", "", "Way")
	r.property("ClientOutcome", "outcome").Enum = r.enum(src, "scan", "Outcome", "")
	r.property("ClientOutcome", "certificate").Enum = r.enum(src, "scan", "", "Client")
	r.property("Protocol", "enumeration").Enum = r.enum(src, "scan", "", "Enumeration")
	for _, e := range []struct {
		def, key string
		values   []any
	}{
		{"Protocol", "preference", []any{"server", "client", "unknown"}},
		{"Refusal", "basis", []any{"alert", "close", "reset", "version"}},
		{"NonTLS", "kind", []any{"closes", "resets", "silent", "banner", "opaque", "plaintext"}},
		{"Expectation", "client_auth", []any{"none", "requested", "required"}},
		{"Expectation", "reach", []any{"remote", "local"}},
		{"Expectation", "touch", []any{"hello", "connect"}},
		{"Keyring", "consumer", []any{"system-ssl", "jsse", "strict"}},
		{"Phase", "name", words(report.Phases())},
		{"Phase", "verdict", []any{report.Go, report.NoGo}},
		{"PhaseCheck", "result", []any{report.CheckOK, report.CheckFailed, report.CheckUnknown}},
		{"Run", "pace", []any{"gentle", "normal", "fast"}},
	} {
		r.property(e.def, e.key).Enum = e.values
	}
}

// words turns strings into the values of an enum.
func words(all []string) []any {
	var out []any
	for _, w := range all {
		out = append(out, w)
	}
	return out
}

// refiner looks things up, and keeps a list of what is not there any more.
type refiner struct {
	defs jsonschema.Definitions
	errs []error
}

func (r *refiner) property(def, key string) *jsonschema.Schema {
	if s, ok := r.defs[def]; ok {
		if p, ok := s.Properties.Get(key); ok {
			return p
		}
	}
	r.errs = append(r.errs, fmt.Errorf("the report has no key %q in %s", key, def))
	return &jsonschema.Schema{}
}

func (r *refiner) items(def, key string) *jsonschema.Schema {
	if p := r.property(def, key); p.Items != nil {
		return p.Items
	}
	r.errs = append(r.errs, fmt.Errorf("key %q of %s is no list", key, def))
	return &jsonschema.Schema{}
}

func (r *refiner) enum(src *source, folder, kind, prefix string) []any {
	values, err := src.enum(folder, kind, prefix)
	if err != nil {
		r.errs = append(r.errs, err)
	}
	return values
}
