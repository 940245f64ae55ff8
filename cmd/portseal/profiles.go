package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// newProfilesCommand shows the compliance profiles: facts only, nothing is dialled.
func newProfilesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "profiles [NAME|FILE]",
		Short: "Show the compliance profiles, or every item of one",
		Long: `Lists the compliance baselines that scan and verify judge by with --profile, or
that an estate file names. With a name, shows every item: its clause, what is
checked, since when it is in force, and whether the clause itself was read.

A FILE is a profile of your own in the same form: --format yaml writes one of
the built-in ones to start from. It is read strictly; every fault is shown with
its line.`,
		Example: `  portseal profiles
  portseal profiles mozilla-intermediate
  portseal profiles mozilla-intermediate --format yaml > mine.yaml
  portseal scan example.com --profile mozilla-intermediate --profile ./mine.yaml`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: complete(profile.Names, cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return writeProfiles(cmd.OutOrStdout(), format)
			}
			return writeProfile(cmd.OutOrStdout(), args[0], format)
		},
	}
	formatFlag(cmd.Flags(), &format, []string{"table", "json", "yaml"}, ", which writes one profile as a file")
	return cmd
}

// loadProfiles reads the profiles that words name, every fault at once, and says which files they came from.
func loadProfiles(words []string) ([]report.Profile, []report.Input, error) {
	var out []report.Profile
	var inputs []report.Input
	var faults []error
	for _, w := range words {
		p, input, err := loadProfile(w)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out = append(out, p)
		if input != nil {
			inputs = append(inputs, *input)
		}
	}
	return out, inputs, errors.Join(faults...)
}

// loadProfile reads one; the input is nil for one that is built in.
func loadProfile(word string) (report.Profile, *report.Input, error) {
	if !estate.ProfileFile(word) {
		p, err := profile.Named(word)
		return p, nil, err
	}
	data, err := readSome(word, profile.MaxFile)
	if err != nil {
		return report.Profile{}, nil, fmt.Errorf("profile %s: %w", word, bare(err))
	}
	p, err := profile.Own(word, data)
	sum := sha256.Sum256(data)
	return p, &report.Input{Path: word, Kind: "profile", SHA256: hex.EncodeToString(sum[:])}, err
}

// readSome reads a file, and one octet more than may be at most: a device has no end.
func readSome(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// profilesDocument is the list in JSON.
type profilesDocument struct {
	Schema   string           `json:"schema"`
	Profiles []report.Profile `json:"profiles"`
}

func writeProfiles(w io.Writer, format string) error {
	var all []report.Profile
	for _, name := range profile.Names() {
		p, err := profile.Named(name)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	return writeProfileList(w, all, format)
}

func writeProfileList(w io.Writer, all []report.Profile, format string) error {
	switch format {
	case "json":
		return writeIndented(w, profilesDocument{"portseal.profiles/v1", all})
	case "table":
	default:
		return usagef("profiles: unknown format %q: want table or json; yaml goes with a NAME", format)
	}
	sheet := cipherSheet{header: []string{"PROFILE", "EDITION", "ITEMS", "VERIFIED", "IN FORCE FROM", "TITLE"}}
	for _, p := range all {
		verified, from := 0, ""
		for _, i := range p.Items {
			if i.Verified {
				verified++
			}
			from = max(from, i.InForce)
		}
		if from != "" {
			from = "in full from " + from
		}
		sheet.rows = append(sheet.rows, []string{p.ID, p.Edition, fmt.Sprint(len(p.Items)), fmt.Sprint(verified), from, p.Title})
	}
	return sheet.write(w)
}

func writeProfile(w io.Writer, word, format string) error {
	p, _, err := loadProfile(word)
	if err != nil {
		return usageError(err)
	}
	switch format {
	case "json":
		return writeProfileList(w, []report.Profile{p}, format)
	case "yaml":
		if estate.ProfileFile(word) {
			return usagef("profiles: %s is that file; --format yaml is for profiles that are built in", word)
		}
		_, err := w.Write(profile.Source(word))
		return err
	case "table":
		return writeProfilePage(w, p)
	}
	return usagef("profiles: unknown format %q: want table, json or yaml", format)
}

// writeProfilePage writes every item for people.
func writeProfilePage(w io.Writer, p report.Profile) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, edition %s\n%s\n", text.Clean(p.ID), text.Clean(p.Title), text.Clean(p.Edition), text.Clean(p.Source))
	paragraph(&b, "", p.About)
	for _, i := range p.Items {
		fmt.Fprintf(&b, "\n%s  %s\n", text.Clean(i.Clause), text.Clean(i.Title))
		paragraph(&b, "check", profile.Words(i.Check))
		paragraph(&b, "applies", strings.Join(i.Applies, " and "))
		paragraph(&b, "severity", i.Severity.String())
		paragraph(&b, "in force", i.InForce)
		paragraph(&b, "source", strings.TrimSpace(i.Source+" "+i.Edition))
		verified := "yes"
		if !i.Verified {
			verified = "no: the clause itself was not read"
		}
		paragraph(&b, "verified", verified)
		paragraph(&b, "note", i.Note)
		paragraph(&b, "item", i.ID)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// paragraph writes a heading and a text beside it; nothing for an empty text.
func paragraph(b *strings.Builder, heading, words string) {
	const indent = 12
	if words == "" {
		return
	}
	for i, line := range wrapWords(text.Clean(words), explainWidth-indent) {
		if i > 0 {
			heading = ""
		}
		fmt.Fprintf(b, "  %-*s%s\n", indent-2, heading, line)
	}
}
