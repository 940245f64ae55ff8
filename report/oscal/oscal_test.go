package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/official"
	"github.com/portseal/portseal/report/internal/sample"
)

var update = flag.Bool("update", false, "write the golden files")

func written(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep))
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	for name, rep := range map[string]*report.Report{"full": sample.Full(), "hostile": sample.Hostile()} {
		t.Run(name, func(t *testing.T) {
			got := written(t, rep)
			golden := filepath.Join("testdata", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "run with -update when the change is meant")
		})
	}
}

func reports() map[string]*report.Report {
	all := sample.All()
	all["full"], all["nothing"] = sample.Full(), &report.Report{}
	return all
}

func TestSchema(t *testing.T) {
	schema := official.OSCAL(t)
	for name, rep := range reports() {
		assert.NoError(t, schema.Validate(t, written(t, rep)), name)
	}
	good := string(written(t, sample.Full()))
	for was, is := range map[string]string{`"not-satisfied"`: `"maybe"`, `"last-modified"`: `"modified"`, `"uuid": "`: `"uuid": "x`,
		`"start": "2`: `"start": "3`, `"import-ap"`: `"import"`} {
		require.Contains(t, good, was)
		assert.Error(t, schema.Validate(t, []byte(strings.Replace(good, was, is, 1))), "the check itself can fail: %s", is)
	}
}

// Every reference leads to something in the document, and no two things have one UUID.
func TestReferences(t *testing.T) {
	for name, rep := range reports() {
		t.Run(name, func(t *testing.T) {
			var doc any
			require.NoError(t, json.Unmarshal(written(t, rep), &doc))
			defined, wanted := map[string]int{}, map[string]bool{}
			walk(doc, func(key, text string) {
				switch key {
				case "uuid", "id":
					defined[text]++
				case "party-uuids", "component-uuid", "actor-uuid", "subject-uuid", "observation-uuid", "risk-uuid", "target-id", "role-id":
					wanted[text] = true
				case "href":
					if strings.HasPrefix(text, "#") {
						wanted[text[1:]] = true
					}
				}
			})
			for id, n := range defined {
				assert.Equal(t, 1, n, id)
			}
			for id := range wanted {
				assert.Contains(t, defined, id)
			}
			assert.NotEmpty(t, wanted)
		})
	}
}

// walk calls each for every string of a document, with the key that it stands under.
func walk(doc any, each func(key, text string)) {
	var visit func(key string, v any)
	visit = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, member := range v {
				visit(k, member)
			}
		case []any:
			for _, member := range v {
				visit(key, member)
			}
		case string:
			each(key, v)
		}
	}
	visit("", doc)
}

// read is a document's one result with its lists.
type read struct {
	result
	Items        []inventoryItem
	Observations []observation
	Risks        []risk
	Findings     []finding
}

func results(t *testing.T, rep *report.Report) read {
	t.Helper()
	var doc document
	require.NoError(t, json.Unmarshal(written(t, rep), &doc))
	require.Len(t, doc.Results.Results, 1)
	out := read{result: doc.Results.Results[0]}
	for raw, list := range map[*placeholder]any{&out.LocalDefinitions.InventoryItems: &out.Items, &out.result.Observations: &out.Observations,
		&out.result.Risks: &out.Risks, &out.result.Findings: &out.Findings} {
		if *raw != nil {
			require.NoError(t, json.Unmarshal(*raw, list))
		}
	}
	return out
}

func TestFindings(t *testing.T) {
	rep := sample.Prodplex()
	got := results(t, rep)
	states := map[string]int{}
	for _, f := range got.Findings {
		states[f.Target.Status.State+" "+f.Target.Status.Reason]++
	}
	inconclusive, with := 0, map[string]bool{}
	for _, f := range rep.Findings {
		with[f.Endpoint] = true
		if f.Inconclusive {
			inconclusive++
		}
	}
	require.NotZero(t, inconclusive)
	assert.Equal(t, map[string]int{"not-satisfied fail": len(rep.Findings) - inconclusive, "not-satisfied other": inconclusive,
		"satisfied pass": len(rep.Endpoints) - len(with)}, states)
	assert.Len(t, got.Risks, len(rep.Findings)-inconclusive, "what was not assessed is no risk")
	assert.Len(t, got.Observations, len(rep.Endpoints))

	var accepted []risk
	for _, r := range got.Risks {
		if r.Status != "open" {
			accepted = append(accepted, r)
		}
	}
	require.Len(t, accepted, 1)
	assert.Equal(t, "deviation-approved", accepted[0].Status)
	assert.Equal(t, "2027-01-15T23:59:59Z", accepted[0].Deadline)
	assert.Contains(t, accepted[0].Props, own("approved-by", "J. Doe"))
}

