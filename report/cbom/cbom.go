// Package cbom writes the cryptography that a report found as a CycloneDX 1.7 bill of materials (CBOM, ECMA-424): for inventories, and for
// plans to replace what a quantum computer breaks.
//
// Each endpoint is a service. What it speaks and shows are cryptographic assets, each once however many endpoints share it: protocol
// versions with their cipher suites and groups, certificates, public keys, algorithms. Dependencies lead from the service to them.
// Algorithms have the names and families of CycloneDX's registry, and OIDs where their standards give one. A NIST category stands where NIST
// gives one: 1 and 5 for AES (the categories are defined by it), those of FIPS 203 to 205 for ML-KEM, ML-DSA and SLH-DSA, 0 for RSA, DSA and
// (EC)DH, which a quantum computer breaks (NIST IR 8547). A classical level stands where SP 800-57 part 1
// table 2 or the algorithm's RFC gives one.
//
// Limits: what the wire did not show is not there. What was not tested stands at the service as the property portseal:not-tested, and
// the service's dependencies are then declared incomplete. Whether a certificate is active is said as of the time of the judgement and by
// its validity alone; nothing is known of revocation. No private key is ever known.
package cbom

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/internal/ref"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/limits"
	"github.com/portseal/portseal/report/text"
)

// root is the reference of the thing that the bill is of.
const root = "estate"

// Write writes a report's bill of materials to w. It returns the writer's error.
func Write(w io.Writer, rep *report.Report) error {
	b := &builder{rep: rep, dependsOn: map[string][]string{}, seen: map[string]bool{}, rings: ringsOf(rep)}
	for i := range rep.Certificates {
		b.certificate(&rep.Certificates[i])
	}
	var services []cdx.Service
	for i := range rep.Endpoints {
		services = append(services, b.service(&rep.Endpoints[i]))
	}
	slices.SortStableFunc(b.components, func(a, b cdx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	bom := cdx.NewBOM()
	bom.SpecVersion, bom.JSONSchema = cdx.SpecVersion1_7, "http://cyclonedx.org/schema/bom-1.7.schema.json" // whatever the library's newest is
	bom.SerialNumber = "urn:uuid:" + ref.UUID("cbom", cmp.Or(rep.Digest, rep.Run.ID))
	dependencies := b.dependencies()
	var lists []reportjson.List
	bom.Metadata, bom.Compositions = b.metadata(), absent(b.compositions())
	bom.Components, lists = later(lists, "components", b.components)
	bom.Services, lists = later(lists, "services", services)
	bom.Dependencies, lists = later(lists, "dependencies", dependencies)
	return reportjson.EncodeLists(w, bom, lists...)
}

// later is an empty list in the place of one that is written item by item, which is added to those; nothing where it has no items.
func later[T any](lists []reportjson.List, key string, items []T) (*[]T, []reportjson.List) {
	if len(items) == 0 {
		return nil, lists
	}
	return &[]T{}, append(lists, reportjson.List{Key: key, Len: len(items), Item: func(i int) any { return items[i] }})
}

// builder collects the parts of one bill.
type builder struct {
	rep        *report.Report
	components []cdx.Component
	seen       map[string]bool     // references of components that are there
	dependsOn  map[string][]string // by reference
	rings      map[string][]string // that hold a certificate, by its SHA-256
	incomplete []cdx.BOMReference  // services with questions that were not tested
}

// add takes in an asset, once, and returns its reference.
func (b *builder) add(reference, name string, of *cdx.CryptoProperties, properties []cdx.Property, dependsOn ...string) string {
	if !b.seen[reference] {
		b.seen[reference] = true
		b.components = append(b.components, cdx.Component{BOMRef: reference, Type: cdx.ComponentTypeCryptographicAsset, Name: text.Clean(name),
			CryptoProperties: of, Properties: absent(properties)})
		b.depend(reference, dependsOn...)
	}
	return reference
}

func (b *builder) depend(reference string, on ...string) {
	b.dependsOn[reference] = append(b.dependsOn[reference], on...)
}

func (b *builder) metadata() *cdx.Metadata {
	rep := b.rep
	tool := cdx.Component{Type: cdx.ComponentTypeApplication, Name: text.Clean(cmp.Or(rep.Tool.Name, "portseal")), Version: text.Clean(rep.Tool.Version)}
	if rep.Tool.SHA256 != "" {
		tool.Properties = absent(properties("portseal:sha256", rep.Tool.SHA256))
	}
	of := cdx.Component{BOMRef: root, Type: cdx.ComponentTypeApplication, Name: text.Clean(cmp.Or(rep.Run.Estate, "targets"))}
	counted := facts.Count(rep)
	said := properties("portseal:report-digest", rep.Digest, "portseal:run", rep.Run.ID, "portseal:verdict", string(rep.Summary.Verdict),
		"portseal:findings", fmt.Sprintf("%s; %d waived", counted, counted.Waived), "portseal:vantage", rep.Run.Vantage)
	l := limits.Of(rep)
	for _, sentence := range append(l.Shows, l.Scope()) {
		said = append(said, properties("portseal:limits", sentence)...)
	}
	for _, s := range l.Skipped {
		said = append(said, properties("portseal:skipped", s.ID+": "+s.Reason)...)
	}
	for _, gap := range l.NotTested {
		said = append(said, properties("portseal:not-tested", fmt.Sprintf("%s at %s: %s", gap.Question, text.Count(len(gap.Endpoints), "endpoint"), gap.Why))...)
	}
	return &cdx.Metadata{Timestamp: date(rep.Run.Finished), Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{tool}}, Component: &of,
		Properties: absent(said)}
}

func (b *builder) dependencies() []cdx.Dependency {
	var out []cdx.Dependency
	for reference, on := range b.dependsOn {
		slices.Sort(on)
		out = append(out, cdx.Dependency{Ref: reference, Dependencies: absent(slices.Compact(on))})
	}
	slices.SortFunc(out, func(a, b cdx.Dependency) int { return cmp.Compare(a.Ref, b.Ref) })
	return out
}

func (b *builder) compositions() []cdx.Composition {
	if len(b.incomplete) == 0 {
		return nil
	}
	return []cdx.Composition{{Aggregate: cdx.CompositionAggregateIncomplete, Dependencies: &b.incomplete}}
}

// properties are pairs of name and value; the empty ones are left out.
func properties(pairs ...string) []cdx.Property {
	var out []cdx.Property
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, cdx.Property{Name: pairs[i], Value: text.Clean(pairs[i+1])})
		}
	}
	return out
}

// absent is a list as the library wants it: nothing where it is empty.
func absent[T any](list []T) *[]T {
	if len(list) == 0 {
		return nil
	}
	return &list
}

// date is a time as JSON Schema's date-time; empty for a time that is not known or has no such form.
func date(t time.Time) string {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
