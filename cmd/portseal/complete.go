package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/scan"
)

// formatFlag registers --format with the formats that a command has: in its help, and for the shell.
func formatFlag(fl *pflag.FlagSet, to *string, formats []string, more string) {
	fl.StringVar(to, "format", formats[0], "`FORMAT` of the result: "+nearest.AnyOf(formats)+more)
	fl.Lookup("format").Annotations = map[string][]string{valuesOf: formats}
}

// valuesOf is the annotation of a flag that holds its values.
const valuesOf = "portseal_values"

// flagValues are the words that flags of these names take, whatever the command. They are made when the shell asks: every other start of
// the program can do without. Where others are possible too, such as the file of a profile, the shell offers files besides.
func flagValues() map[string]flagWords {
	when := flagWords{words: fixed("auto", "always", "never")}
	return map[string]flagWords{
		"color":       when,
		"consumer":    {words: fixed(string(certchain.SystemSSL), string(certchain.JSSE), string(certchain.Strict))},
		"direction":   {words: fixed("inbound", "outbound")},
		"fail-on":     {words: severities},
		"finding":     {words: assess.IDs},
		"log-format":  {words: fixed("text", "json")},
		"pace":        {words: paceNames},
		"phase":       {words: report.Phases},
		"probes":      {words: func() []string { return slices.Concat([]string{"quick", "standard", "deep"}, probeNames()) }},
		"profile":     {words: profile.Names, files: true},
		"progress":    when,
		"starttls":    {words: func() []string { return slices.Concat([]string{"none", "auto"}, run.StartTLSKinds()) }},
		"view":        {words: fixed(table.ViewSummary, table.ViewDetail)},
		"zos-release": {words: releaseNames},
	}
}

type flagWords struct {
	words func() []string
	files bool
}

func fixed(words ...string) func() []string { return func() []string { return words } }

// complete offers words, which are made when the shell asks.
func complete(words func() []string, rest cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return words(), rest }
}

func severities() []string {
	var out []string
	for _, s := range slices.Backward(report.Severities()) {
		out = append(out, s.String())
	}
	return append(out, assess.FailOnName(assess.Never))
}

func paceNames() []string {
	var out []string
	for _, p := range scan.Paces() {
		out = append(out, p.Name)
	}
	return out
}

// completeFlags tells the shell which words the flags of a command, and of those below it, take.
func completeFlags(cmd *cobra.Command, known map[string]flagWords) {
	cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		take, ok := known[flag.Name]
		if words := flag.Annotations[valuesOf]; words != nil {
			take, ok = flagWords{words: fixed(words...)}, true
		}
		if !ok {
			return
		}
		rest := cobra.ShellCompDirectiveNoFileComp
		if take.files {
			rest = cobra.ShellCompDirectiveDefault
		}
		_ = cmd.RegisterFlagCompletionFunc(flag.Name, complete(take.words, rest)) // fails for no flag that is there, and is there once
	})
	for _, sub := range cmd.Commands() {
		completeFlags(sub, known)
	}
}
