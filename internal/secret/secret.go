// Package secret reads files that nobody but their owner may read: private keys and passwords.
//
// Limits: on Windows, which keeps access lists that the mode does not show, who else can read a file is not checked. No
// error quotes what a file holds.
package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// MaxFile is the largest file that is read, in octets: a key with its chain has a few thousand.
const MaxFile = 1 << 20

// Read reads a file that only its owner can read.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: it is no ordinary file; want a file that only you can read", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s: others can read it (mode %#o); run: chmod 600 %s", path, info.Mode().Perm(), path)
	case info.Size() > MaxFile:
		return nil, fmt.Errorf("%s: it is larger than %d bytes; want a key or a password", path, MaxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	return data, nil
}

// Line reads the first line of such a file: a password.
func Line(path string) ([]byte, error) {
	data, err := Read(path)
	if err != nil {
		return nil, err
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return nil, fmt.Errorf("%s: its first line is empty; want the password", path)
	}
	return line, nil
}

func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
