package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	gojunit "github.com/joshdk/go-junit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t *testing.T, rep *report.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.String()
}

func samples() map[string]*report.Report {
	all := sample.All()
	all["full"] = sample.Full()
	return all
}

func TestGolden(t *testing.T) {
	for name, rep := range samples() {
		t.Run(name, func(t *testing.T) {
			got := render(t, rep)
			path := filepath.Join("testdata", name+".xml")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// read is what a reader of JUnit XML makes of a document: the cases by suite and name.
func read(t *testing.T, doc string) (map[string]map[string]gojunit.Test, []gojunit.Suite) {
	t.Helper()
	suites, err := gojunit.Ingest([]byte(doc))
	require.NoError(t, err)
	all := map[string]map[string]gojunit.Test{}
	for _, s := range suites {
		all[s.Name] = map[string]gojunit.Test{}
		for _, c := range s.Tests {
			require.NotContains(t, all[s.Name], c.Name)
			all[s.Name][c.Name] = c
		}
	}
	return all, suites
}

func TestStatuses(t *testing.T) {
	all, _ := read(t, render(t, sample.Demo()))
	for _, want := range []struct {
		suite, name string
		status      gojunit.Status
		words       string
	}{
		{"demo", "complete", gojunit.StatusPassed, ""},
		{"demo", "INPUT-STALE", gojunit.StatusPassed, ""}, // info
		{"SYSA/agent", "expect", gojunit.StatusPassed, ""},
		{"SYSA/agent", "assessed", gojunit.StatusPassed, ""},
		{"SYSA/agent-rc4", "expect", gojunit.StatusFailed, "RC4-LISTENER-OPEN: open and not TLS"},
		{"SYSA/web", "certificate", gojunit.StatusFailed, "ended on 2026-11-10"},
		{"SYSA/agent-tls", "trusted_by", gojunit.StatusFailed, "no anchor for CN=Example Root CA"},
		{"SYSB/tn3270", "certificate", gojunit.StatusSkipped, "CERT-EXPIRES-SOON is waived until 2027-01-15: renewal ordered (J. Doe, CHG123)"},
		{"SYSB/tn3270", "good_practice", gojunit.StatusFailed, "RC4-SUITE-ACCEPTED"},
		{"SYSB/ispf", "assessed", gojunit.StatusError, "not dialled: reach is local"},
		{"SYSB/ispf", "expect", gojunit.StatusSkipped, "not claimed"},
	} {
		c, ok := all[want.suite][want.name]
		if !assert.True(t, ok, "%s %s", want.suite, want.name) {
			continue
		}
		assert.Equal(t, want.status, c.Status, "%s %s", want.suite, want.name)
		assert.Contains(t, c.Message+c.Properties["message"], want.words)
	}
}

// No finding is lost, and the numbers of a suite are those of its cases.
func TestEveryFindingIsSaid(t *testing.T) {
	for name, rep := range samples() {
		doc := render(t, rep)
		_, suites := read(t, doc)
		var said struct {
			Suites []struct {
				Name     string `xml:"name,attr"`
				Tests    int    `xml:"tests,attr"`
				Failures int    `xml:"failures,attr"`
				Errors   int    `xml:"errors,attr"`
				Skipped  int    `xml:"skipped,attr"`
			} `xml:"testsuite"`
		}
		require.NoError(t, xml.Unmarshal([]byte(doc), &said))
		for i, s := range suites {
			passed := said.Suites[i].Tests - said.Suites[i].Failures - said.Suites[i].Errors - said.Suites[i].Skipped
			assert.Equal(t, []int{s.Totals.Tests, s.Totals.Passed, s.Totals.Failed, s.Totals.Error, s.Totals.Skipped},
				[]int{said.Suites[i].Tests, passed, said.Suites[i].Failures, said.Suites[i].Errors, said.Suites[i].Skipped}, "%s: %s", name, s.Name)
		}
		for _, f := range rep.Findings {
			assert.Contains(t, doc, text.XML(words(&f)[0]), "%s: %s at %s", name, f.ID, f.Endpoint)
		}
		assert.Contains(t, doc, "a pass shows what this address saw then")
	}
}

// What junit-10.xsd of Jenkins' xunit plugin (commit 031e285) allows: the attributes of each element, required ones with a *, and its
// children. Surefire's schema asks for the same of a testsuite, with time and skipped.
var allowed = map[string]struct{ attributes, children string }{
	"testsuites": {"name time tests failures errors", "testsuite"},
	"testsuite":  {"name* tests* failures* errors* skipped* time* timestamp hostname", "properties testcase system-out"},
	"properties": {"", "property"},
	"property":   {"name* value*", ""},
	"testcase":   {"name* classname time", "failure skipped error system-out"},
	"failure":    {"type message", ""},
	"error":      {"type message", ""},
	"skipped":    {"message", ""},
	"system-out": {"", ""},
}

func TestSchema(t *testing.T) {
	for name, rep := range samples() {
		var path []string
		dec := xml.NewDecoder(strings.NewReader(render(t, rep)))
		for token, err := dec.Token(); err == nil; token, err = dec.Token() {
			switch x := token.(type) {
			case xml.StartElement:
				rule, ok := allowed[x.Name.Local]
				require.True(t, ok, "%s: %s", name, x.Name.Local)
				if len(path) > 0 {
					assert.Contains(t, strings.Fields(allowed[path[len(path)-1]].children), x.Name.Local, name)
				} else {
					assert.Equal(t, "testsuites", x.Name.Local)
				}
				have := map[string]bool{}
				for _, a := range x.Attr {
					have[a.Name.Local] = true
					assert.Contains(t, strings.Fields(strings.ReplaceAll(rule.attributes, "*", "")), a.Name.Local, x.Name.Local)
					if a.Name.Local == "time" {
						assert.Regexp(t, `^[0-9]+(\.[0-9]+)?$`, a.Value)
					}
				}
				for a := range strings.FieldsSeq(rule.attributes) {
					assert.True(t, !strings.HasSuffix(a, "*") || have[strings.TrimSuffix(a, "*")], "%s: %s has no %s", name, x.Name.Local, a)
				}
				path = append(path, x.Name.Local)
			case xml.EndElement:
				path = path[:len(path)-1]
			}
		}
	}
}

func TestAFindingAboutAnEndpointThatIsNotThere(t *testing.T) {
	rep := sample.Demo()
	rep.Endpoints = rep.Endpoints[1:] // SYSA/agent
	rep.Findings = append(rep.Findings, report.Finding{ID: "NOT-ASSESSED", Inconclusive: true, Severity: report.Info, Endpoint: "SYSA/agent", Title: "no observation"})
	rep.Run.Complete = false
	all, _ := read(t, render(t, rep))
	assert.Equal(t, gojunit.StatusError, all["SYSA/agent"]["assessed"].Status)
	assert.Equal(t, gojunit.StatusError, all["demo"]["complete"].Status)
}

func TestThreshold(t *testing.T) {
	rep := sample.Demo()
	for failOn, want := range map[string]int{"": 5, "medium": 5, "critical": 3, "never": 0, "info": 6} {
		rep.Run.FailOn = failOn
		_, suites := read(t, render(t, rep))
		failed := 0
		for _, s := range suites {
			failed += s.Totals.Failed
		}
		assert.Equal(t, want, failed, failOn)
	}
}

func TestCaseOf(t *testing.T) {
	for id, want := range map[string]string{"PORT-CLOSED": "expect", "PROTOCOL-MISSING": "versions", "PROTOCOL-INSECURE": "good_practice", "SUITE-INSECURE": "good_practice",
		"CHAIN-TRUSTED-UNEXPECTED": "not_trusted_by", "CHAIN-INCOMPLETE": "trusted_by", "RING-CERT-MISMATCH": "served_by", "RING-EXPIRES-SOON": "keyrings",
		"CERT-NAME-MISMATCH": "names", "CERT-EXPIRED": "certificate", "PROFILE-FAILED": "profile", "SOMETHING-NEW": "good_practice"} {
		assert.Equal(t, want, caseOf(&report.Finding{ID: id}), id)
	}
	assert.Equal(t, "assessed", caseOf(&report.Finding{ID: "PORT-FILTERED", Inconclusive: true}))
}

// Whatever stands in any text of a report, the document is XML with the structure that it has with plain text.
func TestNothingHostileBecomesMarkup(t *testing.T) {
	for _, attack := range []string{sample.Attack, "</failure><failure>", "]]>", "&#0;", "\x00\x0b\ufffe\uffff", "<!--", "\"'>"} {
		plain, hostile := sample.Full(), sample.Full()
		poison(reflect.ValueOf(plain), "word")
		poison(reflect.ValueOf(hostile), attack)
		doc := render(t, hostile)
		for _, r := range strings.ReplaceAll(doc, "\n", "") {
			require.False(t, text.Unsafe(r), "%q", r)
		}
		assert.Equal(t, elements(t, render(t, plain)), elements(t, doc), attack)
	}
}

func elements(t *testing.T, doc string) []string {
	t.Helper()
	var out []string
	dec := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			name := start.Name.Local
			for _, a := range start.Attr {
				name += " " + a.Name.Local
			}
			out = append(out, name)
		}
	}
}

// poison sets every text of a report.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && v.Type().Field(i).Tag.Get("json") != "-" {
				poison(f, s)
			}
		}
	}
}

func TestWriteFails(t *testing.T) {
	require.Error(t, Write(fails{}, sample.Demo()))
}

type fails struct{}

func (fails) Write([]byte) (int, error) { return 0, errors.New("disk full") }