func TestProfiles(t *testing.T) {
	at := func(outcomes ...report.Outcome) *report.Report {
		rep := sample.Conforming()
		p := report.Profile{ID: "p 1", Title: "P", Edition: "1", Items: []report.ProfileItem{{ID: "a", Clause: "1.1", Title: "A", InForce: "2030-01-01"}}}
		for i, o := range outcomes {
			p.Results = append(p.Results, report.ProfileResult{Item: "a", Outcome: o, Why: "w", Endpoints: []string{rep.Endpoints[i].ID}})
		}
		rep.Profiles = []report.Profile{p}
		return rep
	}
	tests := []struct {
		outcomes []report.Outcome
		want     string
		observed int
	}{
		{[]report.Outcome{report.OutcomePass, report.OutcomePass}, "satisfied pass", 0},
		{[]report.Outcome{report.OutcomePass, report.OutcomeFail}, "not-satisfied fail", 1},
		{[]report.Outcome{report.OutcomeNotAssessed, report.OutcomePass}, "not-satisfied other", 1},
		{[]report.Outcome{report.OutcomeNotInForce, report.OutcomeNotApplicable}, "not-satisfied other", 1},
		{[]report.Outcome{report.OutcomeNotApplicable}, "satisfied other", 0},
	}
	for _, tt := range tests {
		got := results(t, at(tt.outcomes...))
		assert.Equal(t, []controlID{{"p_1.a"}}, got.ReviewedControls.Selections[0].Include)
		last := got.Findings[len(got.Findings)-1]
		assert.Equal(t, "p_1.a_obj", last.Target.ID)
		assert.Equal(t, tt.want, last.Target.Status.State+" "+last.Target.Status.Reason)
		assert.Len(t, last.Observations, tt.observed)
	}
	assert.NotNil(t, results(t, sample.Conforming()).ReviewedControls.Selections[0].IncludeAll)
}

// The same report gives the same bytes; another run of the estate has the same items, and other observations.
func TestUUIDs(t *testing.T) {
	first, again, later := sample.Full(), sample.Full(), sample.Full()
	later.Digest = "sha256:" + sample.Hash("later")
	assert.Equal(t, written(t, first), written(t, again))
	a, b := results(t, first), results(t, later)
	assert.Equal(t, a.Items, b.Items)
	assert.NotEqual(t, a.Observations[0].UUID, b.Observations[0].UUID)
}

func TestText(t *testing.T) {
	assert.Equal(t, `\<b\>x\</b\> \*y\* \{\{ insert: param, z \}\} \\u202e`, markup("\t<b>x</b> *y* {{ insert: param, z }} \u202e")[len(`\\t`):])
	assert.Equal(t, "(empty)", value(" "))
	assert.Equal(t, "_", token(""))
	assert.Equal(t, "_3.1", token("3.1"))
	assert.Equal(t, "a_b-c", token("a b-c"))
	assert.Equal(t, "1970-01-01T00:00:00Z", stamp(time.Time{}, time.Time{}))
	assert.Equal(t, "2026-11-22T03:15:00Z", stamp(time.Time{}, sample.Now))
}

// FuzzText holds text against the patterns of the schema's data types.
func FuzzText(f *testing.F) {
	oneLine := regexp.MustCompile(`^\S(.*\S)?$`)
	name := regexp.MustCompile(`^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$`)
	bare := regexp.MustCompile(`(^|[^\\])(\\\\)*[*_{}<\[` + "`" + `]`)
	f.Add(sample.Attack)
	f.Add("<b>x</b> {{ insert: param, y }}")
	f.Fuzz(func(t *testing.T, s string) {
		assert.Regexp(t, oneLine, value(s))
		assert.Regexp(t, oneLine, markup(s))
		assert.NotRegexp(t, bare, markup(s))
		assert.Regexp(t, name, token(s))
	})
}

func TestWriteReturnsTheError(t *testing.T) {
	assert.ErrorIs(t, Write(broken{}, sample.Demo()), errFull)
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

// BenchmarkWrite has 10,000 endpoints, each with a finding.
func BenchmarkWrite(b *testing.B) {
	one := sample.Prodplex()
	rep := *one
	rep.Endpoints, rep.Findings, rep.Expectations = nil, nil, nil
	for i := range 10_000 {
		e, x := one.Endpoints[i%len(one.Endpoints)], one.Expectations[i%len(one.Expectations)]
		e.ID += strconv.Itoa(i)
		x.Endpoint = e.ID
		f := one.Findings[i%len(one.Findings)]
		f.Endpoint = e.ID
		rep.Endpoints, rep.Findings, rep.Expectations = append(rep.Endpoints, e), append(rep.Findings, f), append(rep.Expectations, x)
	}
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := Write(&out, &rep); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
	}
}
