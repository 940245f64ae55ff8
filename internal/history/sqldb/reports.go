package sqldb

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/history"
	reportjson "github.com/portseal/portseal/report/json"
)

// storedReport is a report as the database has it.
type storedReport struct{ body []byte }

// doc is the report's bytes.
func (r storedReport) doc() ([]byte, error) { return unpack(r.body) }

func readReport(ctx context.Context, c conn, digest string) (r storedReport, err error) {
	return r, c.row(ctx, "SELECT body FROM report WHERE digest = ?", digest).Scan(&r.body)
}

// keepReport stores a report.
func keepReport(ctx context.Context, tx conn, doc runlog.Doc) error {
	body, err := pack(doc.Bytes)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO report (digest, body) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET body = excluded.body", doc.Digest, body)
	return err
}

// Report is the bytes of a finished run's report.
func (s *Store) Report(ctx context.Context, id string) (doc []byte, err error) {
	what := "the report of run " + strconv.Quote(id)
	var stored storedReport
	err = s.look(ctx, what, func(tx conn) error {
		r, err := runOf(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case r.Pruned:
			return history.ErrPruned
		case r.State != history.Finished:
			return fmt.Errorf("it has none, it is %s: %w", r.State, history.ErrNotFound)
		}
		stored, err = readReport(ctx, tx, r.Digest)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: the report is gone", runlog.ErrDamaged)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	doc, err = stored.doc()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", what, runlog.ErrDamaged, err)
	}
	return doc, nil
}

// pack compresses a document (RFC 1951).
func pack(doc []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(doc); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack is pack's reverse. No document is larger than the largest report.
func unpack(packed []byte) ([]byte, error) {
	doc, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), reportjson.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("it cannot be unpacked: %w", err)
	}
	if len(doc) > reportjson.MaxSize {
		return nil, fmt.Errorf("it is larger than %d octets", reportjson.MaxSize)
	}
	return doc, nil
}
