package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/ringcheck"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// keyringFlags are the flags of both commands about key rings.
type keyringFlags struct {
	ringcheck.Options
	outputFlags
	consumer, at, failOn string
}

func newKeyringCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keyring", Short: "Look into key rings and certificate stores", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newKeyringShowCommand(), newKeyringCheckCommand())
	return cmd
}

func newKeyringShowCommand() *cobra.Command {
	var f keyringFlags
	cmd := &cobra.Command{
		Use:   "show [FILE...]",
		Short: "Show what is on a key ring",
		Long: `Shows the certificates of a key ring: which can be served and how far their
chain goes, which are anchors, and which are listed and in no file.

The files, or folders of files, are taken together for one ring: PEM, DER,
PKCS#7, PKCS#12 or JKS. --listring adds what RACDCERT LISTRING and LIST say;
with it alone the ring is known by its listing only.`,
		Example: `  portseal keyring show rings/agent-in.pem --listring rings/agent-in.txt
  portseal keyring show store.p12 --password-file store.pw --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := f.read(cmd, args, ringcheck.Show)
			return err
		},
	}
	f.register(cmd)
	return cmd
}

func newKeyringCheckCommand() *cobra.Command {
	var f keyringFlags
	cmd := &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Check a key ring: expiry, chains, default certificate",
		Long: `Reads a key ring as 'portseal keyring show' does, and says what is wrong with
it by itself: expiry, chains that it cannot complete, a missing default
certificate, NOTRUST certificates, and where listing and files do not agree.

No listener is asked: whether clients trust what is served, 'portseal verify'
says. The exit codes are those of all commands.`,
		Example: `  portseal keyring check rings/agent-in.pem --listring rings/agent-in.txt
  portseal keyring check cae.jks --label WEBSERVER --min-days 60`,
		RunE: func(cmd *cobra.Command, args []string) error {
			failOn, err := assess.ParseFailOn(f.failOn)
			if err != nil {
				return usagef("--fail-on: %w", err)
			}
			d, err := f.read(cmd, args, ringcheck.Check)
			if err != nil {
				return err
			}
			if code := assess.ExitCode(d.Findings, failOn); code != exitOK {
				return exitError{code: code}
			}
			return nil
		},
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.Label, "label", "", "`LABEL` that the server's policy names (default: the ring's default certificate)")
	cmd.Flags().IntVar(&f.MinDays, "min-days", 30, "a certificate with `N` days left or fewer is a finding")
	cmd.Flags().StringVar(&f.failOn, "fail-on", "medium", "lowest `SEVERITY` that gives exit code 3: info, low, medium, high, critical or never")
	return cmd
}

func (f *keyringFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.Listing, "listring", "", "`FILE` with the output of RACDCERT LISTRING, and of LIST for its certificates")
	fl.StringVar(&f.Ring, "ring", "", "the ring's `NAME` or OWNER/NAME in the listing, when it has several")
	fl.StringVar(&f.Virtual, "virtual", "", "virtual key `RING` that the files stand for: '*AUTH*/*', '*SITE*/*' or 'USER/*'")
	fl.StringVar(&f.PasswordFile, "password-file", "", "`FILE` that holds the stores' password; only its owner may read it")
	fl.StringVar(&f.consumer, "consumer", "", "`WHOSE` rules make anchors: system-ssl, jsse or strict (default: jsse for Java's stores, else system-ssl)")
	fl.StringVar(&f.at, "at", "", "judge validity as of this `TIME` (2026-12-31 or RFC 3339) instead of now")
	f.registerOutput(fl, textFormats())
}

// read reads the ring and writes what is on it; every fault of the command line at once.
func (f *keyringFlags) read(cmd *cobra.Command, files []string, do func(ringcheck.Options) (*ringcheck.Document, error)) (*ringcheck.Document, error) {
	outputs, err := f.outputsOf(textFormats())
	faults := []error{err}
	at, err := parseAt(f.at)
	if faults = append(faults, err); at.IsZero() {
		at = time.Now().UTC()
	}
	switch f.Consumer = certchain.Consumer(f.consumer); f.Consumer {
	case "", certchain.SystemSSL, certchain.JSSE, certchain.Strict:
	default:
		faults = append(faults, fmt.Errorf("--consumer %q: want system-ssl, jsse or strict", f.consumer))
	}
	if f.Ring != "" && f.Listing == "" {
		faults = append(faults, errors.New("--ring names a ring of a listing: want --listring FILE with it"))
	}
	if f.MinDays < 0 {
		faults = append(faults, fmt.Errorf("--min-days %d: want a number that is not negative", f.MinDays))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return nil, err
	}
	f.Files, f.At = files, at
	d, err := do(f.Options)
	if err != nil {
		return nil, usageError(err)
	}
	return d, f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
		if format == "json" {
			return writeIndented(w, d)
		}
		return writeKeyring(w, d)
	})
}

// writeKeyring draws a ring for people.
func writeKeyring(w io.Writer, d *ringcheck.Document) error {
	p := &keyringPage{w: w}
	p.head(d)
	sheet := cipherSheet{header: []string{"LABEL", "OWNER", "USAGE", "DEFAULT", "STATUS", "PART", "EXPIRES", "KEY", "SUBJECT"}}
	for _, e := range d.Entries {
		sheet.rows = append(sheet.rows, cleaned(dash(e.Label), dash(e.Owner), dash(string(e.Usage)), known(e.Default), dash(string(e.Status)), e.Part,
			e.NotAfter.Format(time.DateOnly), e.Key, e.Subject))
	}
	for _, u := range d.Unproven {
		expires, _, _ := strings.Cut(u.NotAfter, " ")
		sheet.rows = append(sheet.rows, cleaned(u.Label, u.Owner, dash(string(u.Usage)), known(u.Default), dash(string(u.Status)), "listed only",
			dash(expires), "-", dash(u.Subject)))
	}
	if p.err == nil && len(sheet.rows) > 0 {
		p.err = sheet.write(w)
	}
	p.chains(d)
	p.notes(d)
	return p.err
}

// keyringPage keeps the first error of writing.
type keyringPage struct {
	w   io.Writer
	err error
}

func (p *keyringPage) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *keyringPage) head(d *ringcheck.Document) {
	what := "for " + string(d.Consumer)
	if d.Virtual != "" {
		what += ", virtual ring " + d.Virtual
	}
	if d.Listing != nil && d.Listing.Ring != "" {
		what += ", listed as " + d.Listing.Ring
	}
	p.line("Key ring %s, %s, as of %s UTC", text.Clean(d.Name), text.Clean(what), d.JudgedAt.UTC().Format("2006-01-02 15:04"))
	p.line("")
}

func (p *keyringPage) chains(d *ringcheck.Document) {
	subjects := map[string]string{}
	for _, e := range d.Entries {
		subjects[e.SHA256] = e.Subject
	}
	for i, c := range d.Chains {
		if i == 0 {
			p.line("\nChains that a server would send")
		}
		for j, sum := range c.Certificates {
			p.line("  %*s%s", 2*j, "", text.Clean(subjects[sum]))
		}
		switch c.Complete {
		case certchain.No:
			p.line("  %*sincomplete: the ring does not have %s", 2*len(c.Certificates), "", text.Clean(c.Missing))
		case certchain.Unknown:
			p.line("  %*sunknown: no file has %s, which may be one that is listed only", 2*len(c.Certificates), "", text.Clean(c.Missing))
		}
	}
}

func (p *keyringPage) notes(d *ringcheck.Document) {
	for i, n := range d.Notes {
		if i == 0 {
			p.line("")
		}
		p.line("note: %s", text.Clean(n))
	}
	for i, x := range d.Findings {
		if i == 0 {
			p.line("\nFindings, worst first")
		}
		p.line("%-9s %s: %s", x.Severity, x.ID, x.Title)
		p.detail(x.Detail)
		if x.Observed != "" {
			p.detail(x.Observed + " (expected: " + x.Expected + ")")
		}
		if i+1 == len(d.Findings) || d.Findings[i+1].Remediation != x.Remediation {
			p.detail(x.Remediation) // once for several that ask for the same
		}
	}
}

func (p *keyringPage) detail(words string) {
	const indent = 10
	for _, line := range wrapWords(text.Clean(words), explainWidth+20-indent) {
		p.line("%*s%s", indent, "", line)
	}
}

func cleaned(cells ...string) []string {
	for i, c := range cells {
		cells[i] = text.Clean(c)
	}
	return cells
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// known shows an answer, and nothing for one that is not known.
func known(a certchain.Answer) string {
	if a == certchain.Yes || a == certchain.No {
		return string(a)
	}
	return "-"
}
