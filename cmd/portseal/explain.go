package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/nearest"
)

// newExplainCommand shows the rule catalogue: what each finding means, and what to do about it.
func newExplainCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "explain [FINDING-ID]",
		Short: "Show what a finding means, and what to do about it",
		Long: `Without an argument, lists every finding with its severity. With a finding's id,
says what it is, why it matters, how to fix it on z/OS and elsewhere, and what
it is founded on.`,
		Example: `  portseal explain
  portseal explain RC4-LISTENER-OPEN
  portseal explain --format markdown > findings.md`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: complete(assess.IDs, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return writeCatalogue(cmd.OutOrStdout(), format)
			}
			rule, ok := assess.Lookup(strings.ToUpper(args[0]))
			if !ok {
				return usagef("explain: there is no finding %q; %s", args[0], similarFindings(args[0]))
			}
			return writeRule(cmd.OutOrStdout(), rule, format)
		},
	}
	formatFlag(cmd.Flags(), &format, []string{"table", "json", "markdown"}, "")
	return cmd
}

// similarFindings names the ids that are spelt nearly so, else those that share a word with what was asked for.
func similarFindings(asked string) string {
	near := nearest.Names(asked, assess.IDs())
	if len(near) == 0 {
		near = sharing(strings.Split(strings.ToUpper(asked), "-"))
	}
	if len(near) == 0 {
		return "'portseal explain' lists them all"
	}
	return "did you mean " + strings.Join(near, ", ") + "?"
}

// maxShared is how many ids a word may stand in and still say something: whole families begin with ATTLS.
const maxShared = 12

// sharing returns the ids that hold one of the words, in the catalogue's order.
func sharing(words []string) []string {
	holds := func(id string, words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return len(w) > 2 && strings.Contains("-"+id+"-", "-"+w+"-") })
	}
	ids := assess.IDs()
	telling := slices.DeleteFunc(words, func(w string) bool {
		return len(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !holds(id, w) })) > maxShared
	})
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !holds(id, telling...) })
}

func writeCatalogue(w io.Writer, format string) error {
	switch format {
	case "table":
		sheet := cipherSheet{header: []string{"FINDING", "SEVERITY", "WHAT"}}
		for _, r := range assess.Catalogue() {
			sheet.rows = append(sheet.rows, []string{r.ID, severityWord(r), r.Title})
		}
		if err := sheet.write(w); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, "\n* the severity varies; incomplete: never fails a run, but keeps it from passing. "+
			"See 'portseal explain FINDING-ID'.")
		return err
	case "json":
		return writeIndented(w, map[string]any{"schema": "portseal.rules/v1", "rules": assess.Catalogue()})
	case "markdown":
		for i, r := range assess.Catalogue() {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := writeMarkdownRule(w, r); err != nil {
				return err
			}
		}
		return nil
	}
	return unknownExplainFormat(format)
}

func writeRule(w io.Writer, r assess.Rule, format string) error {
	switch format {
	case "table":
		return writePlainRule(w, r)
	case "json":
		return writeIndented(w, r)
	case "markdown":
		return writeMarkdownRule(w, r)
	}
	return unknownExplainFormat(format)
}

func unknownExplainFormat(format string) error {
	return usagef("explain: unknown format %q: want table, json or markdown", format)
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// severityWord is the severity, marked where it varies or never fails a run.
func severityWord(r assess.Rule) string {
	switch {
	case r.Inconclusive:
		return "incomplete"
	case r.Varies != "":
		return r.Severity.String() + "*"
	}
	return r.Severity.String()
}

// severityLine says all about the severity.
func severityLine(r assess.Rule) string {
	switch {
	case r.Inconclusive:
		return r.Severity.String() + "; never fails a run, makes it incomplete"
	case r.Varies != "":
		return r.Severity.String() + "; " + r.Varies
	}
	return r.Severity.String()
}

// ruleSection is one paragraph about a rule.
type ruleSection struct{ heading, text string }

func ruleSections(r assess.Rule) []ruleSection {
	out := []ruleSection{{"Severity", severityLine(r)}, {"Why", r.Why}, {"On z/OS", r.Remediation}}
	if r.CAEServer != "" {
		out = append(out, ruleSection{"CAE server", r.CAEServer})
	}
	return append(out, ruleSection{"Elsewhere", r.Elsewhere})
}

const explainWidth = 80

func writePlainRule(w io.Writer, r assess.Rule) error {
	const indent = 12
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", r.ID, r.Title)
	for _, s := range ruleSections(r) {
		for i, line := range wrapWords(s.text, explainWidth-indent) {
			heading := ""
			if i == 0 {
				heading = s.heading
			}
			fmt.Fprintf(&b, "%-*s%s\n", indent, heading, line)
		}
	}
	for i, ref := range r.References {
		heading := ""
		if i == 0 {
			heading = "References"
		}
		fmt.Fprintf(&b, "%-*s%s\n", indent, heading, ref)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMarkdownRule(w io.Writer, r assess.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", r.ID, markdownText(r.Title))
	for _, s := range ruleSections(r) {
		fmt.Fprintf(&b, "**%s:** %s\n\n", s.heading, markdownText(s.text))
	}
	b.WriteString("**References:**\n\n")
	for _, ref := range r.References {
		if strings.HasPrefix(ref, "https://") {
			ref = "<" + ref + ">"
		}
		fmt.Fprintf(&b, "- %s\n", ref)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownText escapes what Markdown would read as its own.
func markdownText(s string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", `\<`, "|", `\|`).Replace(s)
}

// wrapWords breaks a text between words into lines of at most width characters; a longer word has a line of its own.
func wrapWords(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
