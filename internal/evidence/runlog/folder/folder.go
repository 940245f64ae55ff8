// Package folder keeps a log of runs in a folder:
//
//	checkpoint           the head of the log, signed where it is
//	records              one record a line, in order: JSON
//	hashes               the hashes of the tree, 32 octets each, in tlog's order
//	reports/ab/ab12.json the reports as they were added, by their digests
//	lock                 empty; who writes holds it
//
// A record counts when the checkpoint counts it, and the checkpoint is written last: whatever is interrupted before leaves a tail,
// which the next writer cuts off. Everything is on the disk before the checkpoint is.
//
// Limits: all is readable by whoever can read the folder, as a report is. Files on a network are as safe as its locks are.
package folder

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/filelock"
	reportjson "github.com/portseal/portseal/report/json"
)

// patience is how long a writer waits for another.
const patience = time.Minute

// Folder is a store. It holds no file open between calls.
type Folder struct{ dir string }

// New returns the store of a folder, which Update makes when it is not there.
func New(dir string) *Folder { return &Folder{dir} }

func (f *Folder) path(name ...string) string {
	return filepath.Join(append([]string{f.dir}, name...)...)
}

// Update runs change while no other program does.
func (f *Folder) Update(ctx context.Context, change func() error) error {
	if err := f.make(); err != nil {
		return err
	}
	lock, err := os.OpenFile(f.path("lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := filelock.Wait(ctx, lock, false, patience); err != nil {
		return fmt.Errorf("%s: %w", f.path("lock"), err)
	}
	return change()
}

// make makes the folder, unless there is one. One with other things in it is left alone: it is some other folder.
func (f *Folder) make() error {
	entries, err := os.ReadDir(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err := os.Mkdir(f.dir, 0o755) // never its parents: a path with a fault in it makes no log
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder that it is to be in is not there: %s", filepath.Dir(f.dir))
		}
		if errors.Is(err, fs.ErrExist) { // another program was faster
			return nil
		}
		return err
	case err != nil:
		return err
	}
	ours := len(entries) == 0
	for _, e := range entries { // a log has the one or the other from its beginning on
		ours = ours || e.Name() == "lock" || e.Name() == "checkpoint"
	}
	if !ours {
		return errors.New("the folder has other files in it: want an empty one, or a log")
	}
	return nil
}

// View runs look while no other program writes, where there is something to lock.
func (f *Folder) View(ctx context.Context, look func() error) error {
	switch info, err := os.Stat(f.dir); {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%w: it is no folder", runlog.ErrNone)
	}
	lock, err := os.Open(f.path("lock"))
	if errors.Is(err, fs.ErrNotExist) { // a copy, say
		return look()
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := filelock.Wait(ctx, lock, true, patience); err != nil {
		return fmt.Errorf("%s: %w", f.path("lock"), err)
	}
	return look()
}

// Checkpoint reads the head of the log.
func (f *Folder) Checkpoint() ([]byte, error) {
	data, err := readAtMost(f.path("checkpoint"), runlog.MaxCheckpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Records reads all whole records.
func (f *Folder) Records() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		file, err := os.Open(f.path("records"))
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer file.Close()
		r := bufio.NewReaderSize(file, runlog.MaxRecord+1)
		for n := 0; ; n++ {
			line, err := r.ReadSlice('\n')
			switch {
			case err == io.EOF: // what is left is no whole record
				return
			case errors.Is(err, bufio.ErrBufferFull):
				yield(nil, fmt.Errorf("%w: %s: record %d is longer than %d bytes", runlog.ErrDamaged, file.Name(), n, runlog.MaxRecord))
				return
			case err != nil:
				yield(nil, err)
				return
			}
			if !yield(append([]byte(nil), line[:len(line)-1]...), nil) {
				return
			}
		}
	}
}

// ReadHashes reads stored hashes.
func (f *Folder) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil // of an empty log, which has no such file
	}
	file, err := os.Open(f.path("hashes"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := io.ReaderAt(file)
	if len(indexes) > 1000 { // a whole log: one read is faster than many
		data, err := io.ReadAll(file)
		if err != nil {
			return nil, err
		}
		r = strings.NewReader(string(data))
	}
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if _, err := r.ReadAt(out[i][:], x*tlog.HashSize); err != nil {
			return nil, fmt.Errorf("%s: hash %d: %w", file.Name(), x, err)
		}
	}
	return out, nil
}

// Report reads a stored report.
func (f *Folder) Report(digest string) ([]byte, error) {
	path, err := f.reportPath(digest)
	if err != nil {
		return nil, err
	}
	return readAtMost(path, reportjson.MaxSize)
}

// reportPath is where the report of a digest is; a digest of another form has no report.
func (f *Folder) reportPath(digest string) (string, error) {
	hex, ok := strings.CutPrefix(digest, "sha256:")
	if !ok || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return "", fmt.Errorf("digest %q: %w", digest, fs.ErrNotExist)
	}
	return f.path("reports", hex[:2], hex+".json"), nil
}

// Reports lists the digests of all stored reports.
func (f *Folder) Reports() ([]string, error) {
	var out []string
	err := filepath.WalkDir(f.path("reports"), func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".json"); ok && err == nil && !d.IsDir() {
			out = append(out, "sha256:"+name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return out, err
}

func readAtMost(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // to open a pipe would wait for ever
		return nil, fmt.Errorf("%w: %s is no ordinary file", runlog.ErrDamaged, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: larger than %d bytes", path, most)
	}
	return data, err
}
