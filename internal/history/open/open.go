// Package open opens the history that a command line names: --db and the state folder, in one place for all commands.
//
// What is made here is for its owner alone. A state folder that others can write to is refused: they could put a database or a key of their own
// into it. Its mode is not changed, for it may be somebody else's folder by mistake.
//
// Limits: the folders above it are not looked at, nor are access lists beside the mode, which is all that Windows has.
package open

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/postgres"
	"github.com/portseal/portseal/internal/history/sqlite"
)

// Where is where a history is.
type Where struct {
	DB       string // sqlite:FILE or postgres://...; empty: portseal.db in the state folder
	State    string // the state folder; empty: the user's
	Existing bool   // one that is not there is fs.ErrNotExist, and is not made
}

// file is the database in a state folder.
const file = "portseal.db"

// ErrDB says that --db is not one that can be read. Its value is never shown: it may hold a password.
var ErrDB = errors.New("want sqlite:FILE or postgres://USER@HOST:PORT/DATABASE (the value is not shown: it may hold a password)")

// History opens a history, and brings its schema up to date.
func History(ctx context.Context, w Where) (history.Store, error) {
	name, isFile := strings.CutPrefix(w.DB, "sqlite:")
	switch {
	case strings.HasPrefix(w.DB, "postgres://"), strings.HasPrefix(w.DB, "postgresql://"):
		open := postgres.Open
		if w.Existing {
			open = postgres.OpenExisting
		}
		store, err := open(ctx, w.DB)
		if err != nil {
			return nil, err
		}
		return store, nil
	case w.DB != "" && (!isFile || name == ""):
		return nil, fmt.Errorf("--db: %w", ErrDB)
	case w.DB == "":
		folder, err := w.folder()
		if err != nil {
			return nil, err
		}
		name = filepath.Join(folder, file)
	}
	if w.Existing {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
	}
	store, err := sqlite.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	return store, nil
}

func (w Where) folder() (string, error) {
	if w.Existing {
		return path(w.State)
	}
	return StateFolder(w.State)
}

// StateFolder is where the service keeps what is its own. It is made, for its owner alone, where it is not there. Empty is $STATE_DIRECTORY,
// which systemd sets (systemd.exec, StateDirectory=), else the user's by the XDG Base Directory Specification.
func StateFolder(name string) (string, error) {
	folder, err := path(name)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = os.MkdirAll(folder, 0o700)
	case err == nil && !info.IsDir():
		err = errors.New("it is no folder")
	case err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		err = fmt.Errorf("others can write to it (mode %#o); run: chmod go-w %s", info.Mode().Perm(), folder)
	}
	if err != nil {
		return "", history.Refused{Err: fmt.Errorf("state folder %s: %w", folder, err)}
	}
	return folder, nil
}

func path(name string) (string, error) {
	if name != "" {
		return name, nil
	}
	if folder, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":"); folder != "" {
		return folder, nil
	}
	if folder := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(folder) { // the specification: relative ones are ignored
		return filepath.Join(folder, "portseal"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", history.Refused{Err: fmt.Errorf("state folder: want --state DIR: %w", err)}
	}
	return filepath.Join(home, ".local", "state", "portseal"), nil
}
