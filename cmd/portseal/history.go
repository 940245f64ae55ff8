package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/report/text"
)

// historySchema names the form of what the history commands write as JSON.
const historySchema = "portseal.history/v1"

func newHistoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List, show, export, import, prune and verify what the service remembers",
		Long: `The history is what 'portseal serve' remembers: runs and their reports, byte for
byte, what each listener showed, findings and changes. It is a file in the state
folder, unless --db names another database; a service may be running meanwhile.`,
		Example: `  portseal history list
  portseal history show last --format html -o last.html
  portseal history show SYSA/web
  portseal history export --all -o runs
  portseal history import report.json
  portseal history verify --key log.pub`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHistoryListCommand(), newHistoryShowCommand(), newHistoryExportCommand(), newHistoryImportCommand(), newHistoryPruneCommand(), newHistoryVerifyCommand())
	return cmd
}

// historyFlags say which history.
type historyFlags struct{ where open.Where }

func (f *historyFlags) registerHistory(fl *pflag.FlagSet) {
	fl.SortFlags = false
	fl.StringVar(&f.where.DB, "db", "", "the history: sqlite:FILE or postgres://... `URL` (default: portseal.db in the state folder)")
	fl.StringVar(&f.where.State, "state", "", "the `FOLDER` of the service (default: as 'portseal serve' finds it)")
}

// with opens the history for do. One that is not there is made only where something is to be put into it.
func (f *historyFlags) with(ctx context.Context, existing bool, do func(history.Store) error) error {
	f.where.Existing = existing
	store, err := open.History(ctx, f.where)
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("%w; 'portseal serve' and 'portseal history import' begin one, --db and --state name another", err)
	}
	if err != nil {
		return historyError(err)
	}
	err = do(store)
	if closed := store.Close(); err == nil && closed != nil {
		err = fmt.Errorf("close the history: %w", closed)
	}
	return historyError(err)
}

// historyError gives what went wrong with a history its exit code.
func historyError(err error) error {
	if err == nil {
		return nil
	}
	if _, has := errors.AsType[exitError](err); has {
		return err
	}
	if _, refused := errors.AsType[history.Refused](err); refused {
		return usageError(err)
	}
	is := func(kinds ...error) bool {
		return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
	}
	switch {
	case is(context.Canceled):
		return errors.New("interrupted")
	case is(runlog.ErrDamaged, runlog.ErrAnother, runlog.ErrNotLogged):
		return exitError{exitFindings, err}
	case is(history.ErrNotFound, history.ErrPruned, history.ErrNewer, open.ErrDB, runlog.ErrKey, runlog.ErrNone):
		return usageError(err)
	}
	return err
}

// oneEstate is the estate that is meant where none is named.
func oneEstate(ctx context.Context, store history.Store, name string) (string, error) {
	all, err := store.Estates(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case name != "" && !slices.Contains(all, name):
		return "", usagef("--estate %s: not in the history; want one of %s", text.Clean(name), dash(text.Clean(strings.Join(all, ", "))))
	case name != "":
		return name, nil
	case len(all) == 0:
		return "", usagef("the history has no run yet")
	case len(all) > 1:
		return "", usagef("the history has several estates: want --estate with one of %s", text.Clean(strings.Join(all, ", ")))
	}
	return all[0], nil
}
