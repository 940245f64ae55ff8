package html_test

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

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/html"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func write(t *testing.T, rep *report.Report) string {
	t.Helper()
	var got bytes.Buffer
	require.NoError(t, html.Write(&got, rep))
	return got.String()
}

func TestGolden(t *testing.T) {
	for name, rep := range map[string]*report.Report{"full": sample.Full(), "prodplex": sample.Prodplex(), "adhoc": sample.AdHoc()} {
		got, file := write(t, rep), filepath.Join("testdata", name+".html")
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.True(t, string(want) == got, "%s is not what is written now; see go test -update", file)
	}
}

// Samples of every kind are written, and a report that says nothing at all.
func TestEveryReport(t *testing.T) {
	for name, rep := range map[string]*report.Report{"demo": sample.Demo(), "conforming": sample.Conforming(), "closed": sample.Closed(), "empty": {}} {
		got := write(t, rep)
		assert.Equal(t, 1, strings.Count(got, "<h1"), name)
		for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(got, -1) {
			assert.Equal(t, 1, strings.Count(got, `id="`+m[1]+`"`), "%s: %s leads to one place", name, m[1])
		}
	}
}

// attack is what a hostile peer would put into every text: markup for each place of a page, and what attacks a terminal.
const attack = "</script></style>--><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"alert(1)' javascript:alert(1)" + sample.Attack

// No text of a report is anything but text: not one that a peer chose, and not one of a report that somebody forged.
func TestNothingHostileIsMarkup(t *testing.T) {
	rep := sample.Full()
	tags := tagsOf(write(t, sample.Full()))
	poison(reflect.ValueOf(rep))
	got := write(t, rep)
	for _, r := range got {
		require.False(t, r != '\n' && text.Unsafe(r), "%q", r)
	}
	for tag := range tagsOf(got) {
		assert.True(t, tags[tag], "an element that no template has: %s", tag)
	}
	assert.Equal(t, 1, strings.Count(got, "<script"))
	assert.Equal(t, 1, strings.Count(got, "</script"))
	assert.Equal(t, 1, strings.Count(got, "</style"))
	assert.NotContains(t, got, "<img")
	assert.Contains(t, got, "&lt;script&gt;alert(1)", "it is there, as text")
}

// tagsOf are the names of elements with those of their attributes.
func tagsOf(page string) map[string]bool {
	out := map[string]bool{}
	page = regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`).ReplaceAllString(page, "")
	for _, tag := range regexp.MustCompile(`<[a-zA-Z/!][^>]*>`).FindAllString(page, -1) {
		name := strings.Fields(strings.Trim(tag, "<>"))[0]
		out[name] = true
		for _, m := range regexp.MustCompile(`\s([a-zA-Z-]+)="[^"]*"`).FindAllStringSubmatch(tag, -1) {
			out[name+" "+m[1]] = true
		}
	}
	return out
}

// poison puts the attack into every text of a value, but for what joins endpoints with what is said of them.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if key.Kind() == reflect.String {
				v.SetMapIndex(reflect.ValueOf(attack).Convert(key.Type()), v.MapIndex(key))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i))
			}
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(v.String() + attack)
		}
	}
}

// What a page runs and how it looks is what its policy names; it has no other script, and asks no host for anything.
func TestPageIsAlone(t *testing.T) {
	got := write(t, sample.Full())
	assert.Contains(t, got, "default-src &#39;none&#39;")
	for _, banned := range []string{" src=", " style=", " onclick=", "@import", "url(", "<link", "<iframe", "<base"} {
		assert.NotContains(t, got, banned)
	}
	assert.NotRegexp(t, `href="([^#h]|h[^t]|https?:[^"]*"( [^r]|>))`, got, "links stay on the page, or say nothing of it")
}

// A page of ten thousand listeners has all of them and all findings, says what it leaves out, and stays of a size that a browser can hold.
func TestManyEndpoints(t *testing.T) {
	rep := many(10_000)
	got := write(t, rep)
	assert.Less(t, len(got), 30<<20)
	assert.Equal(t, len(rep.Endpoints), strings.Count(got, `<tr class="item" data-state=`))
	assert.Equal(t, 500, strings.Count(got, `<details class="facts`))
	assert.Contains(t, got, "those of 9500 others are in the JSON report")
	assert.Contains(t, got, "Its bytes are in the JSON report.")
	assert.Contains(t, got, "further certificates, ending later.")
	assert.Contains(t, got, "further rows, none worse than these.")
	cases := map[[4]string]bool{}
	for _, f := range rep.Findings {
		cases[[4]string{f.ID, f.Severity.String(), f.Observed, fmt.Sprint(f.Waived)}] = true
	}
	assert.Equal(t, len(cases), strings.Count(got, `<div class="case item"`))
}

func TestSameReportSameBytes(t *testing.T) {
	assert.Equal(t, write(t, sample.Full()), write(t, sample.Full()))
}

func TestVerdicts(t *testing.T) {
	for verdict, want := range map[report.Verdict]string{report.Pass: "<title>Pass: demo", report.Fail: "<title>Fail: demo", report.Incomplete: "<title>Incomplete: demo",
		"": "<title>Unknown: demo"} {
		rep := sample.Demo()
		rep.Summary.Verdict = verdict
		assert.Contains(t, write(t, rep), want)
	}
}

// The matrix has listeners as columns while they fit, and roles when they do not.
func TestMatrixOfManyListeners(t *testing.T) {
	rep := sample.Prodplex()
	assert.Contains(t, write(t, rep), "by listener</caption>")
	for i := range rep.Endpoints {
		rep.Endpoints[i].Listener = rep.Endpoints[i].ID
	}
	got := write(t, rep)
	assert.Contains(t, got, "by role</caption>")
	assert.Regexp(t, `<a href="#endpoint-\d+">SYSA/agent</a>: TLS 1.2, 1.3`, got)
}

// A ring that must not trust a chain is right when it says no.
func TestNotTrustedIsRight(t *testing.T) {
	rep := sample.Prodplex()
	for i := range rep.Expectations {
		rep.Expectations[i].NotTrustedBy = []string{"agent-out@SYSC"}
	}
	got := write(t, rep)
	assert.Contains(t, got, `<td class="cell word good">no<div class="reason">`)
	assert.Contains(t, got, `<td class="cell word bad">yes<div class="reason">must not trust it`)
}

func TestRedactedCannotBeChecked(t *testing.T) {
	rep := sample.Demo()
	assert.Contains(t, write(t, rep), "portseal report check REPORT.json")
	rep.Run.Redacted, rep.Run.RedactedFrom = true, "sha256:"+sample.Hash("whole")
	got := write(t, rep)
	assert.NotContains(t, got, "portseal report check")
	assert.Contains(t, got, rep.Run.RedactedFrom)
}

func TestUnknownFactsAreNotNo(t *testing.T) {
	rep := sample.AdHoc()
	for i := range rep.Endpoints[0].Protocols {
		rep.Endpoints[0].Protocols[i].Supported = scan.Unknown
	}
	assert.Contains(t, write(t, rep), "<td>?</td>")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrors(t *testing.T) {
	assert.ErrorContains(t, html.Write(full{}, sample.Full()), "disk full")
	assert.ErrorContains(t, html.Write(full{}, &report.Report{}), "disk full")
}
