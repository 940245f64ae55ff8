package open

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/history/historytest"
)

func TestStateFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("STATE_DIRECTORY", "")
	folder := func(name string) string {
		got, err := StateFolder(name)
		require.NoError(t, err)
		info, err := os.Stat(got)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o700), info.Mode().Perm(), got)
		return got
	}
	assert.Equal(t, filepath.Join(home, ".local", "state", "portseal"), folder(""))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "xdg"))
	assert.Equal(t, filepath.Join(home, "xdg", "portseal"), folder(""))
	t.Setenv("STATE_DIRECTORY", filepath.Join(home, "one")+":"+filepath.Join(home, "two"))
	assert.Equal(t, filepath.Join(home, "one"), folder(""))
	assert.Equal(t, filepath.Join(home, "said"), folder(filepath.Join(home, "said")))

	loose := filepath.Join(home, "loose")
	require.NoError(t, os.Mkdir(loose, 0o700))
	for mode, fault := range map[fs.FileMode]string{0o755: "", 0o770: "(mode 0770); run: chmod go-w " + loose, 0o702: "(mode 0702)", 0o777 | fs.ModeSticky: "(mode 0777)"} {
		require.NoError(t, os.Chmod(loose, mode))
		_, err := StateFolder(loose)
		if fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, fault)
	}

	notOne := filepath.Join(home, "file")
	require.NoError(t, os.WriteFile(notOne, nil, 0o600))
	_, err := StateFolder(notOne)
	require.ErrorContains(t, err, "no folder")
	_, err = StateFolder(filepath.Join(notOne, "below"))
	require.ErrorContains(t, err, notOne)
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	_, err := History(t.Context(), Where{State: state, Existing: true})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoDirExists(t, state, "who only looks makes nothing")

	store, err := History(t.Context(), Where{State: state})
	require.NoError(t, err)
	require.NoError(t, store.Ping(t.Context()))
	found, err := filepath.Glob(filepath.Join(state, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, name := range found {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), name)
	}
	require.NoError(t, store.Close())

	store, err = History(t.Context(), Where{State: state, Existing: true})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	store, err = History(t.Context(), Where{DB: "sqlite:" + filepath.Join(dir, "a b?.db"), State: filepath.Join(dir, "unused")})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	require.FileExists(t, filepath.Join(dir, "a b?.db"))
	require.NoDirExists(t, filepath.Join(dir, "unused"))
	_, err = History(t.Context(), Where{DB: "sqlite:" + filepath.Join(dir, "no", "such", "x.db")})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = History(t.Context(), Where{DB: "sqlite:" + dir})
	require.ErrorContains(t, err, dir)
	text := filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(text, []byte("this is no database, but long enough to be taken for one by its size"), 0o600))
	_, err = History(t.Context(), Where{DB: "sqlite:" + text})
	require.ErrorContains(t, err, "not a database")
}

func TestPostgres(t *testing.T) {
	server := historytest.StartPostgres(t)
	address := server.New(t)
	_, err := History(t.Context(), Where{DB: address, Existing: true})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = History(t.Context(), Where{DB: address, Existing: true})
	require.ErrorIs(t, err, fs.ErrNotExist, "who only looks makes nothing")
	require.NotContains(t, err.Error(), server.Secret())
	store, err := History(t.Context(), Where{DB: address})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	store, err = History(t.Context(), Where{DB: address, Existing: true})
	require.NoError(t, err)
	require.NoError(t, store.Ping(t.Context()))
	require.NoError(t, store.Close())
}

// Whatever is wrong with an address, its password is not shown.
func TestNoPasswordIsShown(t *testing.T) {
	for _, db := range []string{
		"hunter2", "sqlite:", "postgres:user:hunter2@db/x", "mysql://user:hunter2@db/x", "portseal.db?hunter2",
		"postgres://user:hunter2@127.0.0.1:1/x", "postgres://user:hun/ter2@db/x", "postgres://user:hunter2#@db:x/y", "postgres://user:hunter2@db:99999/y",
		"postgres://user:%zzhunter2@db/y", "postgres://user@127.0.0.1:1/x?password=hunter2", "postgres://user:hunter2@127.0.0.1:1/x?sslmode=never",
		"postgresql://user:hunter2@127.0.0.1:1/x?connect_timeout=hunter2", "postgres://127.0.0.1:1/x?sslmode=disable&passfile=/no/such&password=hunter2",
	} {
		_, err := History(t.Context(), Where{DB: db, State: t.TempDir()})
		require.Error(t, err, db)
		assert.NotContains(t, err.Error(), "hunter2", db)
		assert.NotContains(t, err.Error(), "ter2", db)
	}
}
