package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

func newWaiverCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "waiver", Short: "Accept findings for a time: add and list waivers", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newWaiverAddCommand(), newWaiverListCommand())
	return cmd
}

// waiverFlags are those of waiver add.
type waiverFlags struct {
	report.Waiver
	replace, dryRun bool
}

func newWaiverAddCommand() *cobra.Command {
	var f waiverFlags
	cmd := &cobra.Command{
		Use:   "add ESTATE.yaml --finding ID --listener SYSTEM/NAME --until DATE --reason TEXT --approved-by NAME",
		Short: "Write a waiver into an estate file",
		Long: `Writes one waiver into an estate file: who accepted which finding, where, why,
and until when. All else in the file stays as it is, octet for octet, comments
and layout included. The file is read again as verify reads it before it is
replaced, and keeps its mode and owner.

The listener may have * and ?; it must match a listener of the estate.
Findings about files and rings have none. PROFILE-FAILED wants --item as well,
so that one clause is accepted and not every one that fails later. The last
day must not be over, nor more than three years ahead. A waiver for the same
finding, listener and item that is there already is an error; --replace writes
the new one in its place.`,
		Example: `  portseal waiver add estate.yaml --finding CERT-EXPIRES-SOON \
    --listener SYSA/web --until 2027-01-15 --reason 'renewal ordered' \
    --approved-by 'J. Doe' --ticket CHG123`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.add(cmd.OutOrStdout(), args[0], time.Now()) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.Finding, "finding", "", "`ID` of the finding ('portseal explain' lists them)")
	fl.StringVar(&f.Listener, "listener", "", "`SYSTEM/NAME` of the listener, in which * and ? may stand")
	fl.StringVar(&f.Item, "item", "", "`PROFILE/ITEM` that PROFILE-FAILED is about, in which * and ? may stand")
	fl.StringVar(&f.Until, "until", "", "last `DATE`, UTC, on which it holds: 2027-01-15")
	fl.StringVar(&f.Reason, "reason", "", "`TEXT`: why the finding is accepted")
	fl.StringVar(&f.ApprovedBy, "approved-by", "", "`NAME` of who accepted it")
	fl.StringVar(&f.Ticket, "ticket", "", "`NUMBER` of the record of it")
	fl.BoolVar(&f.replace, "replace", false, "write it in the place of the waiver for the same finding and listener")
	fl.BoolVar(&f.dryRun, "dry-run", false, "print the line, and change nothing")
	return cmd
}

// add changes the file, and prints the line that it has now.
func (f *waiverFlags) add(stdout io.Writer, name string, now time.Time) error {
	target, err := plainFile(name)
	if err != nil {
		return usagef("%s: %w", name, err)
	}
	before, err := os.ReadFile(target)
	if err != nil {
		return usagef("%s: %w", name, bare(err))
	}
	e, err := loadForWaiver(name, before)
	if err != nil {
		return usageError(err)
	}
	if err := f.check(e, now); err != nil {
		return usageError(err)
	}
	place, err := f.replaced(e)
	if err != nil {
		return usageError(err)
	}
	after, line, err := estate.AddWaiver(before, f.Waiver, place)
	if err != nil {
		return usagef("%s: %w", name, err)
	}
	again, err := loadForWaiver(name, after)
	if err != nil {
		return usageError(err)
	}
	if want := len(e.Waivers) + map[bool]int{true: 1}[place < 0]; len(again.Waivers) != want {
		return fmt.Errorf("%s would have %d waivers, want %d: it is not changed", name, len(again.Waivers), want)
	}
	if !f.dryRun {
		if err := rewrite(target, before, after); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	_, err = fmt.Fprintf(stdout, "%s:%d: %s\n", text.Clean(name), line, text.Clean(estate.WaiverText(f.Waiver)))
	return err
}

// loadForWaiver reads an estate whose text is given; the files that it names need not be at hand.
func loadForWaiver(name string, content []byte) (*estate.Estate, error) {
	return estate.Load(name, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds(), Text: content, Unread: true})
}

// check finds what is wrong with the flags; every fault at once.
func (f *waiverFlags) check(e *estate.Estate, now time.Time) error {
	faults := []error{f.checkFinding(), f.checkItem(), f.checkUntil(now), f.checkListener(e)}
	for _, one := range [][2]string{{"--reason", f.Reason}, {"--approved-by", f.ApprovedBy}} {
		if strings.TrimSpace(one[1]) == "" {
			faults = append(faults, fmt.Errorf("%s is missing: a waiver says who accepted the finding, and why", one[0]))
		}
	}
	return errors.Join(faults...)
}

func (f *waiverFlags) checkFinding() error {
	rule, ok := assess.Lookup(f.Finding)
	switch {
	case f.Finding == "":
		return errors.New("--finding is missing: want the id of a finding; 'portseal explain' lists them")
	case !ok:
		hint := ""
		if near := nearest.Names(f.Finding, assess.IDs()); len(near) > 0 {
			hint = "did you mean " + strings.Join(near, " or ") + "? "
		}
		return fmt.Errorf("--finding %q is no finding; %s'portseal explain' lists them", f.Finding, hint)
	case rule.Inconclusive:
		return fmt.Errorf("--finding %s cannot be waived: what was not assessed is not known", f.Finding)
	}
	return nil
}

