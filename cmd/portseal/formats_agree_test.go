package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
)

// tally is what one format says of a report in numbers, each as it is read there. Nil: the format does not say it so.
type tally struct {
	verdict  string
	counts   string         // "2 critical, 1 not assessed; 1 waived"
	severity map[string]int // all findings, those that are waived or not assessed too
	ids      map[string]int // all findings by their id
	states   map[string]int // endpoints
	total    int            // endpoints; -1: not said
}

// tallies read each format by itself. The JSON report is what the others are compared with.
func tallies() map[string]func(doc []byte, rep *report.Report) tally {
	return map[string]func([]byte, *report.Report) tally{"table": tallyTable, "jsonl": tallyLines, "csv": tallyCSV, "html": tallyHTML,
		"markdown": tallyMarkdown, "sarif": tallySARIF, "junit": tallyJUnit, "oscal": tallyOSCAL, "cbom": tallyCBOM}
}

// formatsAgree says where a format tells other numbers than the report does.
func formatsAgree(rep *report.Report) error {
	want := tallyFindings(rep.Findings)
	want.verdict, want.states, want.total = string(rep.Summary.Verdict), map[string]int{}, len(rep.Endpoints)
	for _, e := range rep.Endpoints {
		want.states[string(e.State)]++
	}
	var faults []error
	for _, f := range formats() {
		read, ok := tallies()[f.name]
		if !ok {
			continue
		}
		var doc bytes.Buffer
		if err := f.write(&doc, rep, table.Options{Width: 400}); err != nil {
			faults = append(faults, err)
			continue
		}
		got := read(doc.Bytes(), rep)
		for what, differs := range map[string]bool{
			"verdict":   got.verdict != "" && !strings.EqualFold(got.verdict, want.verdict),
			"findings":  got.counts != "" && got.counts != want.counts,
			"severity":  got.severity != nil && !maps.Equal(got.severity, want.severity),
			"ids":       got.ids != nil && !maps.Equal(got.ids, want.ids),
			"states":    got.states != nil && !maps.Equal(got.states, want.states),
			"endpoints": got.total >= 0 && got.total != want.total,
		} {
			if differs {
				faults = append(faults, fmt.Errorf("%s: %s: %+v, and the report has %+v", f.name, what, got, want))
			}
		}
	}
	return errors.Join(faults...)
}

func tallyFindings(findings []report.Finding) tally {
	t := tally{severity: map[string]int{}, ids: map[string]int{}, total: -1}
	var statuses []string
	for _, f := range findings {
		t.severity[f.Severity.String()]++
		t.ids[f.ID]++
		switch {
		case f.Waived != nil:
			statuses = append(statuses, "waived")
		case f.Inconclusive:
			statuses = append(statuses, "not assessed")
		default:
			statuses = append(statuses, f.Severity.String())
		}
	}
	t.counts = inWords(statuses)
	return t
}

// inWords counts words, in the order of reports.
func inWords(statuses []string) string {
	n := map[string]int{}
	for _, s := range statuses {
		n[s]++
	}
	var out []string
	for _, s := range []string{"critical", "high", "medium", "low", "info", "not assessed"} {
		if n[s] > 0 {
			out = append(out, strconv.Itoa(n[s])+" "+s)
		}
	}
	if out == nil {
		out = []string{"no findings"}
	}
	return fmt.Sprintf("%s; %d waived", strings.Join(out, ", "), n["waived"])
}

func group(pattern string, doc []byte) string {
	if m := regexp.MustCompile(pattern).FindSubmatch(doc); m != nil {
		return string(m[1])
	}
	return ""
}

func tallyTable(doc []byte, rep *report.Report) tally {
	if rep.Phase != nil { // of a step it shows the checks
		return tally{total: -1}
	}
	head, _, _ := bytes.Cut(doc, []byte("\n\n"))
	total, _ := strconv.Atoi(group(` in (\d+) (?:listener|target)s?\b`, head))
	counts := group(`^[A-Z]+  .*?: ((?:\d+ [a-z]+(?:, )?)+|no findings) in `, head)
	if open := group(`\b(\d+) not assessed(?:;|$)`, head); open != "" {
		counts = strings.TrimPrefix(strings.TrimPrefix(counts, "no findings")+", "+open+" not assessed", ", ")
	}
	return tally{verdict: group(`^([A-Z]+)  `, head), total: total, counts: counts + "; " + cmpZero(group(`\b(\d+) waived(?:;|$)`, head)) + " waived"}
}

func cmpZero(n string) string {
	if n == "" {
		return "0"
	}
	return n
}

func tallyMarkdown(doc []byte, rep *report.Report) tally {
	line := []byte(strings.Split(string(doc), "\n")[2])
	total, _ := strconv.Atoi(group(` in (\d+) endpoints?`, line))
	t := tally{total: total, counts: group(`^(.*?) in \d+ endpoint`, line) + "; " + cmpZero(group(`, (\d+) waived`, line)) + " waived"}
	if rep.Phase == nil {
		t.verdict = group(`^# ([A-Z]+)`, doc)
	}
	return t
}

func tallyHTML(doc []byte, rep *report.Report) tally {
	count := func(caption string) (words []string) {
		rows := group(`(?s)<caption>`+caption+`</caption>.*?<tbody>(.*?)</tbody>`, doc)
		for _, m := range regexp.MustCompile(`<td class="count">(\d+)</td><th scope="row">(.*?)</th>`).FindAllStringSubmatch(rows, -1) {
			n, _ := strconv.Atoi(m[1])
			word := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[2], ""))
			words = append(words, slices.Repeat([]string{strings.TrimLeft(word, "✕!•✓? ")}, n)...)
		}
		return words
	}
	t := tally{counts: inWords(count("Findings")), total: len(count(`[A-Za-z]+, by what they are`))}
	if rep.Phase == nil {
		t.verdict = group(`(?s)class="outcome">.*?([A-Z][a-z]+)`, doc)
	}
	return t
}

func tallyCSV(doc []byte, _ *report.Report) tally {
	rows, err := csv.NewReader(bytes.NewReader(doc)).ReadAll()
	if err != nil {
		return tally{verdict: err.Error()}
	}
	t := tally{severity: map[string]int{}, ids: map[string]int{}, states: map[string]int{}, total: -1}
	var statuses []string
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		cell := func(name string) string { return row[slices.Index(rows[0], name)] }
		if e := cell("endpoint"); e != "" && !seen[e] && cell("state") != "" { // drift may be about one that is gone
			seen[e] = true
			t.states[cell("state")]++
		}
		id := cell("finding")
		if id == "" {
			continue
		}
		t.ids[id]++
		t.severity[cell("severity")]++
		switch s := cell("status"); s {
		case "open":
			statuses = append(statuses, cell("severity"))
		default:
			statuses = append(statuses, strings.ReplaceAll(s, "-", " "))
		}
	}
	t.counts = inWords(statuses)
	return t
}

func tallyLines(doc []byte, _ *report.Report) tally {
	var findings []report.Finding
	states := map[string]int{}
	verdict := ""
	for line := range bytes.Lines(doc) {
		var l struct {
			Endpoint *report.Endpoint
			Findings []report.Finding
			Summary  *report.Summary
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return tally{verdict: err.Error()}
		}
		findings = append(findings, l.Findings...)
		if l.Endpoint != nil {
			states[string(l.Endpoint.State)]++
		}
		if l.Summary != nil {
			verdict = string(l.Summary.Verdict)
		}
	}
	t := tallyFindings(findings)
	t.verdict, t.states = verdict, states
	return t
}
