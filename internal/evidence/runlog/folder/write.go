package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/runlog"
	"github.com/portseal/portseal/internal/wholefile"
)

// shared is the mode of a file that others may read, if the mask of the process lets them.
const shared = 0o666

// CutOff removes what lies behind the first size records, a record that was not wholly written included.
func (f *Folder) CutOff(size int64) (int, error) {
	keep, n, cut := int64(0), int64(0), 0
	for line, err := range f.Records() {
		if err != nil {
			return 0, err
		}
		if n++; n <= size {
			keep += int64(len(line)) + 1
		} else {
			cut++
		}
	}
	if n < size {
		return 0, fmt.Errorf("%w: it has %d records, and its checkpoint counts %d", runlog.ErrDamaged, n, size)
	}
	info, err := os.Stat(f.path("records"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil || info.Size() == keep {
		return 0, err
	}
	return max(cut, 1), os.Truncate(f.path("records"), keep)
}

// Append adds one record. What was written when it fails is taken back, as far as the disk lets it; the next CutOff does the rest.
func (f *Folder) Append(record []byte, h runlog.Hashes, report runlog.Doc, checkpoint []byte) error {
	path := ""
	if report.Digest != "" {
		var err error
		if path, err = f.reportPath(report.Digest); err != nil {
			return err
		}
		if err := f.mkdir(filepath.Dir(path)); err != nil {
			return err
		}
		if err := wholefile.Write(path, report.Bytes, shared); err != nil {
			return err
		}
	}
	info, err := os.Stat(f.path("records"))
	before := int64(0)
	if err == nil {
		before = info.Size()
	}
	err = f.commit(record, before, h, checkpoint)
	if head, _ := f.Checkpoint(); err != nil && !bytes.Equal(head, checkpoint) {
		_ = os.Truncate(f.path("records"), before)
		if path != "" {
			_ = os.Remove(path)
		}
	}
	return err
}

// Remove removes reports.
func (f *Folder) Remove(digests []string) error {
	for _, digest := range digests {
		path, err := f.reportPath(digest)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *Folder) commit(record []byte, before int64, h runlog.Hashes, checkpoint []byte) error {
	if err := writeAt(f.path("records"), append(record[:len(record):len(record)], '\n'), before); err != nil {
		return err
	}
	hashes := make([]byte, 0, len(h.Hashes)*tlog.HashSize)
	for _, x := range h.Hashes {
		hashes = append(hashes, x[:]...)
	}
	if err := writeAt(f.path("hashes"), hashes, h.At*tlog.HashSize); err != nil {
		return err
	}
	return wholefile.Write(f.path("checkpoint"), checkpoint, shared)
}

// mkdir makes the folder of a report and makes it last.
func (f *Folder) mkdir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(wholefile.SyncFolder(filepath.Dir(dir)), wholefile.SyncFolder(f.dir))
}

// writeAt writes at an offset of a file, and waits for the disk.
func writeAt(path string, data []byte, at int64) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(data, at)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
