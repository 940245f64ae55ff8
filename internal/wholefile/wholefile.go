// Package wholefile writes files that are there whole or not at all, also after a power cut.
//
// Limits: one writer a file at a time: what it has not finished stands beside it, under a name that the next write takes. A name that is a link
// becomes a file.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Partial is what a file's name ends in until all of it is written: a program that was killed leaves such a file.
const Partial = ".part"

// Write writes a file, and waits for the disk. The mode is that of a new file, less what the process's mask takes away.
func Write(path string, data []byte, mode fs.FileMode) error {
	tmp := path + Partial
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) { // it may be one that others can read
		return err
	}
	file, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp)
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// SyncFolder makes the names in a folder last. Systems that cannot do it for a folder do without.
func SyncFolder(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := file.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
