package ringcheck

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/certchain/keyring"
	"github.com/portseal/portseal/internal/saf"
)

// Options says what is read, and how it is judged.
type Options struct {
	Files        []string // stores and folders of stores, together one ring; none when a listing is all that there is
	Listing      string   // file with the output of RACDCERT LISTRING and LIST; "" without one
	Ring         string   // NAME or OWNER/NAME of the ring in the listing; "" when it has one
	Virtual      string   // "*AUTH*/*", "*SITE*/*" or "user/*"; "" for a real ring
	PasswordFile string
	Consumer     certchain.Consumer
	Label        string // what the server's policy names; "" for the default
	MinDays      int    // a certificate with no more days left is a finding
	At           time.Time
}

// maxListing is the size in octets above which a listing is refused.
const maxListing = 64 << 20

// open reads the ring, and what is worth a word about its files.
func open(o Options) (*certchain.Ring, []string, error) {
	if len(o.Files) == 0 && o.Listing == "" {
		return nil, nil, errors.New("nothing to read: want a store, or a listing")
	}
	if o.Virtual != "" && (!strings.HasSuffix(o.Virtual, "/*") || strings.Count(o.Virtual, "/") != 1) {
		return nil, nil, fmt.Errorf("%q is no virtual key ring; want \"*AUTH*/*\", \"*SITE*/*\" or \"USER/*\"", o.Virtual)
	}
	spec := keyring.Spec{Name: o.name(), Files: o.Files, Virtual: o.Virtual, PasswordFile: o.PasswordFile, Consumer: o.Consumer}
	ring := &certchain.Ring{Name: spec.Name, Consumer: o.Consumer, Virtual: o.Virtual}
	var notes []string
	if len(o.Files) > 0 {
		read, problems, err := keyring.Load(spec)
		if err != nil {
			return nil, nil, err
		}
		ring = read
		for _, p := range problems {
			notes = append(notes, p.String())
		}
	}
	if o.Listing == "" {
		return ring, notes, nil
	}
	more, err := join(ring, o)
	return ring, append(notes, more...), err
}

// name is the ring's for messages and for the environment variable of its password.
func (o Options) name() string {
	if len(o.Files) == 0 {
		return filepath.Base(o.Listing)
	}
	base := filepath.Base(o.Files[0])
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// join reads the listing and puts it to the ring.
func join(ring *certchain.Ring, o Options) ([]string, error) {
	info, err := os.Stat(o.Listing)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxListing) {
		err = fmt.Errorf("want a file of at most %d MiB", maxListing>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", o.Listing, cause(err))
	}
	data, err := os.ReadFile(o.Listing)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", o.Listing, cause(err))
	}
	out, err := saf.Read(filepath.ToSlash(o.Listing), data)
	if err != nil {
		return nil, fmt.Errorf("listing %w", err)
	}
	problems, err := saf.Join(ring, out, o.Ring)
	var notes []string
	for _, p := range append(out.Problems, problems...) {
		notes = append(notes, fmt.Sprintf("%s:%d:%d: %s", p.At.File, p.At.Line, p.At.Column, p.Message))
	}
	return notes, err
}

// cause drops the path from an error of package os: the message has it.
func cause(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
