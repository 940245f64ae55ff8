package resume

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/portseal/portseal/internal/filelock"
	"github.com/portseal/portseal/scan"
)

// MaxSize is the largest file that is read, in octets: a report of as many observations could not be read either.
const MaxSize = 1 << 30

// File is the open file of one run.
type File struct {
	file   *os.File
	known  map[string]scan.Observation
	kept   int
	failed error
}

// Open opens the file of a plan's run, or creates it so that only its owner can read it. The errors do not name the file.
func Open(path string, p Plan) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file; want a name that is free")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, bare(err)
	}
	f := &File{file: file}
	if err := f.begin(p); err != nil {
		_ = file.Close()
		return nil, err
	}
	return f, nil
}

// begin reads what is there, and leaves the file ready for the next line.
func (f *File) begin(p Plan) error {
	// A second run is kept out: its lines would mix with these.
	if err := filelock.Try(f.file, false); errors.Is(err, filelock.ErrBusy) {
		return errors.New("another run uses it")
	} else if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(f.file, MaxSize+1))
	if err != nil {
		return bare(err)
	}
	if len(data) > MaxSize {
		return fmt.Errorf("it has more than %d octets; want the file of an interrupted run", MaxSize)
	}
	known, whole, err := parse(data, p)
	if err != nil {
		return err
	}
	f.known, f.kept = known, len(known)
	if err := f.file.Truncate(int64(whole)); err != nil {
		return bare(err)
	}
	if _, err := f.file.Seek(int64(whole), io.SeekStart); err != nil {
		return bare(err)
	}
	if whole > 0 {
		return nil
	}
	h, err := p.header()
	if err != nil {
		return err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, err = f.file.Write(append(text, '\n'))
	return bare(err)
}

// Known returns the observations that need not be made again, by id.
func (f *File) Known() map[string]scan.Observation { return f.known }

// Kept is how many observations the file holds.
func (f *File) Kept() int { return f.kept }

// Keep adds a finished observation: one that was cut short, or for which nothing was dialled, is left out. After the first error the
// file stays as it is, and further calls return nil.
func (f *File) Keep(o scan.Observation) error {
	if f.failed != nil || o.Interrupted || o.Cost.Connections == 0 {
		return nil
	}
	text, err := encode(o)
	if err == nil {
		_, err = f.file.Write(text)
	}
	if err != nil {
		f.failed = bare(err)
		return f.failed
	}
	f.kept++
	return nil
}

// Close closes the file, which stays for a later run.
func (f *File) Close() error { return bare(f.file.Close()) }

// Remove closes the file and removes it: the run is complete.
func (f *File) Remove() error {
	return errors.Join(f.Close(), bare(os.Remove(f.file.Name())))
}

// bare is the reason of a file error, without operation and path.
func bare(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}
