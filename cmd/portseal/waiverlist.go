package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
)

// listedWaiver is a waiver of an estate file, and what a report says of it.
type listedWaiver struct {
	report.Waiver
	Expired  bool     `json:"expired"`
	DaysLeft int      `json:"days_left"`
	Used     string   `json:"used"`             // yes, no, or unknown without a report, and where it could not be told
	Covers   []string `json:"covers,omitempty"` // the endpoints of the findings that it is for
}

func newWaiverListCommand() *cobra.Command {
	var f outputFlags
	at := ""
	cmd := &cobra.Command{
		Use:   "list ESTATE.yaml [REPORT.json]",
		Short: "List the waivers of an estate file: who accepted what, until when, and whether it is needed",
		Long: `Lists the waivers of an estate file, with the days that each has left. With a
report of the same estate it says whether a finding is there that each is for,
and lists those too that were made with the service.`,
		Example: `  portseal waiver list estate.yaml
  portseal waiver list estate.yaml report.json --format json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, oerr := f.outputsOf(textFormats())
			day, aerr := parseAt(at)
			if err := errors.Join(oerr, aerr); err != nil {
				return usageError(err)
			}
			if day.IsZero() {
				day = time.Now().UTC()
			}
			if err := checkOutputs(outputs); err != nil {
				return err
			}
			waivers, err := listWaivers(args, day)
			if err != nil {
				return err
			}
			return f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
				if format == "json" {
					return writeIndented(w, map[string]any{"schema": "portseal.waivers/v1", "waivers": waivers})
				}
				return writeWaivers(w, waivers)
			})
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	f.registerOutput(fl, textFormats())
	fl.StringVar(&at, "at", "", "as of this `TIME` (2026-12-31 or RFC 3339) instead of now")
	return cmd
}

func listWaivers(args []string, at time.Time) ([]listedWaiver, error) {
	content, err := os.ReadFile(args[0])
	if err != nil {
		return nil, usagef("%s: %w", args[0], bare(err))
	}
	e, err := loadForWaiver(args[0], content)
	if err != nil {
		return nil, usageError(err)
	}
	var rep *report.Report
	if len(args) == 2 {
		if rep, err = reportOfEstate(args[1]); err == nil && rep.Run.Estate != e.Name {
			err = usagef("%s: it is of estate %q; want one of %q", args[1], rep.Run.Estate, e.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	out := []listedWaiver{}
	for _, w := range append(e.Waivers, withService(rep)...) {
		last, _ := time.Parse(time.DateOnly, w.Until) // the reader has checked it
		one := listedWaiver{Waiver: w, Expired: w.Expired(at), DaysLeft: int(last.Sub(at.UTC().Truncate(24*time.Hour)).Hours() / 24)}
		one.Used, one.Covers = use(w, rep)
		out = append(out, one)
	}
	return out, nil
}

// withService are the waivers that a report's run was judged by and that were made with the service: they stand in no file.
func withService(rep *report.Report) []report.Waiver {
	if rep == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(rep.Waivers), func(w report.Waiver) bool { return w.Service == nil })
}

// use says whether a report has a finding that a waiver is for. Where something was not assessed that the waiver may be for, that there is
// none says nothing.
func use(w report.Waiver, rep *report.Report) (used string, covers []string) {
	if rep == nil {
		return "unknown", nil
	}
	used = "no"
	if rep.Run.Scope.Selected < rep.Run.Scope.Declared || rep.Drift == nil && strings.HasPrefix(w.Finding, assess.DriftPrefix) {
		used = "unknown"
	}
	for _, f := range rep.Findings {
		switch {
		case !assess.Covers(w.Listener, f.Endpoint):
		case assess.CoversFinding(w, f):
			if !slices.Contains(covers, f.Endpoint) {
				covers = append(covers, f.Endpoint)
			}
		case f.Inconclusive:
			used = "unknown"
		}
	}
	if len(covers) > 0 {
		used = "yes"
	}
	return used, covers
}

func writeWaivers(w io.Writer, waivers []listedWaiver) error {
	if len(waivers) == 0 {
		_, err := fmt.Fprintln(w, "no waivers")
		return err
	}
	sheet := cipherSheet{header: []string{"FINDING", "LISTENER", "UNTIL", "DAYS LEFT", "USED", "APPROVED BY", "TICKET", "REASON", "WHERE"}}
	for _, x := range waivers {
		left := strconv.Itoa(x.DaysLeft)
		if x.Expired {
			left = "expired"
		}
		where := ""
		switch {
		case x.Service != nil:
			where = "made " + x.Service.Text()
		case x.Location != nil:
			where = x.Location.String()
		}
		sheet.rows = append(sheet.rows, cleaned(x.About(), dash(x.Listener), x.Until, left, x.Used, dash(x.ApprovedBy), dash(x.Ticket), x.Reason, where))
	}
	return sheet.write(w)
}
