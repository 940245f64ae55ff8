package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/wholefile"
)

// Copied is what a copy came to.
type Copied struct {
	Records int
	Reports int // that were not in the folder already
	Lost    int // reports that are no longer kept
}

// Copy makes the folder what another log is: a new one, or an older copy of that log, to which it adds. The checkpoint comes last, so that a copy
// that is interrupted is the copy that it was, and one that never was whole is no log.
func (f *Folder) Copy(ctx context.Context, from *runlog.Log) (done Copied, err error) {
	err = from.View(ctx, func(s runlog.Store) error {
		return f.Update(ctx, func() error {
			done, err = f.copy(ctx, s)
			return err
		})
	})
	return done, err
}

func (f *Folder) copy(ctx context.Context, s runlog.Store) (done Copied, err error) {
	note, err := s.Checkpoint()
	if err != nil {
		return done, err
	}
	if note == nil {
		return done, runlog.ErrNone
	}
	head, err := runlog.ParseCheckpoint(note)
	if err != nil {
		return done, fmt.Errorf("%w: %w", runlog.ErrDamaged, err)
	}
	records, err := runlog.ReadRecords(s, head.Size)
	if err != nil {
		return done, err
	}
	var lines bytes.Buffer
	n := int64(0)
	for line, err := range s.Records() {
		if err != nil {
			return done, err
		}
		if n++; n > head.Size {
			break
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	if err := f.continues(lines.Bytes()); err != nil {
		return done, err
	}
	done.Records = len(records)
	for _, r := range records {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		if err := f.copyReport(s, r, &done); err != nil {
			return done, err
		}
	}
	indexes := make([]int64, tlog.StoredHashCount(head.Size))
	for i := range indexes {
		indexes[i] = int64(i)
	}
	stored, err := s.ReadHashes(indexes)
	if err != nil {
		return done, err
	}
	hashes := make([]byte, 0, len(stored)*tlog.HashSize)
	for _, h := range stored {
		hashes = append(hashes, h[:]...)
	}
	if err := wholefile.Write(f.path("records"), lines.Bytes(), shared); err != nil {
		return done, err
	}
	if err := wholefile.Write(f.path("hashes"), hashes, shared); err != nil {
		return done, err
	}
	return done, wholefile.Write(f.path("checkpoint"), note, shared)
}

// continues says whether records begin with those that the folder counts: it may have more of its own in no case.
func (f *Folder) continues(lines []byte) error {
	note, err := f.Checkpoint()
	if err != nil || note == nil {
		return err
	}
	head, err := runlog.ParseCheckpoint(note)
	if err != nil {
		return fmt.Errorf("%w: %w", runlog.ErrDamaged, err)
	}
	n := int64(0)
	for line, err := range f.Records() {
		if err != nil {
			return err
		}
		if n == head.Size {
			break
		}
		n++
		rest, same := bytes.CutPrefix(lines, append(line, '\n'))
		if !same {
			return fmt.Errorf("the folder has another log, %q, or a later state of this one: want an empty folder, or an older copy", head.Origin)
		}
		lines = rest
	}
	return nil
}

func (f *Folder) copyReport(s runlog.Store, r runlog.Record, done *Copied) error {
	if !r.Pruned.IsZero() {
		return nil
	}
	path, err := f.reportPath(r.Digest)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	doc, err := s.Report(r.Digest)
	if errors.Is(err, fs.ErrNotExist) {
		done.Lost++
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.mkdir(f.path("reports", r.Digest[len("sha256:"):][:2])); err != nil {
		return err
	}
	done.Reports++
	return wholefile.Write(path, doc, shared)
}
