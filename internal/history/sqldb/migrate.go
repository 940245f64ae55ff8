package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/portseal/portseal/internal/history"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ledgerVersion is the migration that makes the ledger.
const ledgerVersion = 2

// versionTable is where goose keeps which migrations were applied.
const versionTable = "schema_version"

// migration is one step of the schema. There are none back.
type migration struct {
	version int64
	text    string
	then    func(ctx context.Context, tx conn) error // what SQL cannot say; nil: nothing
}

func (m migration) sha256() string {
	sum := sha256.Sum256([]byte(m.text))
	return hex.EncodeToString(sum[:])
}

// steps reads the migrations, which are files whose names begin with their numbers. The words of the dialect are not in them yet.
func steps() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: want a number in front", name)
		}
		data, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m := migration{version: version, text: string(data)}
		if version == ledgerVersion {
			m.then = adopt
		}
		out = append(out, m)
	}
	return out, nil
}

// goose returns each step as goose applies it: in one transaction with its number and its hash.
func (m migration) goose(d Dialect) *goose.Migration {
	return goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, d.words(m.text)); err != nil {
			return err
		}
		if m.then != nil {
			if err := m.then(ctx, conn{tx, d}); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, d.args("INSERT INTO applied (version, sha256) VALUES (?, ?)"), m.version, m.sha256())
		return err
	}}, nil)
}

// Another service may bring the same database up to date at the same time: whoever comes second looks again.
const (
	migrateTries = 20
	migratePause = 100 * time.Millisecond
)

// migrate brings the schema up to date, or says why it cannot.
func (s *Store) migrate(ctx context.Context) error {
	all, err := steps()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := s.upTo(ctx, all)
		if err == nil {
			return s.checkApplied(ctx, all)
		}
		if errors.Is(err, history.ErrNewer) || ctx.Err() != nil || try == migrateTries || !s.contended(err) {
			if strings.Contains(err.Error(), exists) {
				err = fmt.Errorf("it has tables of a step that is not noted as done: a migration was applied by half, or notes were removed; want a copy of the database back: %w", err)
			}
			return s.fault("bring the schema of the database up to date", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(migratePause):
		}
	}
}

// exists is what both databases say of a table that is there.
const exists = "already exists"

// contended says whether a migration may have failed because another service was making it.
func (s *Store) contended(err error) bool {
	return s.dialect.Kind(err) != nil || strings.Contains(err.Error(), exists)
}

func (s *Store) upTo(ctx context.Context, all []migration) error {
	var list []*goose.Migration
	for _, m := range all {
		list = append(list, m.goose(s.dialect))
	}
	provider, err := goose.NewProvider(s.dialect.Goose, s.write, nil, goose.WithGoMigrations(list...), goose.WithDisableGlobalRegistry(true),
		goose.WithTableName(versionTable), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	have, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > newest {
		return fmt.Errorf("its version is %d, and this portseal knows up to %d: want a newer portseal: %w", have, newest, history.ErrNewer)
	}
	if have == newest {
		return nil
	}
	_, err = provider.Up(ctx)
	return err
}

// checkApplied finds a schema that was half applied, or by a build with other migrations of the same numbers.
func (s *Store) checkApplied(ctx context.Context, all []migration) error {
	applied := map[int64]string{}
	err := s.writer().each(ctx, "SELECT version, sha256 FROM applied", nil, func(scan func(...any) error) error {
		var version int64
		var sum string
		err := scan(&version, &sum)
		applied[version] = sum
		return err
	})
	if err != nil {
		return fmt.Errorf("the database says that its schema is up to date, and it is not: a migration was applied by half, or tables were removed; want a copy of the database back: %w", err)
	}
	for _, m := range all {
		switch sum := applied[m.version]; sum {
		case m.sha256():
		case "":
			return fmt.Errorf("migration %d of the database was applied by half: want a copy of the database from before, or an empty one", m.version)
		default:
			return fmt.Errorf("migration %d of the database is not that of this portseal: it was made by another build, or changed; want that build, or an empty database", m.version)
		}
	}
	return nil
}
