package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report/table"
	"github.com/portseal/portseal/report/text"
)

// listenerHistory is what is known of one listener.
type listenerHistory struct {
	Schema   string            `json:"schema"`
	Estate   string            `json:"estate"`
	Listener history.Listener  `json:"listener"`
	Spans    []history.Span    `json:"spans"` // oldest first
	Findings []history.Finding `json:"findings"`
	Changes  []history.Change  `json:"changes"` // newest first
}

// listener shows what a listener is and was.
func (f *historyShowFlags) listener(cmd *cobra.Command, store history.Store, name string, outputs []output) error {
	for _, o := range outputs {
		if !slices.Contains(textFormats(), o.format) {
			return usagef("%s is no run, and a listener is shown as %s; want one of these formats, or the id of a run", text.Clean(name), nearest.AnyOf(textFormats()))
		}
	}
	l, err := findListener(cmd.Context(), store, f.estate, name)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	out := listenerHistory{Schema: historySchema, Estate: l.Estate, Listener: *l}
	spans, serr := store.Spans(ctx, l.Estate, l.ID)
	findings, _, ferr := store.Findings(ctx, history.FindingQuery{Estate: l.Estate, Endpoint: l.ID, Closed: true, Page: history.Page{Limit: 1000}})
	changes, next, cerr := store.Changes(ctx, l.Estate, "", l.ID, history.Page{Limit: mostShown})
	if err := errors.Join(serr, ferr, cerr); err != nil {
		return err
	}
	out.Spans = spans
	out.Findings, out.Changes = append([]history.Finding{}, findings...), append([]history.Change{}, changes...)
	return f.write(cmd.OutOrStdout(), outputs, func(w io.Writer, format string, _ table.Options) error {
		if format == "json" {
			return writeIndented(w, out)
		}
		return writeListener(w, out, next != "")
	})
}

// findListener finds an endpoint by its id, in an estate or in all.
func findListener(ctx context.Context, store history.Store, estate, id string) (*history.Listener, error) {
	estates, err := store.Estates(ctx)
	if err != nil {
		return nil, err
	}
	if estate != "" {
		if _, err := oneEstate(ctx, store, estate); err != nil {
			return nil, err
		}
		estates = []string{estate}
	}
	var found []history.Listener
	for _, name := range estates {
		all, err := store.Listeners(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			if l.ID == id {
				found = append(found, l)
			}
		}
	}
	switch {
	case len(found) == 0:
		return nil, usagef("%s: the history has no run and no listener of that name; 'portseal history list' lists the runs", text.Clean(id))
	case len(found) > 1:
		return nil, usagef("%s: several estates have it: want --estate with one of %s", text.Clean(id), text.Clean(strings.Join(estates, ", ")))
	}
	return &found[0], nil
}

func writeListener(w io.Writer, h listenerHistory, more bool) error {
	l := h.Listener
	lines := [][2]string{{"listener", l.ID}, {"estate", h.Estate}, {"role", l.Role}, {"expected", l.Expect}, {"state", string(l.State)}, {"since", utc(l.Since) + ", run " + l.FirstRun},
		{"last look", utc(l.Seen) + ", run " + l.LastRun}, {"leaf ends", day(l.NotAfter)}, {"findings", strconv.Itoa(l.Findings)}}
	if err := writeLines(w, lines); err != nil {
		return err
	}
	spans := cipherSheet{header: []string{"STATE", "FROM", "TO", "LOOKS", "FIRST RUN", "LAST RUN"}}
	for _, s := range slices.Backward(h.Spans) {
		spans.rows = append(spans.rows, cleaned(string(s.State), utc(s.From), utc(s.To), strconv.Itoa(s.Runs), s.FirstRun, s.LastRun))
	}
	findings := cipherSheet{header: []string{"FINDING", "SEVERITY", "OPENED", "CLOSED", "OBSERVED"}}
	for _, x := range h.Findings {
		closed := "open"
		if x.Closed != nil {
			closed = utc(*x.Closed)
		}
		findings.rows = append(findings.rows, cleaned(x.ID, x.Severity.String(), utc(x.Opened), closed, dash(text.Cut(x.Observed, 60))))
	}
	for _, sheet := range []cipherSheet{spans, findings} {
		if len(sheet.rows) == 0 {
			continue
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		if err := sheet.write(w); err != nil {
			return err
		}
	}
	return writeChanges(w, h.Changes, more)
}
