package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// checkOutputs finds files that cannot be written before a run is made for them.
func checkOutputs(outputs []output) error {
	var faults []error
	for _, o := range outputs {
		if o.path == "" {
			continue
		}
		if err := writable(o.path); err != nil {
			faults = append(faults, fmt.Errorf("write %s: %w", o.path, err))
		}
	}
	return errors.Join(faults...)
}

// writable says why replaceFile would not be able to write a file.
func writable(path string) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil {
		return fmt.Errorf("folder %s: %w", dir, bare(err))
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no folder", dir)
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return errors.New("it is a folder; want a file")
	case err == nil && !info.Mode().IsRegular():
		return nil // a pipe may have no reader yet
	}
	f, err := os.Create(path + partial)
	if err != nil {
		return bare(err)
	}
	_ = f.Close()
	return os.Remove(path + partial)
}

// partial is what a file's name ends in until all of it is written.
const partial = ".part"

// bare is the reason of a file error, without operation and path: the message has the path that the user knows.
func bare(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	if le, ok := errors.AsType[*os.LinkError](err); ok {
		return le.Err
	}
	return err
}

// replaceFile writes a file beside its final name and then renames it, so that a reader never sees half a report.
func replaceFile(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o644) // a pipe or device that the user named: written, not replaced
	}
	tmp := path + partial
	if err := os.WriteFile(tmp, data, 0o644); err != nil { // a report is for others to read
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	return nil
}
