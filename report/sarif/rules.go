package sarif

import (
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// rules are the kinds of findings, in the order of their first one. What they say comes from that one.
func rules(findings []report.Finding) []rule {
	out := []rule{}
	known := map[string]bool{}
	for _, f := range findings {
		if known[f.ID] {
			continue
		}
		known[f.ID] = true
		r := rule{ID: f.ID, Short: message{text.Clean(f.Title)}, Default: configuration{levelOf(f.Severity)}, Help: helpOf(f),
			Properties: ruleProperties{score(f.Severity), []string{"security"}}}
		for _, reference := range f.References {
			if r.HelpURI == "" && strings.HasPrefix(reference, "https://") {
				r.HelpURI, _, _ = strings.Cut(reference, " ")
			}
		}
		out = append(out, r)
	}
	return out
}

// helpOf is what to do and where it says so, plain and as Markdown; nil where there is nothing to say.
func helpOf(f report.Finding) *help {
	if f.Remediation == "" && len(f.References) == 0 {
		return nil
	}
	var plain, rich []string
	if f.Remediation != "" {
		plain, rich = append(plain, text.Clean(f.Remediation)), append(rich, "**What to do:** "+escape(text.Clean(f.Remediation)), "")
	}
	for _, reference := range f.References {
		plain, rich = append(plain, text.Clean(reference)), append(rich, "- "+escape(text.Clean(reference)))
	}
	return &help{Text: strings.Join(plain, "\n"), Markdown: strings.TrimSpace(strings.Join(rich, "\n"))}
}

// escape makes text plain in GitHub's Markdown (section 3.11.4 warns of what it may hold): links come from bare URLs, which it knows.
func escape(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~!&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
