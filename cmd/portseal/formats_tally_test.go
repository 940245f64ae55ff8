package main

import (
	"encoding/json"
	"encoding/xml"
	"regexp"

	"github.com/portseal/portseal/report"
)

func tallySARIF(doc []byte, _ *report.Report) tally {
	var log struct {
		Runs []struct {
			Properties struct {
				Verdict, Findings string
				Endpoints         int
			}
			Results []struct {
				RuleID, Kind string
				Suppressions []any
				Properties   struct{ Severity string }
			}
		}
	}
	if err := json.Unmarshal(doc, &log); err != nil {
		return tally{verdict: err.Error()}
	}
	run := log.Runs[0]
	t := tally{verdict: run.Properties.Verdict, severity: map[string]int{}, ids: map[string]int{}, total: run.Properties.Endpoints}
	var statuses []string
	for _, r := range run.Results {
		t.ids[r.RuleID]++
		t.severity[r.Properties.Severity]++
		switch {
		case len(r.Suppressions) > 0:
			statuses = append(statuses, "waived")
		case r.Kind == "open":
			statuses = append(statuses, "not assessed")
		default:
			statuses = append(statuses, r.Properties.Severity)
		}
	}
	if t.counts = inWords(statuses); t.counts != run.Properties.Findings {
		t.counts += ", and said are " + run.Properties.Findings
	}
	return t
}

// tallyJUnit counts the findings in the texts of the cases: one case may hold several.
func tallyJUnit(doc []byte, rep *report.Report) tally {
	var suites struct {
		Suites []struct {
			Name       string `xml:"name,attr"`
			Properties []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"properties>property"`
			Cases []struct {
				Failure string `xml:"failure"`
				Error   string `xml:"error"`
				Out     string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(doc, &suites); err != nil {
		return tally{verdict: err.Error()}
	}
	t := tally{severity: map[string]int{}, ids: map[string]int{}, total: 0}
	isEndpoint := map[string]bool{}
	for _, e := range rep.Endpoints {
		isEndpoint[e.ID] = true
	}
	first := regexp.MustCompile(`(?m)^([A-Z][A-Z0-9-]+) \((critical|high|medium|low|info)\)`)
	for _, s := range suites.Suites {
		if isEndpoint[s.Name] {
			t.total++
		}
		for _, p := range s.Properties {
			if p.Name == "portseal.verdict" {
				t.verdict = p.Value
			}
		}
		for _, c := range s.Cases {
			for _, m := range first.FindAllStringSubmatch(c.Failure+"\n"+c.Error+"\n"+c.Out, -1) {
				t.ids[m[1]]++
				t.severity[m[2]]++
			}
		}
	}
	return t
}

func tallyOSCAL(doc []byte, _ *report.Report) tally {
	type prop struct{ Name, Value string }
	value := func(props []prop, name string) string {
		for _, p := range props {
			if p.Name == name {
				return p.Value
			}
		}
		return ""
	}
	var root struct {
		Results struct {
			Results []struct {
				Props       []prop
				Definitions struct {
					Items []any `json:"inventory-items"`
				} `json:"local-definitions"`
				Findings []struct{ Props []prop }
			}
		} `json:"assessment-results"`
	}
	if err := json.Unmarshal(doc, &root); err != nil {
		return tally{verdict: err.Error()}
	}
	result := root.Results.Results[0]
	t := tally{verdict: value(result.Props, "verdict"), severity: map[string]int{}, ids: map[string]int{}, total: len(result.Definitions.Items)}
	for _, f := range result.Findings {
		if id := value(f.Props, "finding"); id != "" {
			t.ids[id]++
			t.severity[value(f.Props, "severity")]++
		}
	}
	return t
}

func tallyCBOM(doc []byte, _ *report.Report) tally {
	var bom struct {
		Metadata struct {
			Properties []struct{ Name, Value string }
		}
		Services []any
	}
	if err := json.Unmarshal(doc, &bom); err != nil {
		return tally{verdict: err.Error()}
	}
	t := tally{total: len(bom.Services)}
	for _, p := range bom.Metadata.Properties {
		switch p.Name {
		case "portseal:verdict":
			t.verdict = p.Value
		case "portseal:findings":
			t.counts = p.Value
		}
	}
	return t
}
