package table

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func render(t *testing.T, rep *report.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, rep, o))
	return out.String()
}

func TestGolden(t *testing.T) {
	for name, rep := range sample.All() {
		for _, width := range []int{80, 200} {
			for _, color := range []bool{false, true} {
				file := fmt.Sprintf("%s-%d", name, width)
				if color {
					file += "-color"
				}
				t.Run(file, func(t *testing.T) {
					got := render(t, rep, Options{Width: width, Color: color})
					path := filepath.Join("testdata", file+".txt")
					if *update {
						require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
					}
					want, err := os.ReadFile(path)
					require.NoError(t, err)
					assert.Equal(t, string(want), got)
				})
			}
		}
	}
}

func TestGoldenViews(t *testing.T) {
	for _, v := range views() {
		for name, rep := range map[string]*report.Report{"full": sample.Full(), "demo": sample.Demo()} {
			t.Run(name+"-"+v.name, func(t *testing.T) {
				got := render(t, rep, Options{Width: 100, View: v.name})
				path := filepath.Join("testdata", name+"-100-"+v.name+".txt")
				if *update {
					require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.Equal(t, string(want), got)
			})
		}
	}
}

func TestGoldenDetailOfAnEstate(t *testing.T) {
	got := render(t, sample.Full(), Options{Width: 100, View: ViewDetail})
	path := filepath.Join("testdata", "full-100-detail.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// every calls check with each sample in each form, in some views.
func every(t *testing.T, views []string, check func(t *testing.T, rep *report.Report, o Options, out string)) {
	t.Helper()
	all := sample.All()
	all["full"] = sample.Full()
	all["full"].Phase = nil // whose page leaves out the rest: TestPhase
	for name, rep := range all {
		for _, width := range []int{MinWidth, 80, 100, 120, 132, 160, 200} {
			for _, view := range views {
				for _, color := range []bool{false, true} {
					o := Options{Width: width, View: view, Color: color}
					t.Run(fmt.Sprintf("%s %+v", name, o), func(t *testing.T) { check(t, rep, o, render(t, rep, o)) })
				}
			}
		}
	}
}

func TestNoLineIsWiderThanThePage(t *testing.T) {
	every(t, Views(), func(t *testing.T, _ *report.Report, o Options, out string) {
		for line := range strings.Lines(out) {
			line = escapes.ReplaceAllString(strings.TrimSuffix(line, "\n"), "")
			assert.LessOrEqual(t, text.Width(line), o.Width, "%q", line)
			assert.Equal(t, strings.TrimRight(line, " "), line, "no blanks at the end")
		}
	})
}

func TestColourOnlyAddsEscapes(t *testing.T) {
	every(t, Views(), func(t *testing.T, rep *report.Report, o Options, out string) {
		if !o.Color {
			return
		}
		o.Color = false
		trim := func(s string) string { return regexp.MustCompile(` +\n`).ReplaceAllString(s, "\n") }
		assert.Equal(t, render(t, rep, o), trim(escapes.ReplaceAllString(out, "")))
		assert.Contains(t, out, "\x1b[")
	})
}

func TestViewsOfAReportWithoutEndpoints(t *testing.T) {
	for _, view := range Views() {
		assert.NotEmpty(t, render(t, &report.Report{}, Options{View: view}), view)
	}
}

// A comment in a policy accepts for good.
func TestWaivedWithoutALastDay(t *testing.T) {
	rep := sample.Demo()
	rep.Findings[1].Waived = &report.Waived{Reason: "so be it"}
	out := render(t, rep, Options{Width: 200, View: ViewSummary})
	assert.Contains(t, out, ": so be it")
	assert.NotContains(t, out, "until : so be it")
}

func TestNothingHostileReachesTheTerminal(t *testing.T) {
	poisoned := sample.Full()
	poison(reflect.ValueOf(poisoned))
	poisoned.Findings[1].Waived = &report.Waived{Reason: sample.Attack, Until: sample.Attack, ApprovedBy: sample.Attack, Ticket: sample.Attack}
	poisoned.Run.Scope.Skipped = append(poisoned.Run.Scope.Skipped, report.Skipped{ID: sample.Attack, Reason: sample.Attack})
	for _, rep := range []*report.Report{poisoned, sample.Hostile()} {
		for _, view := range Views() {
			for _, width := range []int{80, 200} {
				out := render(t, rep, Options{Width: width, View: view})
				if rep == poisoned || view == ViewSummary || view == ViewDetail { // the other views show little of a port that is no TLS
					assert.Contains(t, out, `\x1b[2J`)
				}
				for line := range strings.Lines(out) {
					for _, r := range strings.TrimSuffix(line, "\n") {
						require.False(t, text.Unsafe(r), "%q in %q", r, line)
					}
					assert.False(t, strings.HasPrefix(line, "PASS"), "a peer's line break is none here")
					assert.LessOrEqual(t, text.Width(strings.TrimSuffix(line, "\n")), width, "%q", line)
				}
			}
		}
	}
}

// poison sets every text of a report to the attack.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(sample.Attack)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(sample.Attack))
			return
		}
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && v.Type().Field(i).Tag.Get("json") != "-" {
				poison(f)
			}
		}
	}
}

