package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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
	path, err := throughLinks(path)
	if err != nil {
		return err
	}
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

// mostLinks is how many symbolic links are followed, as Linux does.
const mostLinks = 40

// throughLinks returns the file that a path stands for: a symbolic link is written through and stays a link, also when what it
// points to is not there yet.
func throughLinks(path string) (string, error) {
	for range mostLinks {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real, nil
		}
		to, err := os.Readlink(path)
		if err != nil { // no link: a file that is not there yet, or a folder on the way that is not
			return path, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Dir(path) + string(filepath.Separator) + to
		}
		path = to
	}
	return "", errors.New("too many levels of symbolic links")
}

// sameFile says whether two paths stand for one file on the disk, which the one written last would have alone. Pipes and devices
// take more than one.
func sameFile(a, b string) bool {
	a, aerr := whole(a)
	b, berr := whole(b)
	if aerr != nil || berr != nil {
		return false // which another check says
	}
	have, err := os.Stat(a)
	if err != nil {
		return a == b
	}
	other, err := os.Stat(b)
	return err == nil && have.Mode().IsRegular() && os.SameFile(have, other)
}

// whole is a path without links, also on the way to a file that is not there yet.
func whole(path string) (string, error) {
	path, err := throughLinks(path)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	return filepath.Abs(filepath.Join(dir, filepath.Base(path)))
}

// replaceFile writes a file beside its final name and then renames it, so that a reader never sees half a report.
func replaceFile(path string, data []byte) error {
	return replaceFileBy(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// replaceFileBy is replaceFile for what is made while it is written: it may be too much to hold.
func replaceFileBy(path string, write func(w io.Writer) error) error {
	path, err := throughLinks(path)
	if err != nil {
		return err
	}
	if !replaceable(path) {
		return writeFile(path, write)
	}
	tmp := path + partial
	if err = writeFile(tmp, write); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp)
	}
	return err
}

// replaceable says whether a path is one of a file, or will be. A pipe or device that the user named is written, not replaced.
func replaceable(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// writeFile writes a file that others may read, as a report is for.
func writeFile(path string, write func(w io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	return errors.Join(err, file.Close())
}
