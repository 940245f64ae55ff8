package keyring

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/portseal/portseal/certchain"
)

// MaxFileSize is the size in octets above which a file is refused.
const MaxFileSize = 32 << 20

// loader gathers one ring.
type loader struct {
	spec     Spec
	ring     *certchain.Ring
	problems []Problem
	errs     []error
	java     bool // a JKS or PKCS#12 file is among the files
	password password
}

func (l *loader) fail(path string, err error) {
	l.errs = append(l.errs, fmt.Errorf("%s: %w", path, err))
}

// path reads a file, or every file of a folder in the order of their names.
func (l *loader) path(path string) {
	info, err := os.Stat(path)
	if err != nil {
		l.fail(path, cause(err))
		return
	}
	if !info.IsDir() {
		if _, err := l.file(path); err != nil {
			l.errs = append(l.errs, err)
		}
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		l.fail(path, cause(err))
		return
	}
	before := len(l.ring.Entries)
	for _, e := range entries {
		l.member(filepath.Join(path, e.Name()))
	}
	if len(l.ring.Entries) == before && len(l.errs) == 0 {
		l.fail(path, fmt.Errorf("no certificate in any file of this folder, which has %d", len(entries)))
	}
}

// member reads one file of a folder: what is wrong with it is told, but does not spoil the ring.
func (l *loader) member(path string) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		l.problems = append(l.problems, Problem{Ignored, path, 0, "a folder within a folder is not read"})
		return
	}
	_, err := l.file(path)
	if err == nil {
		return
	}
	kind := Unreadable
	switch {
	case errors.Is(err, errPassword):
		l.errs = append(l.errs, err) // a store that the user means, and cannot be opened
		return
	case errors.Is(err, errForeign):
		kind = Foreign
	case errors.Is(err, errNoCertificate):
		kind = Ignored
	}
	for _, one := range each(err) {
		at := &fileError{file: path, err: one}
		errors.As(one, &at)
		l.problems = append(l.problems, Problem{kind, at.file, at.line, at.err.Error()})
	}
}

// each takes joined errors apart.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// labelled reads the file of a label: the certificate that has it is the first one that is no CA, else the first.
func (l *loader) labelled(label, path string) {
	found, err := l.file(path)
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("label %q: %w", label, err))
		return
	}
	chosen := found[0]
	for _, i := range found {
		if l.ring.Entries[i].Personal() {
			chosen = i
			break
		}
	}
	entry := &l.ring.Entries[chosen]
	if entry.Label != "" && entry.Label != label {
		renamed := *entry
		renamed.Label = label
		l.ring.Entries = append(l.ring.Entries, renamed)
		return
	}
	entry.Label = label
}

// file reads one file into the ring and returns the places of its certificates there.
func (l *loader) file(path string) ([]int, error) {
	data, err := readFile(path, MaxFileSize, func(info os.FileInfo) error {
		if info.Size() > MaxFileSize {
			return fmt.Errorf("it is larger than %d MiB, too large for a certificate store", MaxFileSize>>20)
		}
		return nil
	})
	if err != nil {
		return nil, &fileError{file: path, err: err}
	}
	r := reader{ring: l.spec.Name, file: path, password: func() (string, bool, error) { return l.password.get(l.spec) }}
	err = r.read(data)
	l.problems = append(l.problems, r.problems...)
	if err != nil {
		return nil, r.locate(err)
	}
	if len(r.found) == 0 {
		return nil, &fileError{file: path, err: errNoCertificate}
	}
	l.java = l.java || r.format == formatJKS || r.format == formatPKCS12
	sum := sha256.Sum256(data)
	l.source(certchain.Source{Path: path, Format: r.format, SHA256: hex.EncodeToString(sum[:])})
	places := make([]int, 0, len(r.found))
	for _, e := range r.found {
		places = append(places, l.add(e))
	}
	return places, nil
}

func (l *loader) source(s certchain.Source) {
	for _, have := range l.ring.Sources {
		if have.Path == s.Path {
			return
		}
	}
	l.ring.Sources = append(l.ring.Sources, s)
}

// add puts an entry into the ring, or joins it to the same certificate without another label.
func (l *loader) add(e certchain.Entry) int {
	for i := range l.ring.Entries {
		have := &l.ring.Entries[i]
		if !have.Equal(e.Certificate) || have.Label != "" && e.Label != "" && have.Label != e.Label {
			continue
		}
		if have.Label == "" {
			have.Label = e.Label
		}
		if e.HasPrivateKey == certchain.Yes {
			have.HasPrivateKey = certchain.Yes
		}
		if e.Trusted == certchain.Yes || have.Trusted == "" {
			have.Trusted = e.Trusted
		}
		return i
	}
	l.ring.Entries = append(l.ring.Entries, e)
	return len(l.ring.Entries) - 1
}

// readFile reads a regular file up to a size: a pipe would hang, a device would not end. check sees the file that is read.
func readFile(path string, limit int64, check func(os.FileInfo) error) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is no regular file (%s)", info.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, cause(err)
	}
	if err := check(info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, cause(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it is larger than %d octets", limit)
	}
	return data, nil
}

// cause drops the path from an error of package os: the caller names it.
func cause(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// fileError says where in which file something is wrong.
type fileError struct {
	file string
	line int
	err  error
}

func (e *fileError) Error() string { return position(e.file, e.line) + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }
