package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/assess"
)

// Help and advice name only commands and flags that exist.
func TestHelpNamesOnlyWhatExists(t *testing.T) {
	root := newRootCommand()
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	texts := map[string]string{}
	flags := map[string]bool{"help": true}
	walk(root, func(cmd *cobra.Command) {
		parts := []string{cmd.Short, cmd.Long, cmd.Example}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			flags[f.Name] = true
			parts = append(parts, f.Usage)
		})
		if cmd.Name() != "completion" && cmd.Parent() != nil && cmd.Parent().Name() != "completion" { // cobra's own words
			texts["help of "+cmd.CommandPath()] = strings.Join(parts, "\n")
		}
	})
	for _, r := range assess.All() {
		texts["explain "+r.ID] = strings.Join([]string{r.Title, r.Why, r.Varies, r.Remediation, r.CAEServer, r.Elsewhere}, "\n")
	}
	command := regexp.MustCompile(`(?:'|(?:^|\n)  |run )portseal ((?:[a-z]+ ?)+)`)
	flag := regexp.MustCompile(`(?:^|[\s'(])--([a-z][a-z-]*)`)
	seen := 0
	for where, text := range texts {
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])
			cmd, _, err := root.Find(words)
			assert.True(t, err == nil && cmd != root, "%s: %q", where, m[0])
			seen++
		}
		for _, m := range flag.FindAllStringSubmatch(text, -1) {
			assert.True(t, flags[m[1]], "%s: there is no flag %q", where, m[0])
			seen++
		}
	}
	assert.Greater(t, seen, 20, "the patterns find something")
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		walk(sub, visit)
	}
}

// A terminal of 80 columns wraps no line of a help text, but for those about flags.
func TestHelpFitsTheTerminal(t *testing.T) {
	walk(newRootCommand(), func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if strings.HasPrefix(line, "  ") && cmd.Name() == "ciphers" {
				continue // its list of classes
			}
			assert.LessOrEqual(t, len(strings.TrimSuffix(line, "\n")), 80, "help of %s: %s", cmd.CommandPath(), line)
		}
	})
}