// checkItem wants an item where there are any: without one, each clause of each profile would be accepted, those that fail later too. How an
// item is written is the reader's to check.
func (f *waiverFlags) checkItem() error {
	switch about := f.Finding == assess.ProfileFailed; {
	case about && f.Item == "":
		return errors.New("--item is missing: want PROFILE/ITEM, as in nist-800-52r2/suites-tls12 ('portseal profiles NAME' lists the items); '*/*' accepts all of them")
	case !about && f.Item != "":
		return errors.New("--item: only " + assess.ProfileFailed + " is about an item of a profile; leave it out")
	}
	return nil
}

func (f *waiverFlags) checkUntil(now time.Time) error {
	const years = 3
	until, err := time.Parse(time.DateOnly, f.Until)
	switch {
	case f.Until == "":
		return errors.New("--until is missing: want the last day, as in 2027-01-15; a waiver without end accepts for ever")
	case err != nil:
		return fmt.Errorf("--until %q is no date; want YYYY-MM-DD, as in 2027-01-15", f.Until)
	case f.Expired(now):
		return fmt.Errorf("--until %s is over; want today or later", f.Until)
	case until.After(now.UTC().AddDate(years, 0, 0)):
		return fmt.Errorf("--until %s is more than %d years ahead; want an end that somebody will live to see", f.Until, years)
	}
	return nil
}

// checkListener wants a pattern that matches a listener of the estate. Whether the finding has one at all is the reader's to say.
func (f *waiverFlags) checkListener(e *estate.Estate) error {
	if f.Listener == "" {
		return nil
	}
	pattern, _, _ := strings.Cut(f.Listener, "@") // addresses may come from a resolver
	var names []string
	for _, s := range e.Systems {
		for _, l := range s.Listeners {
			name := s.Name + "/" + l.Name
			names = append(names, name)
			for _, port := range l.Ports {
				if assess.Covers(pattern, fmt.Sprintf("%s:%d", name, port)) {
					return nil
				}
			}
		}
	}
	hint := ""
	if near := nearest.Names(f.Listener, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "? "
	}
	return fmt.Errorf("--listener %q matches no listener of the estate; %swant SYSTEM/NAME, in which * and ? may stand", f.Listener, hint)
}

// replaced finds the waiver that is for the same already: its index among those of the file, or -1 where there is none.
func (f *waiverFlags) replaced(e *estate.Estate) (int, error) {
	same := func(w report.Waiver) bool {
		return w.Finding == f.Finding && w.Listener == f.Listener && w.Item == f.Item
	}
	within := func(pattern, name string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	}
	i := slices.IndexFunc(e.Waivers, same)
	wider := slices.IndexFunc(e.Waivers, func(w report.Waiver) bool {
		return w.Finding == f.Finding && within(w.Listener, f.Listener) && (w.Item == "" || within(w.Item, f.Item)) && !same(w) && w.Until >= f.Until
	})
	switch {
	case i < 0 && f.replace:
		return -1, fmt.Errorf("--replace: there is no waiver of %s for %s; leave it out", f.About(), orEstate(f.Listener))
	case i < 0 && wider >= 0:
		w := e.Waivers[wider]
		return -1, fmt.Errorf("%s at %s is waived already, for %s until %s, at %s", f.About(), f.Listener, w.Listener, w.Until, w.Location.String())
	case i < 0:
		return -1, nil
	}
	w := e.Waivers[i]
	switch {
	case !f.replace:
		return -1, fmt.Errorf("%s at %s is waived already, until %s, at %s; --replace writes the new one in its place",
			f.About(), orEstate(f.Listener), w.Until, w.Location.String())
	case w.Location.File != e.Inputs[0].Path: // the estate file itself is read first
		return -1, fmt.Errorf("--replace: the waiver stands in an included file, at %s; change it there", w.Location.String())
	}
	return i, nil
}

func orEstate(listener string) string {
	if listener == "" {
		return "the estate"
	}
	return listener
}

// plainFile is the file that a name stands for, through links; nothing but a regular file can be replaced.
func plainFile(name string) (string, error) {
	target, err := throughLinks(name)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
		return "", bare(err)
	case !info.Mode().IsRegular():
		return "", errors.New("it is no regular file; want an estate file")
	}
	return target, nil
}

// rewrite replaces a file that is still as it was read, with its mode and owner. A reader sees the old file or the new one.
func rewrite(target string, before, after []byte) error {
	info, err := os.Stat(target)
	if err != nil {
		return bare(err)
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*"+partial)
	if err != nil {
		return bare(err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(after)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), keepOwner(f, info), f.Sync(), f.Close())
	if err != nil {
		return bare(err)
	}
	now, err := os.ReadFile(target)
	if err == nil && !bytes.Equal(now, before) {
		err = errors.New("somebody else has changed it meanwhile; it is left as it is now")
	}
	if err != nil {
		return bare(err)
	}
	return os.Rename(f.Name(), target)
}