func TestAnEstateOfTwentyListenersFitsAScreen(t *testing.T) {
	out := render(t, sample.Prodplex(), Options{Width: 80})
	assert.LessOrEqual(t, strings.Count(out, "\n"), 45)
}

// "Refused by version" would say nothing.
func TestARefusalByAnOlderVersionIsWorded(t *testing.T) {
	rep := sample.Closed()
	rep.Endpoints[0].State = scan.StateTLS
	rep.Endpoints[0].Protocols[3] = scan.Protocol{Version: cipher.TLSv11, Supported: scan.No, Refused: &scan.Refusal{Count: 1, Basis: "version"}}
	assert.Contains(t, render(t, rep, Options{Width: 80, View: ViewDetail}), "refused by choosing an older version")
}

func TestWorstFirst(t *testing.T) {
	out := render(t, sample.Prodplex(), Options{Width: 80})
	order := []string{"CRIT   SYSB/agent-rc4", "HIGH   SYSB/agent-tls", "MED    SYSA/agent", "UNKN   SYSD/ispf", "LOW    SYSD/agent-rc4", "ok     SYSA/agent-rc4"}
	last := -1
	for _, want := range order {
		at := strings.Index(out, want)
		require.GreaterOrEqual(t, at, 0, "%s in\n%s", want, out)
		assert.Greater(t, at, last, want)
		last = at
	}
}

func TestEverythingThatFailsIsNamed(t *testing.T) {
	every(t, []string{ViewSummary, ViewDetail}, func(t *testing.T, rep *report.Report, o Options, out string) {
		for _, f := range rep.Findings {
			assert.True(t, f.Waived != nil || strings.Contains(out, f.ID), "%s in\n%s", f.ID, out)
		}
		if o.Width <= 80 && o.View == ViewSummary {
			return // names are broken at hyphens there
		}
		for _, e := range rep.Endpoints {
			assert.True(t, strings.Contains(out, e.ID), "%s in\n%s", e.ID, out)
		}
	})
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrors(t *testing.T) {
	require.EqualError(t, Write(fullDisk{}, sample.Demo(), Options{}), "write table: disk full")
	require.EqualError(t, Write(&bytes.Buffer{}, sample.Demo(), Options{View: "x"}), `unknown view "x": want summary, detail, suites, certificates, trust, vulnerabilities or pqc`)
}

func TestEmptyReport(t *testing.T) {
	out := render(t, &report.Report{}, Options{})
	assert.Contains(t, out, "no findings in 0 targets")
	assert.Equal(t, render(t, &report.Report{}, Options{Width: DefaultWidth}), out)
}
